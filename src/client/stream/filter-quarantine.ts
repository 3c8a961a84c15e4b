/** After this long a quarantined filter is tried once more: a policy may have been mended. */
const quarantineMs = 10 * 60_000;
/** A filter that was alone in its SUBSCRIBE when the broker closed the connection, this many times, is the culprit. */
const closesToConvict = 2;

export interface Verdict {
  /** Whether an unanswered SUBSCRIBE may be why the connection ended. */
  readonly isToBlame: boolean;
  /** The filters that are left out from now on. */
  readonly quarantined: readonly string[];
}

/**
 * Finds the filter whose SUBSCRIBE makes the broker close the connection. AWS IoT refuses an unauthorised subscription
 * in this way, without a word, so a client that subscribes again to all it wants would be closed for ever.
 */
export class FilterQuarantine {
  readonly #suspects = new Map<string, number>();
  readonly #quarantined = new Map<string, number>();
  #awaiting: readonly (readonly string[])[] = [];

  /** Whether the filter is not to be sent now. */
  holds(filter: string, nowMs: number): boolean {
    const until = this.#quarantined.get(filter);
    if (until === undefined) return false;
    if (nowMs < until) return true;
    this.#quarantined.delete(filter);
    return false;
  }

  /** Whether the filter must be sent alone, so that a close tells whose fault it was. */
  suspects(filter: string): boolean {
    return this.#suspects.has(filter);
  }

  sent(packet: readonly string[]): void {
    this.#awaiting = [...this.#awaiting, packet];
  }

  /** The broker answered the packet, so none of its filters closes connections. */
  answered(packet: readonly string[]): void {
    this.#awaiting = this.#awaiting.filter((other) => other !== packet);
    for (const filter of packet) this.#suspects.delete(filter);
  }

  /** A connection ended while packets may have been unanswered. */
  connectionEnded(byBroker: boolean, nowMs: number): Verdict {
    const awaiting = this.#awaiting.flat();
    this.#awaiting = [];
    const isToBlame = byBroker && awaiting.length > 0;
    if (!isToBlame) return { isToBlame, quarantined: [] };
    for (const filter of awaiting) this.#suspects.set(filter, this.#suspects.get(filter) ?? 0);
    const [only, ...others] = awaiting;
    return { isToBlame, quarantined: only === undefined || others.length > 0 ? [] : this.#accuse(only, nowMs) };
  }

  #accuse(filter: string, nowMs: number): readonly string[] {
    const closes = (this.#suspects.get(filter) ?? 0) + 1;
    this.#suspects.set(filter, closes);
    if (closes < closesToConvict) return [];
    this.#suspects.delete(filter);
    this.#quarantined.set(filter, nowMs + quarantineMs);
    return [filter];
  }
}
