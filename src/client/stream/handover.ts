import { type HandoverTimes, handoverTimes } from '../../protocol/stream/handover-times';
import type { Clock } from '../time/clock';
import { patientlyAfter, patientPause, untilAborted } from '../time/patient-time';
import type { Arrivals } from './arrivals';
import type { MissedEvents } from './missed-events';
import type { StreamLink } from './stream-link';

/** So long an old connection is kept for what the broker still has for it; an hour of events takes longer than that. */
const longestMs = 900_000;

/** The time in which two connections deliver side by side. */
interface Overlap {
  readonly old: StreamLink;
  /** Until when the old connection had brought everything before. */
  readonly provenBeforeMs: number;
  /** When the present round began, by the handover's time. */
  roundMs: number;
  /** How much had come by then that had been passed on before. */
  repeats: number;
  /** Whether the old connection has answered since it began. */
  isAnswered: boolean;
  readonly ending: AbortController;
}

/** What a handover has to know and to tell of events that may be missing. */
export type HandoverLosses = Pick<MissedEvents, 'isBehind' | 'owes' | 'lostWith' | 'caughtUp'>;

export interface LinkHandoverParts {
  readonly arrivals: Arrivals;
  readonly missed: HandoverLosses;
  readonly clock: Clock;
  /** For how many renewals, one after another, the life of the credentials has to do. */
  readonly renewalsInTurn: number;
  /** A handover is over for good and another one may begin. */
  readonly onSettled: () => void;
}

/** The way from one connection to its successor, in which both deliver and no event is lost or doubled. */
export class LinkHandover {
  readonly #arrivals: Arrivals;
  readonly #missed: HandoverLosses;
  readonly #clock: Clock;
  readonly #renewalsInTurn: number;
  readonly #onSettled: () => void;
  #overlap: Overlap | undefined;
  /** Since when the broker keeps events for an old connection that is gone. */
  #owedSinceMs: number | undefined;
  #stopWaiting: () => void = () => undefined;
  #isSettling = false;
  #isOver = false;

  constructor({ arrivals, missed, clock, renewalsInTurn, onSettled }: LinkHandoverParts) {
    this.#arrivals = arrivals;
    this.#missed = missed;
    this.#clock = clock;
    this.#renewalsInTurn = renewalsInTurn;
    this.#onSettled = onSettled;
  }

  /** Whether the old connection is gone, and the new one may still bring the twins of what it brought last. */
  get isSettling(): boolean {
    return this.#isSettling;
  }

  /** Begins before the successor subscribes: what the old connection brings counts from now on. */
  begin(old: StreamLink): void {
    this.#arrivals.beginHandover(old.clientId, this.#timesOf(old).matchWindowMs);
  }

