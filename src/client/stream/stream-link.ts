import type { StreamPolicy } from '../../protocol/connection/stream-policy';
import type { StreamCredentials } from '../../protocol/stream/signed-url';
import type { TimedCredentials } from '../../protocol/stream/stream-credentials';
import type { Dialer, DialOptions } from '../mqtt/dialer';
import type { MqttConnection } from '../mqtt/mqtt-connection';
import { refusedBy, StreamError } from '../mqtt/stream-error';
import type { Clock } from '../time/clock';
import { noLongerThan } from '../time/no-longer-than';
import { patientPause } from '../time/patient-time';
import { succeeds } from '../time/succeeds';
import type { Inbox } from './arrivals';
import { PublishLost } from './publish-channel';
import type { SubscriptionSet } from './subscription-set';

export interface StreamLinkParts {
  readonly attempt: number;
  readonly clientId: string;
  readonly timed: TimedCredentials;
  readonly connection: StreamConnection;
  readonly inbox: Inbox;
  readonly subscriptions: SubscriptionSet;
  /** Whether the broker keeps its session once it is gone. */
  readonly keepsSession: boolean;
}

/** The part of an MQTT connection that a stream needs. */
export type StreamConnection = Pick<
  MqttConnection,
  | 'isOpen'
  | 'sessionPresent'
  | 'lastHeardMs'
  | 'provenMs'
  | 'received'
  | 'ping'
  | 'subscribe'
  | 'unsubscribe'
  | 'publish'
  | 'stopAcknowledging'
  | 'close'
  | 'destroy'
>;

/** Dials connections, as `Dialer` does. */
export interface Dialing extends Pick<Dialer, 'learnFrom'> {
  dial(credentials: StreamCredentials, options: DialOptions, signal: AbortSignal): Promise<StreamConnection>;
}

/** So many messages AWS IoT has on their way without an acknowledgement. */
const mostUnacknowledged = 100;
const mostPings = 10;

/** AWS IoT sends what it kept ten a second: the first of it has come by then. */
const firstKeptMs = 300;

/**
 * Whether a connection whose session was resumed brings something before anything is subscribed on it: then the session is
 * not a new one, which is subscribed to nothing.
 *
 * @throws {StreamError} if the connection ends first
 */
export async function bringsSomething(
  connection: Pick<StreamConnection, 'ping' | 'received'>,
  pause: (ms: number) => Promise<void>,
): Promise<boolean> {
  await connection.ping();
  if (connection.received === 0) await pause(firstKeptMs);
  return connection.received > 0;
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
  if (policy.asksForSession(isAlone)) {
    try {
      const connection = await connect(false);
      policy.sessionGranted();
      return { connection, keepsSession: true };
    } catch (error) {
      const mayBeSession = refusedBy(error) === 'connect' && (isAlone || !policy.lessons.sessions);
      if (!mayBeSession) throw error;
      const verdict = policy.sessionRefused();
      // Where that fails, too, it is something else, which the failure of the attempt tells.
      if (verdict === 'prove') policy.cleanAnswered(await succeeds(connectElsewhere()));
      if (verdict !== 'known') throw error;
      await pause();
    }
  }
  return { connection: await connect(true), keepsSession: false };
}

/** One open connection of a company's stream, with all that belongs to it. */
export class StreamLink {
  readonly attempt: number;
  readonly clientId: string;
  readonly timed: TimedCredentials;
  readonly subscriptions: SubscriptionSet;
  readonly keepsSession: boolean;
  readonly inbox: Inbox;
  readonly #connection: StreamConnection;
  readonly #clock: Clock;
  readonly #inFlight = new Set<Promise<void>>();
  readonly #closing = new AbortController();
  /** Whether messages still came some time after it had unsubscribed: the session keeps the rest. */
  #holdsMore = false;

