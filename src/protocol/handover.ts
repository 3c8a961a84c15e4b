import { eventKey } from './event-key';

export type HandoverSide = 'old' | 'new';

export interface HandoverOptions {
  /** How long after one side's copy of an event the other side's may come, in ms. The overlap must be longer. */
  readonly matchWindowMs: number;
}

interface Arrival {
  readonly side: HandoverSide;
  readonly atMs: number;
  /** The other side's copy of the same event, as far as can be told. */
  twin: Arrival | undefined;
}

/** Remembered at most. Beyond it what has been silent longest is forgotten: its copies would count as new events. */
const mostArrivals = 20_000;
/** As many equal events are told apart at most; it bounds what one arrival can cost. */
const mostEqualArrivals = 1_000;

/**
 * While two connections deliver the same stream, tells which arrivals to pass on: every event once, whichever side
 * brings it first, and equal events as often as they were published.
 *
 * Each arrival is paired with one of the other side that is equal in topic and payload, lies within the match window and
 * has no twin yet, the nearest in time; where there is one, the arrival is its copy and stays behind. Otherwise it is
 * passed on; and where it lies nearer to an arrival of the other side than that one's twin does, it takes the twin's
 * place. This is for events that only the old side could see, those from before the new side's SUBSCRIBE took effect:
 * one of them may be taken for the twin of a later equal event, but is set free when the true twin comes, keeps its own
 * age, and so is forgotten a match window later, before it could swallow an event that only the new side brings.
 *
 * Exact, if each side loses nothing while both run, their copies are less than the window apart, both run together for
 * longer than the window, and equal events come either together or more than twice that far apart. Should equal events
 * follow each other faster without a pause all along, the count may be off by as many as come in the time between the
 * copies. Events that differ are never confused.
 */
export class Handover {
  readonly #windowMs: number;
  /** Lately arrived, by key, in the order of their last arrival. */
  readonly #arrivals = new Map<string, Arrival[]>();
  #count = 0;

  constructor({ matchWindowMs }: HandoverOptions) {
    this.#windowMs = matchWindowMs;
  }

  /** Takes note of an arrival and tells whether to pass it on. `nowMs` is of a clock that never goes back. */
  accept(side: HandoverSide, topic: string, payload: Buffer, nowMs: number): boolean {
    this.#forget(nowMs - this.#windowMs);
    const equals = this.#equalsOf(eventKey(topic, payload), nowMs - this.#windowMs);
    const arrival: Arrival = { side, atMs: nowMs, twin: undefined };
    const copy = equals.findLast((other) => other.side !== side && other.twin === undefined);
    if (copy !== undefined) pair(copy, arrival);
    else takePlace(arrival, equals);
    equals.push(arrival);
    this.#count += 1;
    return copy === undefined;
  }

  /**
   * How many events of the last match window the other side has brought and `side` has not. With 0 for both the two are in
   * step; once the old side is closed, 0 for `new` says that no copy is to come and the handover is over.
   */
  outstanding(side: HandoverSide, nowMs: number): number {
    let count = 0;
    for (const equals of this.#arrivals.values()) {
      for (const { side: from, atMs, twin } of equals) {
        if (from !== side && twin === undefined && atMs >= nowMs - this.#windowMs) count += 1;
      }
    }
    return count;
  }

  /** What is remembered of this key, which thereby becomes the last in the order. */
  #equalsOf(key: string, oldestMs: number): Arrival[] {
    const equals = this.#arrivals.get(key) ?? [];
    const tooMany = equals.length - mostEqualArrivals + 1;
    const gone = equals.findIndex((arrival, index) => arrival.atMs >= oldestMs && index >= tooMany);
    this.#count -= equals.splice(0, gone === -1 ? equals.length : gone).length;
    this.#arrivals.delete(key);
    this.#arrivals.set(key, equals);
    return equals;
  }

  /** Drops the keys that have been silent since `oldestMs`, and the most silent of the others where there are too many. */
  #forget(oldestMs: number): void {
    for (const [key, equals] of this.#arrivals) {
      const isSilent = (equals.at(-1)?.atMs ?? 0) < oldestMs;
      if (!isSilent && this.#count < mostArrivals) return;
      this.#arrivals.delete(key);
      this.#count -= equals.length;
    }
  }
}

function pair(one: Arrival, other: Arrival): void {
  one.twin = other;
  other.twin = one;
}

/** Gives an arrival without a copy the place of the twin that lies farther than it does from its own twin, if any does. */
function takePlace(arrival: Arrival, equals: readonly Arrival[]): void {
  let mostGainedMs = 0;
  let place: Arrival | undefined;
  for (const other of equals) {
    if (other.side === arrival.side || other.twin === undefined) continue;
    const gainedMs = Math.abs(other.twin.atMs - other.atMs) - (arrival.atMs - other.atMs);
    if (gainedMs <= mostGainedMs) continue;
    mostGainedMs = gainedMs;
    place = other;
  }
  if (place?.twin === undefined) return;
  place.twin.twin = undefined;
  pair(place, arrival);
}