  /**
   * Lets both run side by side until the old one has brought all that only it can bring, which was published before the new
   * one subscribed: mostly nothing; after an outage, or on a line that had stalled, more than fits into one go. It waits for
   * the new one as well, whose line may stall just as much.
   *
   * Goes round by round. In each the broker has had time to send more of what it kept, of which AWS IoT sends ten a second,
   * and has answered a ping: it has then seen our acknowledgements from before, and has sent what they made room for (AWS
   * IoT has 100 messages unacknowledged at most). A round in which the old connection brought nothing of its own until that
   * answer is the last.
   *
   * @returns false where one of the two ended first, which is told to `ended`; it may go on with the old one's session later
   */
  async overlap(old: StreamLink, fresh: StreamLink): Promise<boolean> {
    const times = this.#timesOf(fresh);
    const endMs = this.#clock.monotonicMs() + longestMs;
    const provenBeforeMs = this.#owedSinceMs ?? old.provenMs;
    const ending = new AbortController();
    const overlap: Overlap = { old, provenBeforeMs, roundMs: 0, repeats: 0, isAnswered: false, ending };
    this.#overlap = overlap;
    for (;;) {
      overlap.roundMs = this.#arrivals.handoverMs;
      overlap.repeats = this.#arrivals.repeats;
      try {
        await old.ping();
        overlap.isAnswered = true;
        // The ping after it is proof enough that both were read: no need for patience.
        await untilAborted(ending.signal, (over) => this.#clock.after(times.overlapMs - times.matchWindowMs, over));
        await old.ping();
        await this.#confirm(fresh);
      } catch {
        // One of the two has ended, which is told elsewhere.
        return false;
      }
      // The new connection's copies of what the old one brought last may take so long.
      await patientPause(this.#clock, times.matchWindowMs, ending.signal);
      if (ending.signal.aborted) return false;
      const isComplete = !this.#isBehind(overlap);
      if (isComplete) this.#arrivals.release();
      // Of what it kept a broker may send for a while only what others have brought, or nobody wants here.
      const goesOn = !isComplete || old.inbox.isCatchingUp;
      if (goesOn && this.#clock.monotonicMs() < endMs) continue;
      this.#overlap = undefined;
      this.#owedSinceMs = undefined;
      if (!isComplete) this.#missed.lostWith(provenBeforeMs);
      this.#missed.caughtUp();
      return true;
    }
  }

  /** Unsubscribes the old one and lets what is on its way arrive. */
  async drain(old: StreamLink, fresh: StreamLink): Promise<void> {
    await old.drain(this.#timesOf(fresh).drainMs);
    this.#isSettling = true;
  }

  /**
   * One of two connections ended by itself. Returns whether the broker keeps events for the older one that the newer one
   * will not bring; they are lost where it keeps no session, or `isGivenUp` because somebody else has it. If it was the newer
   * one, the session of the older one is what goes on.
   */
  ended(attempt: number, isGivenUp: boolean): boolean {
    const overlap = this.#overlap;
    if (overlap === undefined) {
      this.#owe(this.#owedSinceMs);
      return false;
    }
    this.#overlap = undefined;
    overlap.ending.abort();
    const { old, isAnswered, provenBeforeMs } = overlap;
    // What the newer one has brought goes on waiting for the older one, which will bring what comes before it.
    if (attempt !== old.attempt) {
      this.#owe(this.#owedSinceMs);
      return false;
    }
    const isBehind = this.#missed.isBehind || this.#isBehind(overlap);
    const isOwed = !isAnswered || isBehind;
    this.#owedSinceMs = isOwed ? provenBeforeMs : undefined;
    if (isOwed && old.keepsSession && !isGivenUp) return true;
    this.giveUp();
    return false;
  }

  /** What the broker keeps for an old connection that is gone can't be had, if it keeps something. Nothing waits for it. */
  giveUp(): void {
    this.#arrivals.release();
    if (this.#owedSinceMs !== undefined) this.#missed.lostWith(this.#owedSinceMs);
    this.#owedSinceMs = undefined;
  }

  /** The old connection is closed: waits for the twins of what it brought last. */
  async settle(old: string, fresh: StreamLink): Promise<void> {
    this.#isSettling = true;
    try {
      await this.#confirm(fresh);
    } catch {
      // It is gone, too; its session will bring them on its next connection, before that one has caught up.
      this.#isSettling = false;
      return;
    }
    if (this.#isOver) return;
    this.#stopWaiting();
    this.#stopWaiting = patientlyAfter(this.#clock, this.#timesOf(fresh).matchWindowMs, () => {
      this.#isSettling = false;
      this.#arrivals.endHandover(old);
      this.#onSettled();
    });
  }

  /** The stream closes. */
  stop(): void {
    this.#isOver = true;
    this.#stopWaiting();
    const overlap = this.#overlap;
    this.#overlap = undefined;
    overlap?.ending.abort();
    this.#owe(overlap?.provenBeforeMs ?? this.#owedSinceMs);
  }

  /** The next connection resumes the session that holds what has been published since then. */
  #owe(provenMs: number | undefined): void {
    this.#owedSinceMs = undefined;
    if (provenMs !== undefined) this.#missed.owes(provenMs);
  }

  /** Whether the old connection has brought, since the round began, what the broker had kept for it. */
  #isBehind({ old, roundMs, repeats }: Overlap): boolean {
    return this.#arrivals.repeats > repeats || this.#arrivals.isBehind(old.clientId, roundMs);
  }

  #timesOf({ timed }: StreamLink): HandoverTimes {
    return handoverTimes(timed.lifeMs / this.#renewalsInTurn);
  }

  /** Once the new connection answers, it has brought its copies of what the old one had brought before. */
  async #confirm(fresh: StreamLink): Promise<void> {
    const sentMs = this.#arrivals.handoverMs;
    await fresh.level();
    this.#arrivals.confirmNew(sentMs);
  }
}
