import type { Clock } from './clock';

/** Waits for one thing at a time; what is waited for can be brought forward. */
export class Timer {
  readonly #clock: Clock;
  #dueMs = Number.POSITIVE_INFINITY;
  #action: () => void = () => undefined;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `action` after `delayMs`, in place of what was waited for. */
  start(delayMs: number, action: () => void): void {
    this.stop();
    this.#dueMs = this.#clock.monotonicMs() + delayMs;
    this.#action = action;
    this.#cancel = this.#clock.after(delayMs, () => {
      this.#dueMs = Number.POSITIVE_INFINITY;
      action();
    });
  }

  /** What is waited for comes after `delayMs`, unless it comes sooner or nothing is waited for. */
  noLaterThan(delayMs: number): void {
    const isLater = Number.isFinite(this.#dueMs) && this.#clock.monotonicMs() + delayMs < this.#dueMs;
    if (isLater) this.start(delayMs, this.#action);
  }

  stop(): void {
    this.#cancel();
    this.#dueMs = Number.POSITIVE_INFINITY;
  }
}
