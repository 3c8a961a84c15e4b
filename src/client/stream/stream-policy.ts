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
const longestBeliefMs = 24 * 3_600_000;
/**
 * After this long a restriction is tried once more, since policies are mended: one refusal then confirms it for twice as
 * long. To ask for a session in vain makes an interruption a second longer; a second connection in vain may end the first.
 */
const firstBeliefMs = { noSessions: 600_000, oneConnection: longestBeliefMs };

/** When a session was granted last to any of the streams that share this, in ms of the clock. */
export interface SessionGrants {
  lastMs: number;
}

/** Something that is believed not to be permitted. */
interface Restriction {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** For how long it is believed. */
  readonly forMs: number;
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
  #noSessions: Restriction | undefined;
  #sessionGrants: SessionGrants = { lastMs: Number.NEGATIVE_INFINITY };
  #secondRefusals = 0;
  #oneConnection: Restriction | undefined;
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
      if (!this.#believesInNoSessions) this.#noSessions = this.#confirmed(this.#noSessions, firstBeliefMs.noSessions);
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
    if (this.hasRoomForSecond) this.#oneConnection = this.#confirmed(this.#oneConnection, firstBeliefMs.oneConnection);
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

  #isOpenTo(restriction: Restriction | undefined): boolean {
    return restriction === undefined || this.#nowMs() > restriction.untilMs;
  }

  #confirmed(before: Restriction | undefined, firstMs: number): Restriction {
    const sinceMs = this.#nowMs();
    const forMs = before === undefined ? firstMs : Math.min(2 * before.forMs, longestBeliefMs);
    return { sinceMs, forMs, untilMs: sinceMs + forMs };
  }
}

/** After this long a refused filter is tried once more: a policy may have been mended. Each time it is not, twice as long. */
const firstRefusalMs = 10 * 60_000;
const longestRefusalMs = 24 * 3_600_000;
/** A filter that was alone in its SUBSCRIBE when the broker closed the connection, this many times, is the culprit. */
const closesToBlame = 2;
const advice = 'choose locations, hubs or ports that it may read';

interface Refusal {
  readonly why: string;
  readonly untilMs: number;
  /** For how long it was left out. */
  readonly forMs: number;
}

/**
 * Which topic filters the broker refuses. It says so by SUBACK or, as AWS IoT does without a word, by closing the
 * connection: a client that subscribes again to all it wants would be closed for ever, so the culprit is looked for.
 */
export class RefusedFilters {
  readonly #suspects = new Map<string, number>();
  readonly #refusals = new Map<string, Refusal>();
  /** Those that a connection which is being opened tries once more: what they were refused for before. */
  readonly #retried = new Map<string, Refusal>();
  #isTrying = false;
  readonly #nowMs: () => number;
  readonly #onChange: (closedOn: readonly string[]) => void;
  /** Whether a SUBSCRIBE has been the cause of a close: then the next one needs no second proof. */
  #isKnownToClose = false;

  /**
   * `nowMs` is of a clock that never goes back; `onChange` is called when there is more or less to
   * leave out, with what has closed a connection.
   */
  constructor(nowMs: () => number, onChange: (closedOn: readonly string[]) => void) {
    this.#nowMs = nowMs;
    this.#onChange = onChange;
  }

  /** The filters that are left out at present, and why. */
  get refusals(): ReadonlyMap<string, string> {
    return new Map([...this.#refusals].map(([filter, { why }]) => [filter, why]));
  }

  /** Lets a new connection try what was refused long ago, until `endTrials`. */
  retry(): void {
    const nowMs = this.#nowMs();
    const due = [...this.#refusals].filter(([, { untilMs }]) => nowMs >= untilMs);
    for (const [filter, refusal] of due) {
      this.#refusals.delete(filter);
      this.#retried.set(filter, refusal);
      // To be sent alone; the proof from before still counts.
      this.#suspects.set(filter, closesToBlame - 1);
    }
    if (due.length === 0) return;
    this.#isTrying = true;
    this.#onChange([]);
  }

  /** Whether the plan is one that a new connection is trying; one that is in use stays as it is meanwhile. */
  isTrial(plan: readonly string[]): boolean {
    return this.#isTrying && plan.some((filter) => this.#retried.has(filter));
  }

  /** The new connection is there, or was not to be had. What it did not come to ask for is for the next one. */
  endTrials(): void {
    if (!this.#isTrying) return;
    this.#isTrying = false;
    for (const [filter, refusal] of this.#retried) {
      this.#suspects.delete(filter);
      this.#refusals.set(filter, refusal);
    }
    this.#retried.clear();
    this.#onChange([]);
  }

  /** Whether the filter must be sent alone, so that a close tells whose fault it was. */
  suspects(filter: string): boolean {
    return this.#suspects.has(filter);
  }

  /** The broker answered a packet, and refused these of its filters; none of them closes connections. */
  answered(packet: readonly string[], refused: readonly string[]): void {
    for (const filter of packet) {
      this.#suspects.delete(filter);
      if (refused.includes(filter)) this.#refuse(filter, `the account may not read this; ${advice}`);
      else this.#retried.delete(filter);
    }
    if (refused.length > 0) this.#onChange([]);
  }

  /** The broker closed a connection while these had no answer yet. */
  closedOn(unanswered: readonly string[]): void {
    for (const filter of unanswered) this.#suspects.set(filter, this.#suspects.get(filter) ?? 0);
    const [alone, ...others] = unanswered;
    if (alone !== undefined && others.length === 0) this.#blame(alone);
  }

  #blame(filter: string): void {
    const closes = (this.#suspects.get(filter) ?? 0) + 1;
    this.#suspects.set(filter, closes);
    if (closes < closesToBlame && !this.#isKnownToClose) return;
    this.#isKnownToClose = true;
    this.#suspects.delete(filter);
    const why = `the broker closes the connection whenever this is asked for, as AWS IoT does if the account may not read it; ${advice}`;
    this.#refuse(filter, why);
    this.#onChange([filter]);
  }

  #refuse(filter: string, why: string): void {
    const before = this.#retried.get(filter);
    this.#retried.delete(filter);
    const forMs = before === undefined ? firstRefusalMs : Math.min(2 * before.forMs, longestRefusalMs);
    this.#refusals.set(filter, { why, forMs, untilMs: this.#nowMs() + forMs });
  }
}
