import { OrderedHandover } from '../../protocol/stream/ordered-handover';
import { RedeliveryFilter, type RedeliveryMark } from '../../protocol/stream/redelivery';
import { filterMatches } from '../../protocol/topics/subscription-plan';
import type { Clock } from '../time/clock';
import { PatientTime, patientlyAfter } from '../time/patient-time';
import type { SessionMemory } from './stream-memory';

/** In a handover events wait so long at most for the older ones that the old connection has: its line may have stalled. */
const longestHoldMs = 5_000;

interface RunningHandover {
  /** The client id of the connection that is being replaced. */
  readonly old: string;
  /** That of the connection which replaces it, once that is there. */
  fresh: string | undefined;
  readonly events: OrderedHandover;
  readonly time: PatientTime;
  readonly cancelHold: () => void;
}

/** Who an event goes to, as `Subscribers` does it; each method answers to how many it went. */
export interface EventReceivers {
  /** `queued`: the broker kept it while there was no connection. */
  dispatch(topic: string, payload: Buffer, queued: boolean): number;
  /** The broker sent it because it keeps the last one of each topic, on a new subscription. */
  dispatchRetained(topic: string, payload: Buffer): number;
  /** The topic filters wanted of the stream, as worked out last. */
  readonly plan: readonly string[];
}

export interface InboxOptions {
  readonly clientId: string;
  /** Whether the broker resumed the session of this client id, as it says in CONNACK. */
  readonly sessionPresent: boolean;
  /** Whether the connection is to replace one that is there. */
  readonly isSuccessor: boolean;
}

/** What arrives on one connection, from its CONNACK on. */
export class Inbox {
  readonly clientId: string;
  readonly #arrivals: Arrivals;
  readonly #redelivery: RedeliveryFilter;
  readonly #isSuccessor: boolean;
  readonly #clock: Clock;
  /** Where in the stream of messages each PINGREQ left that has no answer yet. */
  readonly #marks: RedeliveryMark[] = [];
  #isCatchingUp: boolean;
  /** The wall clock minus the monotonic one when the broker last answered a ping. */
  wallOffsetMs: number;

  constructor(arrivals: Arrivals, redelivery: RedeliveryFilter, clock: Clock, options: InboxOptions) {
    this.clientId = options.clientId;
    this.#arrivals = arrivals;
    this.#redelivery = redelivery;
    this.#clock = clock;
    this.#isSuccessor = options.isSuccessor;
    this.#isCatchingUp = options.sessionPresent && !options.isSuccessor;
    this.wallOffsetMs = wallOffsetOf(clock);
  }

  /** Whether what comes may be what the broker kept while there was no connection. */
  get isCatchingUp(): boolean {
    return this.#isCatchingUp;
  }

  /** The broker has sent what it had kept: what comes now is live. */
  caughtUp(): void {
    this.#isCatchingUp = false;
  }

  /** One message. Answers with a pause where the flows need one; see `MqttListener.onMessage`. */
  receive(topic: string, payload: Buffer, qos: number, retained: boolean): Pause | undefined {
    if (qos > 0) {
      const isNew = this.#redelivery.accept(topic, payload);
      this.#redelivery.received(topic, payload);
      if (!isNew) {
        this.#arrivals.repeated();
        return undefined;
      }
    }
    if (!retained) return this.#arrivals.receive(this.clientId, topic, payload, this.#isCatchingUp);
    // A successor's subscriptions are new to the broker and to nobody else.
    return this.#isSuccessor ? undefined : this.#arrivals.receiveRetained(topic, payload);
  }

  pingSent(): void {
    this.#marks.push(this.#redelivery.mark(this.#clock.monotonicMs()));
  }

  pingAnswered(): void {
    const mark = this.#marks.shift();
    if (mark !== undefined) this.#redelivery.confirmedUpTo(mark);
    this.wallOffsetMs = wallOffsetOf(this.#clock);
  }
}

/** Given what continues reading, calls it once the flows have had their turn. */
type Pause = (goOn: () => void) => void;

/** After this many messages handed out without a pause the flows get a turn to work them off, as after so many packets. */
const messagesPerTurn = 100;

/**
 * Turns of the event loop, which all connections of a process share: ten that each handed out their fill would leave the flows
 * ten times as much to hold.
 */
class FlowTurns {
  readonly #waiting: (() => void)[] = [];
  #handedOut = 0;

  /** So many messages were handed out. */
  after(count: number): Pause | undefined {
    this.#handedOut += count;
    return this.#handedOut < messagesPerTurn ? undefined : this.#wait;
  }

  readonly #wait = (goOn: () => void): void => {
    this.#waiting.push(goOn);
    if (this.#waiting.length === 1) setImmediate(this.#next);
  };

  /** One in each turn, in the order in which they came, so that none of them starves. */
  readonly #next = (): void => {
    this.#handedOut = 0;
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#next);
  };
}

const turns = new FlowTurns();

/** What is known of the broker's sessions. */
export type KnownSessions = Pick<SessionMemory, 'redeliveries' | 'session'>;

/** What arrives on a stream's connections, each event passed on once: redeliveries and a handover's twins stay behind. */
export class Arrivals {
  readonly #receivers: EventReceivers;
  readonly #clock: Clock;
  readonly #onEvent: (nowMs: number) => void;
  readonly #sessions: KnownSessions;
  #handover: RunningHandover | undefined;
  #isStopped = false;
  #repeats = 0;

