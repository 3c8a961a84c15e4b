import type { Clock } from './clock';

/** So many steps a wait has. */
const steps = 10;

/**
 * Time that stands still while this process is held up. Two connections bring the same event at about the same time, but
 * a flow that computes for a second, or a computer that sleeps, reads one of them a second later: by the clock that looks
 * like silence on the other. Here no more than a step passes without the event loop having had a turn to read both.
 */
export class PatientTime {
  readonly #clock: Clock;
  readonly #stepMs: number;
  #passedMs = 0;
  #steppedAtMs: number;
  #cancel: () => void = () => undefined;

  /** Runs until `stop`. A wait of `shortestWaitMs` lasts ten turns of the event loop at least. */
  constructor(clock: Clock, shortestWaitMs: number) {
    this.#clock = clock;
    this.#stepMs = shortestWaitMs / steps;
    this.#steppedAtMs = clock.monotonicMs();
    this.#step();
  }

  /** In ms since the beginning. Never goes back. */
  get nowMs(): number {
    return this.#passedMs + Math.min(this.#stepMs, this.#clock.monotonicMs() - this.#steppedAtMs);
  }

  stop(): void {
    this.#cancel();
  }

  #step(): void {
    this.#cancel = this.#clock.after(this.#stepMs, () => {
      this.#passedMs = this.nowMs;
      this.#steppedAtMs = this.#clock.monotonicMs();
      this.#step();
    });
  }
}

/** Calls `action` after `delayMs` of patient time; the function returned cancels it. */
export function patientlyAfter(clock: Clock, delayMs: number, action: () => void): () => void {
  let left = steps;
  const step = (): void => {
    left -= 1;
    if (left === 0) action();
    else cancel = clock.after(delayMs / steps, step);
  };
  let cancel = clock.after(delayMs / steps, step);
  return () => cancel();
}

/** Waits for `delayMs` of patient time, or until the signal aborts. */
export function patientPause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return untilAborted(signal, (over) => patientlyAfter(clock, delayMs, over));
}

/** Waits until what `start` has begun is over, or the signal aborts, which cancels it. */
export function untilAborted(signal: AbortSignal, start: (over: () => void) => () => void): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = start(end);
    signal.addEventListener('abort', end);
  });
}