  constructor(parts: StreamLinkParts, clock: Clock) {
    this.attempt = parts.attempt;
    this.clientId = parts.clientId;
    this.timed = parts.timed;
    this.subscriptions = parts.subscriptions;
    this.keepsSession = parts.keepsSession;
    this.#connection = parts.connection;
    this.inbox = parts.inbox;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  get sessionPresent(): boolean {
    return this.#connection.sessionPresent;
  }

  /** Whether the platform prescribes the client id, so that there can be no second connection beside this one. */
  get isPinned(): boolean {
    return this.timed.credentials.clientId !== undefined;
  }

  /** When the broker was last heard from on this connection, in ms of the monotonic clock. */
  get lastHeardMs(): number {
    return this.#connection.lastHeardMs;
  }

  /** Until when the broker is known to have brought everything, in ms of the monotonic clock. */
  get provenMs(): number {
    return this.#connection.provenMs;
  }

  /** How many messages have come on this connection. */
  get received(): number {
    return this.#connection.received;
  }

  /**
   * Asks the broker whether it is still there; resolves with its answer, which comes after whatever the broker has sent
   * on this connection before. Rejects when the connection ends first.
   */
  ping(): Promise<void> {
    return this.#connection.ping();
  }

  /**
   * Likewise, but not before it has sent all that it had for us by now: what it has no room for comes after the answer, once that
   * before it is acknowledged. Where so much comes all the time it is asked no more after a while.
   */
  async level(): Promise<void> {
    for (let pings = 0; pings < mostPings; pings += 1) {
      const { received } = this;
      await this.ping();
      if (this.received - received < mostUnacknowledged) return;
    }
  }

  /** Whether the broker owes us the acknowledgement of a publish. */
  get isPublishing(): boolean {
    return this.#inFlight.size > 0;
  }

  /** @throws {PublishLost} when the connection ends before the broker's acknowledgement. */
  async publish(topic: string, payload: string): Promise<void> {
    const startedMs = this.#clock.monotonicMs();
    const acknowledged = this.#connection.publish(topic, payload);
    this.#inFlight.add(acknowledged);
    try {
      await acknowledged;
    } catch (cause) {
      throw new PublishLost({
        closedAfterMs: this.#clock.monotonicMs() - startedMs,
        wasAlone: this.#inFlight.size === 1,
        closedByUs: this.#closing.signal.aborted || !isBrokersDoing(cause),
        cause,
      });
    } finally {
      // The others that fail in the same turn are to count this one as well.
      setImmediate(() => this.#inFlight.delete(acknowledged));
    }
  }

  /** Unsubscribes from everything and gives what is on its way `drainMs` to arrive, publishes' acknowledgements included. */
  async drain(drainMs: number): Promise<void> {
    this.#unsubscribeAll().catch(() => undefined);
    await patientPause(this.#clock, drainMs / 2, this.#closing.signal);
    const { received } = this;
    await patientPause(this.#clock, drainMs / 2, this.#closing.signal);
    this.#holdsMore = this.received > received;
  }

  /**
   * Ends the connection and, so that the broker does not go on queueing for it, its subscriptions.
   *
   * @returns whether the broker has confirmed that nothing is subscribed to any more, and had no more to send after that
   */
  async retire(deadlineMs: number): Promise<boolean> {
    this.#closing.abort();
    let isQuiet = false;
    const unsubscribed = this.#unsubscribeAll().then(async () => {
      const { received } = this;
      await this.ping();
      isQuiet = this.received === received && !this.#holdsMore;
    });
    await Promise.all([
      noLongerThan(this.#clock, deadlineMs / 2, unsubscribed),
      this.#acknowledgements(deadlineMs / 2),
    ]);
    await this.#connection.close(deadlineMs / 2);
    return this.subscriptions.isEmpty && isQuiet;
  }

  /**
   * Ends the connection; the broker keeps the session and, from now on, every event of QoS 1. Waits for the answer to a
   * last ping: the broker has then seen every acknowledgement of ours, and will send nothing twice.
   */
  async suspend(deadlineMs: number): Promise<void> {
    this.#closing.abort();
    this.#connection.stopAcknowledging();
    await Promise.all([
      this.#acknowledgements(deadlineMs / 2),
      noLongerThan(this.#clock, deadlineMs / 2, this.#connection.ping()),
    ]);
    await this.#connection.close(deadlineMs / 2);
  }

  destroy(): void {
    this.#closing.abort();
    this.#connection.destroy();
  }

  #unsubscribeAll(): Promise<unknown> {
    return this.subscriptions.apply([]);
  }

  /** Waits for the publishes under way, but not for long. */
  #acknowledgements(deadlineMs: number): Promise<void> {
    return noLongerThan(this.#clock, deadlineMs, Promise.allSettled(this.#inFlight));
  }
}

/** A time-out or a reset says nothing of the publish that was under way. */
function isBrokersDoing(cause: unknown): boolean {
  return cause instanceof StreamError && cause.byBroker;
}
