import type { Clock } from './clock';

/** A failure answers for so long those who would take a value as old. */
const failureHoldsMs = 5_000;

/** A value and when the reading of it began. */
interface Aged<Value> {
  readonly value: Value;
  /** On the monotonic clock. */
  readonly asOfMs: number;
}

/**
 * A value of which each caller says how old it may be. What is young enough is given at once, else it is read anew: one
 * reading at a time, however many wait for it.
 */
export class AgedValue<Value> {
  readonly #read: () => Promise<Value>;
  readonly #clock: Clock;
  #kept: Aged<Value> | undefined;
  #reading: Aged<Promise<Value>> | undefined;
  #failure: Aged<unknown> | undefined;

  constructor(read: () => Promise<Value>, clock: Clock) {
    this.#read = read;
    this.#clock = clock;
  }

  /** What was read last, however old. A reading that fails leaves it as it is. */
  get kept(): Value | undefined {
    return this.#kept?.value;
  }

  /**
   * The value as it was at most `maxAgeMs` before this call; with 0, read from then on.
   *
   * @throws what the reading failed with
   */
  async get(maxAgeMs: number): Promise<Value> {
    const askedMs = this.#clock.monotonicMs();
    for (;;) {
      const nowMs = this.#clock.monotonicMs();
      if (this.#kept !== undefined && askedMs - this.#kept.asOfMs < maxAgeMs) return this.#kept.value;
      if (this.#failure !== undefined && nowMs - this.#failure.asOfMs < Math.min(maxAgeMs, failureHoldsMs)) {
        throw this.#failure.value;
      }
      this.#reading ??= { value: this.#readAsOf(nowMs), asOfMs: nowMs };
      const { value, asOfMs } = this.#reading;
      if (askedMs - asOfMs <= maxAgeMs) return value;
      // It began too early for this caller, and a second one beside it would ask the platform twice.
      await value.catch(() => undefined);
    }
  }

  async #readAsOf(asOfMs: number): Promise<Value> {
    try {
      // The next turn at the earliest, so that `#reading` is set before it is taken away again.
      await Promise.resolve();
      const value = await this.#read();
      this.#kept = { value, asOfMs };
      this.#failure = undefined;
      return value;
    } catch (error) {
      this.#failure = { value: error, asOfMs: this.#clock.monotonicMs() };
      throw error;
    } finally {
      this.#reading = undefined;
    }
  }
}