  /**
   * `onEvent` is told of each event that is passed on, with the time of the monotonic clock. `sessions` outlives this stream
   * across a redeploy.
   */
  constructor(receivers: EventReceivers, clock: Clock, onEvent: (nowMs: number) => void, sessions: KnownSessions) {
    this.#receivers = receivers;
    this.#clock = clock;
    this.#onEvent = onEvent;
    this.#sessions = sessions;
  }

  /** A connection has its CONNACK. Without its old session the broker sends nothing once more. */
  inbox(options: InboxOptions): Inbox {
    const { clientId, sessionPresent } = options;
    const known = sessionPresent ? this.#sessions.redeliveries.get(clientId) : undefined;
    known?.resume(this.#clock.monotonicMs());
    const redelivery = known ?? new RedeliveryFilter();
    this.#sessions.redeliveries.set(clientId, redelivery);
    if (this.#handover !== undefined && this.#handover.old !== clientId) this.#handover.fresh = clientId;
    return new Inbox(this, redelivery, this.#clock, options);
  }

  /**
   * From now on connections under the client id `old` and under any other may both bring an event. Begins before the other
   * one subscribes. Where the other one fails, the session of `old` goes on, perhaps on a new connection.
   */
  beginHandover(old: string, matchWindowMs: number): void {
    if (this.#handover?.old !== old) {
      this.close();
      const time = new PatientTime(this.#clock, matchWindowMs);
      const events = new OrderedHandover({ matchWindowMs });
      const cancelHold = patientlyAfter(this.#clock, longestHoldMs, () => events.release());
      this.#handover = { old, fresh: undefined, events, time, cancelHold };
    }
    this.confirmNew(this.handoverMs);
  }

  /** The time of the handover, in ms since it began. It stands still while this process is held up. */
  get handoverMs(): number {
    return this.#handover?.time.nowMs ?? 0;
  }

  /** The new connection has brought what the broker had sent on it by this time of the handover. */
  confirmNew(sentMs: number): void {
    this.#handover?.events.confirmNew(sentMs);
  }

  /** The old connection has brought all that was published before the new one was there: that one need not wait for it. */
  release(): void {
    this.#handover?.cancelHold();
    this.#handover?.events.release();
  }

  /** The connection `old` is the only one again: there is none from which copies could be waited for. */
  withoutNew(old: string): void {
    if (this.#handover?.old === old) this.#handover.events.withoutNew();
  }

  /** Whether connections under the client id `old` have brought, since `sinceMs` of the handover's time, what no other one brings. */
  isBehind(old: string, sinceMs: number): boolean {
    const handover = this.#handover;
    return handover?.old === old && handover.events.isBehind(sinceMs, handover.time.nowMs);
  }

  endHandover(old: string): void {
    if (this.#handover?.old === old) this.close();
  }

  /**
   * The stream ends, perhaps in the middle of a handover; what the session that goes on still has, the old or the new one, is
   * kept back when it is resumed after a deploy. Nothing is passed on any more.
   */
  stop(): void {
    this.#isStopped = true;
    const { redeliveries } = this.#sessions;
    if (this.#handover !== undefined) {
      const { old, fresh = '', events } = this.#handover;
      redeliveries.get(old)?.owes(events.owed('old'));
      redeliveries.get(fresh)?.owes(events.owed('new'));
      events.release(false);
    }
    this.close();
  }

  /** Ends any handover. */
  close(): void {
    this.release();
    this.#handover?.time.stop();
    this.#handover = undefined;
  }

  receive(clientId: string, topic: string, payload: Buffer, queued: boolean): Pause | undefined {
    if (this.#isStopped) return undefined;
    const handover = this.#handover;
    if (handover === undefined) return turns.after(this.#deliver(topic, payload, queued));
    const { events, time } = handover;
    const side = clientId === handover.old ? 'old' : 'new';
    // What is wanted no more, or refused, the old connection alone may still bring; what has come to be wanted, perhaps the new one.
    const other = side === 'old' ? this.#receivers.plan : this.#sessions.session(handover.old)?.filters;
    const isAwaited = other?.some((filter) => filterMatches(filter, topic)) ?? true;
    const deliver = (): number => this.#deliver(topic, payload, queued);
    return turns.after(events.accept(side, topic, payload, deliver, time.nowMs, isAwaited));
  }

  /** How much has come that had been passed on before: the broker had kept it, and may have kept more. */
  get repeats(): number {
    return this.#repeats;
  }

  repeated(): void {
    this.#repeats += 1;
  }

  #deliver(topic: string, payload: Buffer, queued: boolean): number {
    this.#onEvent(this.#clock.monotonicMs());
    return this.#receivers.dispatch(topic, payload, queued);
  }

  receiveRetained(topic: string, payload: Buffer): Pause | undefined {
    return this.#isStopped ? undefined : turns.after(this.#receivers.dispatchRetained(topic, payload));
  }
}

/** The wall clock minus the monotonic one: what a computer sleeps is added to it, and what its clock is set. */
export function wallOffsetOf(clock: Clock): number {
  return clock.now() - clock.monotonicMs();
}
