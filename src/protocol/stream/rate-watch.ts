/** AWS IoT's limit for one connection, as others have measured it: so many messages at once, and so many a second after that. */
const bucketSize = 500;
const perSecond = 100;
/** Messages under way make the difference between the broker's bucket and ours. */
const nearlyEmpty = 50;
const lookEveryMs = 1_000;
/** For so long the bucket has to be empty. */
const longEnoughMs = 10_000;
const toldEveryMs = 600_000;

/** A time in which AWS IoT will have discarded messages, in ms of the clock that was given. */
export interface RateExcess {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * Counts what comes and goes on a connection, and knows when it is so much that AWS IoT will have discarded some, which it
 * does without a word: its bucket has been empty for ten seconds. Times are of a clock that never goes back.
 */
export class RateWatch {
  #level = bucketSize;
  #bookedAtMs = 0;
  #nextMs = 0;
  #count = 0;
  #emptySinceMs: number | undefined;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  /** A message has come or gone. Answers with what is to be told, at most once in ten minutes. */
  message(nowMs: number): RateExcess | undefined {
    this.#count += 1;
    return nowMs < this.#nextMs ? undefined : this.#book(nowMs);
  }

  /** How many messages may pass at once. */
  room(nowMs: number): number {
    return Math.max(0, this.#levelAt(nowMs));
  }

  /** There is another connection, whose bucket is full. */
  renewed(nowMs: number): void {
    this.#level = bucketSize;
    this.#count = 0;
    this.#bookedAtMs = nowMs;
    this.#emptySinceMs = undefined;
  }

  #levelAt(nowMs: number): number {
    return Math.min(bucketSize, this.#level + ((nowMs - this.#bookedAtMs) * perSecond) / 1000) - this.#count;
  }

  #book(nowMs: number): RateExcess | undefined {
    this.#level = this.room(nowMs);
    this.#count = 0;
    this.#bookedAtMs = nowMs;
    this.#nextMs = nowMs + lookEveryMs;
    if (this.#level > nearlyEmpty) {
      this.#emptySinceMs = undefined;
      return undefined;
    }
    this.#emptySinceMs ??= nowMs;
    const isLong = nowMs - this.#emptySinceMs >= longEnoughMs;
    if (!isLong || nowMs - this.#toldAtMs < toldEveryMs) return undefined;
    this.#toldAtMs = nowMs;
    return { sinceMs: this.#emptySinceMs, untilMs: nowMs };
  }
}
