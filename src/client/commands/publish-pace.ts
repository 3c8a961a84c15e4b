/** AWS IoT discards what exceeds 100 publishes a second on a connection, and takes no more while 100 are unacknowledged. */
const slotCount = 100;
/** A second, and a little for two clocks that do not tick alike. */
const coolingMs = 1010;
/** The broker acknowledges soon or never: a publish this old has been discarded and is not counted any more. */
const unansweredMs = 20_000;

/** Gives the slot of a publish back: the broker has answered, or the connection is gone. */
export type FreeSlot = (nowMs: number) => void;

/**
 * At most 100 publishes in any second as the *broker* sees it, and at most 100 unacknowledged. A slot is taken with the
 * publish and comes back a second after the PUBACK, which cannot be sooner than a second after the publish arrived:
 * so no delay on the way can press 101 of them into one second.
 */
export class PublishPace {
  /** Unacknowledged publishes and when they left, the oldest first. */
  readonly #unanswered = new Map<FreeSlot, number>();
  /** When each answered slot comes back, the soonest first. */
  readonly #cooling: number[] = [];

  /** How long until the next publish may leave, in ms; an acknowledgement may shorten it. */
  waitMs(nowMs: number): number {
    this.#refresh(nowMs);
    if (this.#unanswered.size + this.#cooling.length < slotCount) return 0;
    return Math.min(this.#cooling[0] ?? Number.POSITIVE_INFINITY, this.#oldestEndsMs()) - nowMs;
  }

  /** Likewise for a publish that must be the only unacknowledged one. */
  waitAloneMs(nowMs: number): number {
    const waitMs = this.waitMs(nowMs);
    return this.#unanswered.size === 0 ? waitMs : Math.max(waitMs, this.#oldestEndsMs() - nowMs);
  }

  /** Takes a slot; to be called only when there is nothing to wait for. */
  take(nowMs: number): FreeSlot {
    const free: FreeSlot = (atMs) => {
      if (this.#unanswered.delete(free)) this.#cooling.push(atMs + coolingMs);
    };
    this.#unanswered.set(free, nowMs);
    return free;
  }

  #oldestEndsMs(): number {
    const [leftMs] = this.#unanswered.values();
    return leftMs === undefined ? Number.POSITIVE_INFINITY : leftMs + unansweredMs;
  }

  #refresh(nowMs: number): void {
    for (const [slot, leftMs] of this.#unanswered) {
      if (leftMs + unansweredMs > nowMs) break;
      this.#unanswered.delete(slot);
    }
    while (this.#cooling[0] !== undefined && this.#cooling[0] <= nowMs) this.#cooling.shift();
  }
}
