/** A connection that ends sooner than this may have been ended by someone else with our client id. */
const kickedWithinMs = 30_000;
const kicksToTell = 3;

/**
 * Finds out that another client uses our client id. The broker ends the older of two connections of one id (MQTT 3.1.1,
 * 3.1.4), so that two clients that both reconnect would kick each other out for ever.
 */
export class RivalWatch {
  #kicks = 0;

  /** A connection ended after `livedMs`. Returns whether it is someone else's doing, by the look of the last few. */
  ended(livedMs: number, mayBeKick: boolean): boolean {
    this.#kicks = mayBeKick && livedMs < kickedWithinMs ? this.#kicks + 1 : 0;
    if (this.#kicks < kicksToTell) return false;
    this.#kicks = 0;
    return true;
  }

  /** A connection lived until it was replaced. */
  outlived(): void {
    this.#kicks = 0;
  }
}
