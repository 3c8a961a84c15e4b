import { type Clock, systemClock } from '../../src';

interface Stretch {
  readonly sinceMs: number;
  readonly offsetMs: number;
}

/** This computer's clock, but for the hour, which can be set, and for its timers, which are counted. */
export class StormClock implements Clock {
  /** Since when the clock has been off by how much; the newest last. */
  readonly #stretches: Stretch[] = [{ sinceMs: 0, offsetMs: 0 }];
  #timers = 0;

  /** How many timers are waiting. */
  get timers(): number {
    return this.#timers;
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs();
  }

  after(delayMs: number, action: () => void): () => void {
    let isWaiting = true;
    const settle = (): void => {
      if (isWaiting) this.#timers -= 1;
      isWaiting = false;
    };
    this.#timers += 1;
    const cancel = systemClock.after(delayMs, () => {
      settle();
      action();
    });
    return () => {
      settle();
      cancel();
    };
  }

  /** Sets the hour this much off from the true one. */
  set(offsetMs: number): void {
    this.#stretches.push({ sinceMs: Date.now(), offsetMs });
  }

  /** The true time at which this clock last showed `shownMs`. */
  trueTime(shownMs: number): number {
    let untilMs = Date.now();
    for (const { sinceMs, offsetMs } of this.#stretches.toReversed()) {
      const trueMs = shownMs - offsetMs;
      if (trueMs >= sinceMs && trueMs <= untilMs) return trueMs;
      untilMs = sinceMs;
    }
    return shownMs - this.#offsetMs;
  }

  get #offsetMs(): number {
    return this.#stretches.at(-1)?.offsetMs ?? 0;
  }
}
