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
    this.#action = action;
    this.#notBeforeMs = this.#clock.monotonicMs() + retry.leastMs;
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#waitFor(retry);
  }

  /**
   * Waits no longer from now than after so many failures. Asked again within the same wait it changes nothing, so that who
   * asks often does not have it tried more often.
   */
  hurry(failures: number): void {
    if (this.#retry !== undefined && failures < this.#retry.failures) this.#waitFor({ ...this.#retry, failures });
  }

  stop(): void {
    this.#cancel();
    this.#retry = undefined;
  }

  /** Waits so long from now, unless what is waited for comes sooner. */
  #waitFor(retry: Retry): void {
    this.#retry = retry;
    const nowMs = this.#clock.monotonicMs();
    const pauseMs = retryPauseMs(retry.failures, this.#random(), retry.last);
    const dueMs = Math.max(nowMs + pauseMs, this.#notBeforeMs);
    if (dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    this.#cancel();
    this.#cancel = this.#clock.after(dueMs - nowMs, () => {
      this.#retry = undefined;
      this.#action();
    });
  }
}
