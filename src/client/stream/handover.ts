import { type HandoverTimes, handoverTimes } from '../../protocol/stream/handover-times';
import type { Clock } from '../time/clock';
import { patientlyAfter } from '../time/patient-time';
import type { Arrivals } from './arrivals';
import type { MissedEvents } from './missed-events';
import { confirm, Overlap } from './overlap';
import type { StreamLink } from './stream-link';

/** The way from one connection to its successor, in which both deliver and no event is lost or doubled. */
export class LinkHandover {
  readonly #arrivals: Arrivals;
  readonly #missed: MissedEvents;
  readonly #clock: Clock;
  #overlap: Overlap | undefined;
  #stopWaiting: () => void = () => undefined;
  #isOver = false;

  constructor(arrivals: Arrivals, missed: MissedEvents, clock: Clock) {
    this.#arrivals = arrivals;
    this.#missed = missed;
    this.#clock = clock;
  }

  /** Begins before the successor subscribes: what the old connection brings counts from now on. */
  begin(old: StreamLink): void {
    this.#arrivals.beginHandover(old.clientId, timesOf(old).matchWindowMs);
  }

  /**
   * Lets both run side by side until the old one has brought all that only it can bring.
   *
   * @returns false where one of the two ended first, which is told to `ended`
   */
  async overlap(old: StreamLink, fresh: StreamLink): Promise<boolean> {
    const parts = { old, fresh, arrivals: this.#arrivals, times: timesOf(fresh), clock: this.#clock };
    const overlap = new Overlap(parts);
    this.#overlap = overlap;
    const how = await overlap.run();
    if (how === 'ended') return false;
    this.#overlap = undefined;
    if (how === 'given up') this.#missed.lostWith(overlap.heardBeforeMs);
    this.#missed.caughtUp();
    return true;
  }

  /** Unsubscribes the old one and lets what is on its way arrive. */
  async drain(old: StreamLink, fresh: StreamLink): Promise<void> {
    await old.drain(timesOf(fresh).drainMs);
  }

  /** One of two connections ended by itself. */
  ended(attempt: number): void {
    const overlap = this.#overlap;
    if (overlap === undefined) return;
    this.#overlap = undefined;
    overlap.end();
    if (attempt === overlap.attempt && overlap.isOwed) this.#missed.lostWith(overlap.heardBeforeMs);
  }

  /** The old connection is closed. The new one may still bring the twins of what it brought last. */
  async settle(old: string, fresh: StreamLink): Promise<void> {
    try {
      await confirm(fresh, this.#arrivals);
    } catch {
      // It is gone, too; its session will bring them on its next connection, before that one has caught up.
      return;
    }
    if (this.#isOver) return;
    this.#stopWaiting();
    this.#stopWaiting = patientlyAfter(this.#clock, timesOf(fresh).matchWindowMs, () =>
      this.#arrivals.endHandover(old),
    );
  }

  /** The stream closes. Returns since when, in ms since 1970, events are lost with the old connection, if any are. */
  stop(): number | undefined {
    this.#isOver = true;
    this.#stopWaiting();
    const overlap = this.#overlap;
    this.#overlap = undefined;
    const missedSinceMs = overlap?.isOwed ? this.#missed.missingSinceMs(overlap.heardBeforeMs) : undefined;
    overlap?.end();
    return missedSinceMs;
  }
}

function timesOf({ timed }: StreamLink): HandoverTimes {
  return handoverTimes(timed.lifeMs);
}
