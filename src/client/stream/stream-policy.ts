import { StreamError } from '../mqtt/stream-error';

/** What it means that the policy permits no session. */
export const withoutSessions =
  "the account's policy permits no persistent session: the broker keeps nothing while there is no connection, so that each interruption, a deploy too, is a gap";

/** What a stream is told when it has learnt something of its policy. */
export interface PolicyListener {
  /** More or fewer filters are refused than before; on these the broker closed connections. */
  onFilters(closedOn: readonly string[]): void;
  /** No persistent session is permitted. */
  onNoSessions(): void;
  /** Only one connection at a time is permitted. */
  onOneConnection(): void;
}

/** Refused CONNECTs in a row before it is found out whether it is the session that is refused. */
const refusalsToDoubtSessions = 3;
/** Refused connections beside one that works before it is believed that there may be no second one. */
const refusalsToBelieve = 2;
/** Refused connections in a row without another one before it is doubted: a broker may count one that was just closed. */
const refusalsToDoubt = 3;
/** After this long a restriction is tried once more: one refusal then confirms it. */
const beliefMs = 24 * 3_600_000;

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
  #noSessionsSinceMs: number | undefined;
  #secondRefusals = 0;
  #oneConnectionSinceMs: number | undefined;
  #refusalsAlone = 0;

  /** `nowMs` is of a clock that never goes back. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.filters = new RefusedFilters(nowMs, (closedOn) => this.#listener?.onFilters(closedOn));
  }

  /** From now on this stream is told. */
  listen(listener: PolicyListener): void {
    this.#listener = listener;
  }

  /** What is known, for those who look on. */
  get lessons(): { sessions: boolean; secondConnection: boolean; refusedFilters: readonly string[] } {
    return {
      sessions: this.#noSessionsSinceMs === undefined,
      secondConnection: this.#oneConnectionSinceMs === undefined,
      refusedFilters: [...this.filters.refusals.keys()],
    };
  }

  /** Whether a CONNECT is to ask for a session that the broker keeps. */
  get asksForSession(): boolean {
    return this.#noSessionsSinceMs === undefined || this.#isOld(this.#noSessionsSinceMs);
  }

  sessionGranted(): void {
    this.#sessionRefusals = 0;
    this.#isSessionSuspected = false;
    this.#noSessionsSinceMs = undefined;
  }

  /**
   * A CONNECT that asked for a session was refused, with no other connection there. `known`: it is because of the session,
   * so connect without one. `prove`: find out whether a CONNECT without one is accepted, and say so to `cleanAnswered`.
   */
  sessionRefused(): 'unknown' | 'prove' | 'known' {
    if (this.#noSessionsSinceMs !== undefined || this.#isSessionSuspected) {
      if (this.#noSessionsSinceMs === undefined) this.#listener?.onNoSessions();
      this.#noSessionsSinceMs = this.#nowMs();
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
    return this.#oneConnectionSinceMs === undefined || this.#isOld(this.#oneConnectionSinceMs);
  }

  secondGranted(): void {
    this.#secondRefusals = 0;
    this.#oneConnectionSinceMs = undefined;
  }

  /** A connection beside one that works was refused, or ended that one. Returns whether it is believed that there may be none. */
  secondRefused(): boolean {
    this.#secondRefusals += 1;
    const isKnown = this.#oneConnectionSinceMs !== undefined;
    if (!isKnown && this.#secondRefusals < refusalsToBelieve) return false;
    if (!isKnown) this.#listener?.onOneConnection();
    this.#oneConnectionSinceMs = this.#nowMs();
    return true;
  }

  /** A connection was refused with no other one there; after several it was not because of another one. */
  refusedAlone(): void {
    this.#refusalsAlone += 1;
    if (this.#refusalsAlone >= refusalsToDoubt) this.secondGranted();
  }

  /** A connection is there. */
  accepted(): void {
    this.#refusalsAlone = 0;
  }

  #isOld(sinceMs: number): boolean {
    return this.#nowMs() - sinceMs > beliefMs;
  }
}

/** What it takes to find out whether a session is permitted. */
export interface SessionAttempt<Connection> {
  /** Whether there is no other connection, which might be what is refused. */
  readonly isAlone: boolean;
  /** Connects; `clean` asks for no session. */
  readonly connect: (clean: boolean) => Promise<Connection>;
  /** Connects under an id that nothing else uses, asking for no session. */
  readonly connectElsewhere: () => Promise<void>;
  /** Waits until the broker takes another CONNECT of the same id. */
  readonly pause: () => Promise<void>;
}

/** Asks for a session that the broker keeps, unless the policy permits none. Rejects as `connect` does. */
export async function connectAsPermitted<Connection>(
  policy: StreamPolicy,
  { isAlone, connect, connectElsewhere, pause }: SessionAttempt<Connection>,
): Promise<{ readonly connection: Connection; readonly keepsSession: boolean }> {
  if (policy.asksForSession) {
    try {
      const connection = await connect(false);
      policy.sessionGranted();
      return { connection, keepsSession: true };
    } catch (error) {
      const mayBeSession = refusedBy(error) === 'connect' && (isAlone || !policy.lessons.sessions);
      if (!mayBeSession) throw error;
      const verdict = policy.sessionRefused();
      // Where that fails, too, it is something else, which the failure of the attempt tells.
      if (verdict === 'prove') policy.cleanAnswered(await connectElsewhere().then(...yesOrNo));
      if (verdict !== 'known') throw error;
      await pause();
    }
  }
  return { connection: await connect(true), keepsSession: false };
}

const yesOrNo = [() => true, () => false] as const;

/** What a server said no to. */
export function refusedBy(error: unknown): StreamError['refuses'] {
  return error instanceof StreamError ? error.refuses : undefined;
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
  /** Of filters that are tried once more: for how long each was left out. */
  readonly #retried = new Map<string, number>();
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

  /** Lets a new connection try what was refused long ago. */
  retry(): void {
    const nowMs = this.#nowMs();
    const due = [...this.#refusals].filter(([, { untilMs }]) => nowMs >= untilMs);
    for (const [filter, { forMs }] of due) {
      this.#refusals.delete(filter);
      this.#retried.set(filter, forMs);
      // To be sent alone; the proof from before still counts.
      this.#suspects.set(filter, closesToBlame - 1);
    }
    if (due.length > 0) this.#onChange([]);
  }

  /** The filters that a connection in use may ask for: what is tried once more is for a new connection to try. */
  withoutTrials(plan: readonly string[]): readonly string[] {
    return this.#retried.size === 0 ? plan : plan.filter((filter) => !this.#retried.has(filter));
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
    const forMs = before === undefined ? firstRefusalMs : Math.min(2 * before, longestRefusalMs);
    this.#refusals.set(filter, { why, forMs, untilMs: this.#nowMs() + forMs });
  }
}
