import { Handover } from '../../protocol/stream/deduplicator';
import { RedeliveryFilter } from '../../protocol/stream/redelivery';
import type { Subscribers } from '../events/subscribers';
import type { Clock } from '../time/clock';
import { PatientTime } from '../time/patient-time';

/** After this many messages handed out without a pause the flows get a turn to work them off. */
const messagesPerTurn = 256;

interface RunningHandover {
  /** The client id of the connection that is being replaced. */
  readonly old: string;
  readonly events: Handover;
  readonly time: PatientTime;
  readonly matchWindowMs: number;
  /** By this time of the handover the new connection has had time to bring its copies. */
  settledMs: number;
}

/** What arrives on a stream's connections, each event passed on once: redeliveries and a handover's twins stay behind. */
export class Arrivals {
  readonly #subscribers: Pick<Subscribers, 'dispatch'>;
  readonly #clock: Clock;
  readonly #redelivery: Map<string, RedeliveryFilter>;
  #handover: RunningHandover | undefined;
  #handedOut = 0;

  /** `redelivery` holds, by client id, what may be sent again; it outlives this stream across a redeploy. */
  constructor(subscribers: Pick<Subscribers, 'dispatch'>, clock: Clock, redelivery: Map<string, RedeliveryFilter>) {
    this.#subscribers = subscribers;
    this.#clock = clock;
    this.#redelivery = redelivery;
  }

  /**
   * The QoS 1 messages of this client id that the broker may send once more. Without its old session it sends none.
   */
  redeliveryOf(clientId: string, sessionPresent: boolean): RedeliveryFilter {
    const known = this.#redelivery.get(clientId);
    if (known !== undefined && sessionPresent) {
      known.resume(this.#clock.monotonicMs());
      return known;
    }
    const filter = new RedeliveryFilter();
    this.#redelivery.set(clientId, filter);
    return filter;
  }

  /** The session under this client id is over. */
  forgetRedelivery(clientId: string): void {
    this.#redelivery.delete(clientId);
  }

  /**
   * From now on connections under the client id `old` and under any other may both bring an event. Begins before the other
   * one subscribes. Where the other one fails, the session of `old` goes on, perhaps on a new connection.
   */
  beginHandover(old: string, matchWindowMs: number): void {
    if (this.#handover?.old !== old) {
      this.close();
      const time = new PatientTime(this.#clock, matchWindowMs);
      this.#handover = { old, events: new Handover({ matchWindowMs }), time, matchWindowMs, settledMs: 0 };
    }
    this.confirmNew(this.handoverMs);
  }

  /** The time of the handover, in ms since it began. It stands still while this process is held up. */
  get handoverMs(): number {
    return this.#handover?.time.nowMs ?? 0;
  }

  /** The new connection has brought what the broker had sent on it by this time of the handover. */
  confirmNew(sentMs: number): void {
    if (this.#handover !== undefined) this.#handover.settledMs = sentMs + this.#handover.matchWindowMs;
  }

  /** The connection `old` is the only one again: there is none from which copies could be waited for. */
  withoutNew(old: string): void {
    if (this.#handover?.old === old) this.#handover.settledMs = Number.POSITIVE_INFINITY;
  }

  /** Whether connections under the client id `old` have brought, since `sinceMs` of the handover's time, what no other one brings. */
  isBehind(old: string, sinceMs: number): boolean {
    const handover = this.#handover;
    return handover?.old === old && handover.events.isBehind(sinceMs, settledOf(handover));
  }

  endHandover(old: string): void {
    if (this.#handover?.old === old) this.close();
  }

  /** Ends any handover in the middle; what the old session still has is kept back when it is resumed after a deploy. */
  suspend(): void {
    const handover = this.#handover;
    if (handover !== undefined) this.#redelivery.get(handover.old)?.owes(handover.events.owed());
    this.close();
  }

  /** Ends any handover. */
  close(): void {
    this.#handover?.time.stop();
    this.#handover = undefined;
  }

  /** Answers with a pause where the flows need one; see `MqttListener.onMessage`. */
  receive(
    clientId: string,
    redelivery: RedeliveryFilter,
    topic: string,
    payload: Buffer,
    qos: number,
  ): undefined | ((goOn: () => void) => void) {
    if (qos > 0) {
      const isNew = redelivery.accept(topic, payload, this.#clock.monotonicMs());
      redelivery.received(topic, payload);
      if (!isNew) return undefined;
    }
    const handover = this.#handover;
    if (handover !== undefined) {
      const side = clientId === handover.old ? 'old' : 'new';
      if (!handover.events.accept(side, topic, payload, handover.time.nowMs, settledOf(handover))) return undefined;
    }
    this.#handedOut += this.#subscribers.dispatch(topic, payload);
    if (this.#handedOut < messagesPerTurn) return undefined;
    this.#handedOut = 0;
    return setImmediate;
  }
}

function settledOf({ time, settledMs }: RunningHandover): number {
  return Math.min(time.nowMs, settledMs);
}
