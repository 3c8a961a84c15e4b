import { type Clock, systemClock } from '../../src';
import type { Absence } from '../support/ledger';

interface Stretch {
  readonly sinceMs: number;
  readonly offsetMs: number;
}

/** This computer's clock, but for the hour, which can be set, and for its timers, which are counted. */
export class StormClock implements Clock {
  /** Since when the clock has been off by how much; the newest last. */
  readonly #stretches: Stretch[] = [{ sinceMs: 0, offsetMs: 0 }];
  /** The timers that wait, each with the place in the code that set it. */
  readonly #timers = new Map<object, string>();

  /** The places in the code that have set the timers that wait, one for each timer. */
  get timers(): readonly string[] {
    return [...this.#timers.values()].map(placeOf);
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs();
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = {};
    this.#timers.set(timer, new Error('set').stack ?? '');
    const cancel = systemClock.after(delayMs, () => {
      this.#timers.delete(timer);
      action();
    });
    return () => {
      this.#timers.delete(timer);
      cancel();
    };
  }

  /** Sets the hour this much off from the true one. */
  set(offsetMs: number): void {
    this.#stretches.push({ sinceMs: Date.now(), offsetMs });
  }

  /**
   * When a span was that was told at its end, all of it in the time that this clock showed then: it may have been set since,
   * and also in the span.
   */
  trueSpan({ from, to }: Absence): Absence {
    let untilMs = Date.now();
    let offsetMs = this.#offsetMs;
    for (const stretch of this.#stretches.toReversed()) {
      const endMs = to - stretch.offsetMs;
      if (endMs >= stretch.sinceMs && endMs <= untilMs) {
        offsetMs = stretch.offsetMs;
        break;
      }
      untilMs = stretch.sinceMs;
    }
    return { from: from - offsetMs, to: to - offsetMs };
  }

  get #offsetMs(): number {
    return this.#stretches.at(-1)?.offsetMs ?? 0;
  }
}

/** The file and line of the caller in a stack, such as `rotation.ts:236`. */
function placeOf(stack: string): string {
  return /([\w.-]+:\d+):\d+\)?$/.exec(stack.split('\n')[2] ?? '')?.[1] ?? 'unknown';
}
