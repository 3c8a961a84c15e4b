import { type Belief, confirmed, longestBeliefMs } from './belief';
import { RefusedFilters } from './refused-filters';

/** Is told what a stream has learnt of its policy. */
export interface PolicyLessons {
  /** No persistent session is permitted. */
  noSessions(): void;
  /** One is permitted after all. */
  sessionsAgain(): void;
  /** Only one connection at a time is permitted. */
  oneConnection(): void;
  /** More than one is permitted after all. */
  connectionsAgain(): void;
}

export interface PolicyListener {
  readonly log: PolicyLessons;
  /** What is granted to one of several streams of an account is worth asking for on the others. */
  readonly sessionGrants?: SessionGrants | undefined;
  /** More or fewer filters are refused than before; on these the broker closed connections. */
  onFilters(closedOn: readonly string[]): void;
}

/** Refused CONNECTs in a row before it is found out whether it is the session that is refused. */
const refusalsToDoubtSessions = 3;
/** Refused connections beside one that works before it is believed that there may be no second one. */
const refusalsToBelieve = 2;
/** Refused connections in a row without another one before it is doubted: a broker may count one that was just closed. */
const refusalsToDoubt = 3;
/**
 * After this long a restriction is tried once more, since policies are mended: one refusal then confirms it for twice as
 * long. To ask for a session in vain makes an interruption a second longer; a second connection in vain may end the first.
 */
const firstBeliefMs = { noSessions: 600_000, oneConnection: longestBeliefMs };

/** When a session was granted last to any of the streams that share this, in ms of the clock. */
export interface SessionGrants {
  lastMs: number;
}

/**
 * What the account's policy at the broker permits a stream, as far as refusals have taught it: AWS IoT says no without a
 * reason, by a close or a code. Outlives the stream across a redeploy, so that each is learnt and told once.
 */
export class StreamPolicy {
  readonly filters: RefusedFilters;
  readonly #nowMs: () => number;
  #listener: PolicyListener | undefined;
  #sessionRefusals = 0;
  /** Whether a CONNECT without a session was accepted right after one with a session had been refused. */
  #isSessionSuspected = false;
  #noSessions: Belief | undefined;
  #sessionGrants: SessionGrants = { lastMs: Number.NEGATIVE_INFINITY };
  #secondRefusals = 0;
  #oneConnection: Belief | undefined;
  #refusalsAlone = 0;

  /** `nowMs` is of a clock that never goes back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.filters = new RefusedFilters(nowMs, (closedOn) => this.#listener?.onFilters(closedOn));
  }

  /** From now on this stream is told. */
  listen(listener: PolicyListener): void {
    this.#listener = listener;
    this.#sessionGrants = listener.sessionGrants ?? this.#sessionGrants;
  }

  /** What is known, for those who look on. */
  get lessons(): { sessions: boolean; secondConnection: boolean; refusedFilters: readonly string[] } {
    return {
      sessions: this.#noSessions === undefined,
      secondConnection: this.#oneConnection === undefined,
      refusedFilters: [...this.filters.refusals.keys()],
    };
  }

  /**
   * Whether a CONNECT is to ask for a session that the broker keeps. Beside a connection that works, at each renewal, it
   * costs nothing to ask again.
   */
  asksForSession(isAlone: boolean): boolean {
    return !isAlone || !this.#believesInNoSessions;
  }

  sessionGranted(): void {
    this.#sessionRefusals = 0;
    this.#isSessionSuspected = false;
    this.#sessionGrants.lastMs = this.#nowMs();
    if (this.#noSessions === undefined) return;
    this.#noSessions = undefined;
    this.#listener?.log.sessionsAgain();
  }

  /**
   * A CONNECT that asked for a session was refused, with no other connection there. `known`: it is because of the session,
   * so connect without one. `prove`: find out whether a CONNECT without one is accepted, and say so to `cleanAnswered`.
   */
  sessionRefused(): 'unknown' | 'prove' | 'known' {
    if (this.#noSessions !== undefined || this.#isSessionSuspected) {
      if (this.#noSessions === undefined) this.#listener?.log.noSessions();
      // A refusal while it was believed already says nothing new.
      if (!this.#believesInNoSessions)
        this.#noSessions = confirmed(this.#noSessions, firstBeliefMs.noSessions, this.#nowMs());
      this.#isSessionSuspected = false;
      return 'known';
    }
    this.#sessionRefusals += 1;
    return this.#sessionRefusals < refusalsToDoubtSessions ? 'unknown' : 'prove';
  }

  /** Whether a CONNECT that asked for no session was accepted. */
  cleanAnswered(isAccepted: boolean): void {
    this.#isSessionSuspected = isAccepted;
    this.#sessionRefusals = 0;
  }

  /** Whether a second connection may be opened beside one that is there. */
  get hasRoomForSecond(): boolean {
    return this.#isOpenTo(this.#oneConnection);
  }

  secondGranted(): void {
    this.#secondRefusals = 0;
    if (this.#oneConnection === undefined) return;
    this.#oneConnection = undefined;
    this.#listener?.log.connectionsAgain();
  }

  /** A connection beside one that works was refused, or ended that one. Returns whether it is believed that there may be none. */
  secondRefused(): boolean {
    this.#secondRefusals += 1;
    const isKnown = this.#oneConnection !== undefined;
    if (!isKnown && this.#secondRefusals < refusalsToBelieve) return false;
    if (!isKnown) this.#listener?.log.oneConnection();
    if (this.hasRoomForSecond)
      this.#oneConnection = confirmed(this.#oneConnection, firstBeliefMs.oneConnection, this.#nowMs());
    return true;
  }

  /** A connection was refused with no other one there; after several it was not because of another one, which is tried once more. */
  refusedAlone(): void {
    this.#refusalsAlone += 1;
    if (this.#refusalsAlone < refusalsToDoubt) return;
    this.#secondRefusals = 0;
    if (this.#oneConnection === undefined) return;
    this.#oneConnection = { ...this.#oneConnection, untilMs: Number.NEGATIVE_INFINITY };
  }

  /** A connection is there. */
  accepted(): void {
    this.#refusalsAlone = 0;
  }

  get #believesInNoSessions(): boolean {
    const { lastMs } = this.#sessionGrants;
    return this.#noSessions !== undefined && this.#noSessions.sinceMs >= lastMs && !this.#isOpenTo(this.#noSessions);
  }

  #isOpenTo(restriction: Belief | undefined): boolean {
    return restriction === undefined || this.#nowMs() > restriction.untilMs;
  }
}
