/** AWS IoT sends 10 events a second of what it had kept, besides what is live; others send it all at once. */
const keptPerSecond = 10;
/** The rate is looked at over so many seconds. */
const windowSeconds = 3;
/** Where the length of the outage is not known, or how much is usual, it is over after so long, if nothing else tells; after a long outage later. */
const longestSeconds = 60;

export interface CatchUpStart {
  /** How long nothing could be heard, in ms, as far as is known. */
  readonly outageMs?: number | undefined;
  /** How many events usually come in a second, as far as is known. */
  readonly usualPerSecond?: number | undefined;
}

/**
 * Tells when a broker that resumed a session has sent what it had kept, from how much comes each second: once nothing comes
 * for a second, once no more comes than usual, once the rate falls by what AWS IoT sends of what it kept, or
 * once it must have sent it. Nothing in MQTT says which message was kept, so this is right but for the seconds around the end.
 */
export class CatchUp {
  readonly #counts: number[] = [];
  readonly #usual: number | undefined;
  readonly #longest: number;
  #highest = 0;

  constructor({ outageMs, usualPerSecond }: CatchUpStart) {
    this.#usual = usualPerSecond;
    const kept = ((outageMs ?? 0) / 1000) * (usualPerSecond ?? keptPerSecond);
    const sureSeconds = windowSeconds + (2 * kept) / keptPerSecond;
    const isKnown = outageMs !== undefined && usualPerSecond !== undefined;
    this.#longest = isKnown ? sureSeconds : Math.max(longestSeconds, sureSeconds);
  }

  /** A second has passed in which so many came. Returns whether what comes now is live. */
  second(count: number): boolean {
    this.#counts.push(count);
    if (count === 0 || this.#counts.length >= this.#longest) return true;
    if (this.#counts.length < windowSeconds) return false;
    const recent = this.#counts.slice(-windowSeconds).reduce((sum, one) => sum + one, 0);
    this.#highest = Math.max(this.#highest, recent);
    if (recent <= this.#highest - 0.8 * keptPerSecond * windowSeconds) return true;
    if (this.#usual === undefined) return false;
    const usual = this.#usual * windowSeconds;
    return recent <= usual + 2 * Math.sqrt(usual);
  }
}
