/** Lets so many things a second through, counted over the last second. */
export class RateMeter {
  readonly #most: number;
  readonly #times: number[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether one more is within the rate at this time (ms); one that is not does not count. */
  allows(now: number): boolean {
    while ((this.#times[0] ?? now) <= now - 1000) this.#times.shift();
    if (this.#times.length >= this.#most) return false;
    this.#times.push(now);
    return true;
  }
}
