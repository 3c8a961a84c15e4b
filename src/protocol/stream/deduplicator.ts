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
  readonly isAwaited: boolean;
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
 * An arrival of the new side is waited for on the old side until the end: everything that the new side sees is seen by
 * the old one, too, if late. So the window bounds only how late the new side's copies may be.
 *
 * Exact, if each side loses nothing while both run, the new side's copies come less than the window after the old side's,
 * both run together for longer than the window, and equal events come either together or more than twice that far apart. Should equal events
 * follow each other faster without a pause all along, the count may be off by as many as come in the time between the
 * copies. Events that differ are never confused.
 */
export class Handover {
  readonly #windowMs: number;
  /** Lately arrived, by key, in the order of their last arrival. */
  readonly #arrivals = new Map<string, Arrival[]>();
  /** By key, how many came on the other side longer ago than the window whose copies this side still owes. */
  readonly #owed = { old: new Map<string, number>(), new: new Map<string, number>() };
  #isNewLate = false;
  /** When the old side last brought what the broker had kept for it, as far as can be told: what it alone has brought, or late copies. */
  #lastKeptMs = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor({ matchWindowMs }: HandoverOptions) {
    this.#windowMs = matchWindowMs;
  }

  /**
   * Takes note of an arrival and tells whether to pass it on. `nowMs` is of a clock that never goes back; up to `settledMs`
   * nothing has held up the new side, so that what is older than the window by then has no copy to come. What is not
   * `isAwaited` on the new side may be brought by the old one alone for as long as that is there, and says nothing of it.
   */
  accept(
    side: HandoverSide,
    topic: string,
    payload: Buffer,
    nowMs: number,
    settledMs = nowMs,
    isAwaited = true,
  ): boolean {
    this.#forget(settledMs - this.#windowMs);
    const key = eventKey(topic, payload);
    const equals = this.#equalsOf(key, settledMs - this.#windowMs);
    const arrival: Arrival = { side, atMs: nowMs, twin: undefined, isAwaited };
    const copy = equals.findLast((other) => other.side !== side && other.twin === undefined);
    if (copy === undefined && this.#payOff(side, key)) {
      if (side === 'old') this.#lastKeptMs = nowMs;
      return false;
    }
    if (copy !== undefined) pair(copy, arrival);
    else takePlace(arrival, equals);
    equals.push(arrival);
    this.#count += 1;
    return copy === undefined;
  }

  /**
   * Whether the new side may be as late as the old one: it was away, and brings what was kept for it by and by. Until it has,
   * its copies are waited for as those of the old side are.
   */
  newIsLate(isLate: boolean): void {
    if (this.#isNewLate && !isLate) this.#owed.new.clear();
    this.#isNewLate = isLate;
  }

  /**
   * By key, how many events the other side has brought that this one has not brought yet, and would. What only the old side
   * saw counts as well, as long as it can't be told from what the new side still has.
   */
  owed(by: HandoverSide): ReadonlyMap<string, number> {
    const owed = new Map(this.#owed[by]);
    const isOwed = ({ side, twin, isAwaited }: Arrival): boolean => side !== by && twin === undefined && isAwaited;
    for (const [key, equals] of this.#arrivals) {
      const count = equals.filter(isOwed).length;
      if (count > 0) owed.set(key, (owed.get(key) ?? 0) + count);
    }
    return owed;
  }

  /**
   * Whether the old side brought, at or after `sinceMs`, what the broker had kept for it: an event, a match window ago or longer,
   * that the new side has not, since it was not there yet, or a copy later than the window. There may be more behind it that only
   * the old side will bring. `settledMs` as for `accept`.
   */
  isBehind(sinceMs: number, settledMs: number): boolean {
    this.#forget(settledMs - this.#windowMs);
    return this.#lastKeptMs >= sinceMs;
  }

  /** What is remembered of this key, which thereby becomes the last in the order. */
  #equalsOf(key: string, oldestMs: number): Arrival[] {
    const equals = this.#arrivals.get(key) ?? [];
    const tooMany = equals.length - mostEqualArrivals + 1;
    const gone = equals.findIndex((arrival, index) => arrival.atMs >= oldestMs && index >= tooMany);
    const forgotten = equals.splice(0, gone === -1 ? equals.length : gone);
    this.#settle(key, forgotten);
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
      this.#settle(key, equals);
    }
  }

  /** Takes note of what arrivals without a copy mean once they are forgotten. */
  #settle(key: string, forgotten: readonly Arrival[]): void {
    this.#count -= forgotten.length;
    for (const { side, atMs, twin, isAwaited } of forgotten) {
      if (twin !== undefined || !isAwaited) continue;
      if (side === 'old') this.#lastKeptMs = Math.max(this.#lastKeptMs, atMs);
      if (side === 'new') this.#owe('old', key);
      else if (this.#isNewLate) this.#owe('new', key);
    }
  }

  /** What only one side has brought comes on this one, too, however late: it may have stalled. */
  #owe(by: HandoverSide, key: string): void {
    const owed = this.#owed[by];
    owed.set(key, (owed.get(key) ?? 0) + 1);
    const [oldest] = owed.keys();
    if (owed.size > mostArrivals && oldest !== undefined) owed.delete(oldest);
  }

  /** Whether this side owed a copy; it is paid off. */
  #payOff(by: HandoverSide, key: string): boolean {
    const owed = this.#owed[by];
    const count = owed.get(key);
    if (count === undefined) return false;
    if (count > 1) owed.set(key, count - 1);
    else owed.delete(key);
    return true;
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
