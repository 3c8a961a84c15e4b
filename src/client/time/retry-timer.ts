import { retryPauseMs } from '../../protocol/rest/retry-rules';
import type { Clock } from './clock';

interface Retry {
  /** So many attempts have failed in a row. */
  readonly failures: number;
  /** How the last one did; it may ask for a pause. */
  readonly last: Error | undefined;
  /** No attempt comes sooner than after so long. */
  readonly leastMs: number;
}

/** The wait before another attempt, longer with each that fails: see `retryPauseMs`. It can be hurried. */
export class RetryTimer {
  readonly #clock: Clock;
  readonly #random: () => number;
  #retry: Retry | undefined;
  #notBeforeMs = 0;
  #dueMs = 0;
  #action: () => void = () => undefined;
  #cancel: () => void = () => undefined;

  /** @param random from 0 up to 1, as `Math.random` */
  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Calls `action` after the wait, in place of what was waited for. */
  start(retry: Retry, action: () => void): void {
    this.stop();
    this.#retry = retry;
    this.#action = action;
    this.#notBeforeMs = this.#clock.monotonicMs() + retry.leastMs;
    this.#waitUntil(this.#dueAfter(retry));
  }

  /**
   * Waits no longer from now than after so many failures. Asked again within the same wait it changes nothing, so that who
   * asks often does not have it tried more often.
   */
  hurry(failures: number): void {
    if (this.#retry === undefined || failures >= this.#retry.failures) return;
    this.#retry = { ...this.#retry, failures };
    const dueMs = this.#dueAfter(this.#retry);
    if (dueMs < this.#dueMs) this.#waitUntil(dueMs);
  }

  stop(): void {
    this.#cancel();
    this.#retry = undefined;
  }

  #dueAfter({ failures, last }: Retry): number {
    return Math.max(this.#clock.monotonicMs() + retryPauseMs(failures, this.#random(), last), this.#notBeforeMs);
  }

  #waitUntil(dueMs: number): void {
    this.#cancel();
    this.#dueMs = dueMs;
    this.#cancel = this.#clock.after(dueMs - this.#clock.monotonicMs(), () => {
      this.#retry = undefined;
      this.#action();
    });
  }
}
