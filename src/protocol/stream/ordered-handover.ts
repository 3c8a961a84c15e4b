import { Handover, type HandoverOptions, type HandoverSide } from './deduplicator';
import { eventKey } from './event-key';

/** Passes an event on. Returns to how many it went. */
export type Deliver = () => number;

interface Held {
  readonly key: string;
  readonly deliver: Deliver;
}

/**
 * A handover that keeps the order of a port's events: what only the new side has brought yet waits until the old side
 * brings its copy, or until `release`, by when the old side has brought all that was published before the new side was there.
 */
export class OrderedHandover {
  readonly #events: Handover;
  readonly #windowMs: number;
  /** By this time the new side has had time to bring its copies. */
  #settledMs = 0;
  #held: Held[] = [];
  #isHolding = true;

  constructor(options: HandoverOptions) {
    this.#events = new Handover(options);
    this.#windowMs = options.matchWindowMs;
  }

  /** Passes on an arrival at its time, and once; see `Handover.accept`. Returns to how many it went now. */
  accept(
    side: HandoverSide,
    topic: string,
    payload: Buffer,
    deliver: Deliver,
    nowMs: number,
    isAwaited = true,
  ): number {
    const isFirst = this.#events.accept(side, topic, payload, nowMs, this.#settledAt(nowMs), isAwaited);
    if (side === 'old') return isFirst || this.#takeHeld(topic, payload) ? deliver() : 0;
    if (!isFirst) return 0;
    if (!this.#isHolding || !isAwaited) return deliver();
    this.#held.push({ key: eventKey(topic, payload), deliver });
    return 0;
  }

  /** The new side has brought what had been sent on it by then. */
  confirmNew(sentMs: number): void {
    this.#settledMs = sentMs + this.#windowMs;
  }

  /** There is no new side from which copies could be waited for. */
  withoutNew(): void {
    this.#settledMs = Number.POSITIVE_INFINITY;
  }

  /** Nothing waits any more; what has waited is passed on, unless it is to be dropped. */
  release(passesOn = true): void {
    const held = this.#held;
    this.#isHolding = false;
    this.#held = [];
    if (passesOn) for (const { deliver } of held) deliver();
  }

  /** See `Handover.newIsLate`. */
  newIsLate(isLate: boolean): void {
    this.#events.newIsLate(isLate);
  }

  /** See `Handover.isBehind`. */
  isBehind(sinceMs: number, nowMs: number): boolean {
    return this.#events.isBehind(sinceMs, this.#settledAt(nowMs));
  }

  /** What was passed on as the other side brought it and this one would bring again, by key; see `Handover.owed`. */
  owed(by: HandoverSide): ReadonlyMap<string, number> {
    const owed = new Map(this.#events.owed(by));
    if (by === 'new') return owed;
    for (const { key } of this.#held) {
      const count = (owed.get(key) ?? 0) - 1;
      if (count > 0) owed.set(key, count);
      else owed.delete(key);
    }
    return owed;
  }

  #settledAt(nowMs: number): number {
    return Math.min(nowMs, this.#settledMs);
  }

  #takeHeld(topic: string, payload: Buffer): boolean {
    if (this.#held.length === 0) return false;
    const key = eventKey(topic, payload);
    const index = this.#held.findIndex((held) => held.key === key);
    if (index >= 0) this.#held.splice(index, 1);
    return index >= 0;
  }
}
