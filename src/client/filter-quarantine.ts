/** After this long a quarantined filter is tried once more: a policy may have been mended. */
const quarantineMs = 10 * 60_000;
/** A filter that was alone in its SUBSCRIBE when the broker closed the connection, this many times, is the culprit. */
const closesToConvict = 2;

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

  /** The connection ended. Returns the filters that are quarantined from now on. */
  connectionEnded(byBroker: boolean, nowMs: number): readonly string[] {
    const awaiting = this.#awaiting;
    this.#awaiting = [];
    if (!byBroker) return [];
    const [only, ...others] = awaiting.flat();
    for (const filter of awaiting.flat()) this.#suspects.set(filter, this.#suspects.get(filter) ?? 0);
    if (only === undefined || others.length > 0) return [];
    const closes = (this.#suspects.get(only) ?? 0) + 1;
    this.#suspects.set(only, closes);
    if (closes < closesToConvict) return [];
    this.#suspects.delete(only);
    this.#quarantined.set(only, nowMs + quarantineMs);
    return [only];
  }
}
