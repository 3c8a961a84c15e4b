import type { DialOptions } from '../../src/client/mqtt/dialer';
import type { MqttListener } from '../../src/client/mqtt/mqtt-connection';
import { afterFailure, StreamError, type StreamRemedy } from '../../src/client/mqtt/stream-error';
import type { StreamDialer } from '../../src/client/stream/port-stream';
import type { Clock } from '../../src/client/time/clock';
import type { CredentialSource, TimedCredentials } from '../../src/protocol/stream/stream-credentials';
import { filterMatches } from '../../src/protocol/topics/subscription-plan';
import { FakeConnection, fakeCredentials } from './fake-link';

interface Message {
  readonly topic: string;
  readonly payload: Buffer;
}

interface Session {
  readonly filters: Set<string>;
  readonly queue: Message[];
}

interface Connect {
  readonly clientId: string;
  readonly clean: boolean;
}

/** One connection to the fake broker, as it sees it. */
export class BrokerConnection extends FakeConnection {
  readonly connect: Connect;
  readonly session: Session;
  readonly #listener: Partial<MqttListener>;
  readonly #clock: Clock | undefined;
  /** What was delivered at QoS 1 since the last ping: the broker may not have seen that it was acknowledged. */
  #unconfirmed: Message[] = [];
  #isDeaf = false;

  constructor(
    connect: Connect,
    { session, sessionPresent, clock }: { session: Session; sessionPresent: boolean; clock: Clock | undefined },
    listener: Partial<MqttListener>,
  ) {
    super({ sessionPresent });
    this.connect = connect;
    this.session = session;
    this.#listener = listener;
    this.#clock = clock;
    this.#heard();
    this.provenBeforeMs = clock?.monotonicMs();
  }

  override async subscribe(filters: readonly string[]): Promise<readonly number[]> {
    const codes = await super.subscribe(filters);
    for (const [index, filter] of filters.entries())
      if ((codes[index] ?? 0x80) < 0x80) this.session.filters.add(filter);
    return codes;
  }

  override async unsubscribe(filters: readonly string[]): Promise<void> {
    await super.unsubscribe(filters);
    for (const filter of filters) this.session.filters.delete(filter);
  }

  override async ping(): Promise<void> {
    const pingedMs = this.#clock?.monotonicMs();
    this.#listener.onPing?.();
    await super.ping();
    this.#heard();
    this.provenBeforeMs = pingedMs;
    this.#unconfirmed = [];
    this.#listener.onPong?.();
  }

  /** A message arrives; without an acknowledgement the broker will send it again. */
  deliver(topic: string, payload: Buffer, qos: number): void {
    if (!this.acknowledges || this.#isDeaf) {
      if (qos > 0) this.session.queue.push({ topic, payload });
      return;
    }
    this.received += 1;
    this.#heard();
    if (qos > 0) this.#unconfirmed.push({ topic, payload });
    this.#listener.onMessage?.(topic, payload, qos, false);
  }

  /** From now on nothing comes any more, until the connection ends. */
  goDeaf(): void {
    this.#isDeaf = true;
    this.gate = new Promise(() => undefined);
  }

  #heard(): void {
    if (this.#clock !== undefined) this.lastHeardMs = this.#clock.monotonicMs();
  }

  /** The connection ends by itself; of so many messages the broker has not seen that they were acknowledged. */
  cut(failure = new StreamError('the line was cut'), unacknowledged = 0): void {
    if (unacknowledged > 0) this.session.queue.unshift(...this.#unconfirmed.slice(-unacknowledged));
    this.lose(failure);
    this.#listener.onLost?.(failure);
  }
}

/** A broker without sockets, whose sessions and queues are those of MQTT; it is reached as by a `Dialer`. */
export class FakeBroker implements StreamDialer {
  readonly clockOffsetMs = 0;
  /** Every connection there was, the newest last. */
  readonly connections: BrokerConnection[] = [];
  readonly #sessions = new Map<string, Session>();
  /** Why the broker says no to a CONNECT. */
  refusal: (connect: Connect) => Error | undefined = () => undefined;
  /** What is done to a new connection before the client has it. */
  onConnection: (connection: BrokerConnection) => void = () => undefined;
  /** If connections are to know when they were heard. */
  clock: Clock | undefined;
  /** How fast it sends what it has kept, beside what is live; AWS IoT sends ten a second. */
  pace: { readonly clock: Clock; readonly everyMs: number } | undefined;
  /** Whether a CONNECT is carried out, and the line is cut before its answer. */
  losesConnack = false;
  /** What holds back the answer to CONNECT. */
  gate: Promise<void> = Promise.resolve();

  get last(): BrokerConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('there was no connection');
    return connection;
  }

  get open(): readonly BrokerConnection[] {
    return this.connections.filter(({ isOpen }) => isOpen);
  }

  /** The client ids of sessions that would queue events now, with nobody connected. */
  get leftSessions(): readonly string[] {
    const isOpen = (session: Session): boolean => this.open.some((one) => one.session === session);
    return [...this.#sessions].filter(([, one]) => one.filters.size > 0 && !isOpen(one)).map(([clientId]) => clientId);
  }

  /** The broker forgets all that it keeps for those who are away. */
  forget(): void {
    this.#sessions.clear();
  }

  publish(topic: string, text: string, qos = 1): void {
    const payload = Buffer.from(text);
    const isWanted = ({ filters }: Session): boolean => [...filters].some((filter) => filterMatches(filter, topic));
    for (const connection of this.open) if (isWanted(connection.session)) connection.deliver(topic, payload, qos);
    const isAway = (session: Session): boolean => !this.open.some((one) => one.session === session);
    for (const session of this.#sessions.values()) {
      if (qos > 0 && isAway(session) && isWanted(session)) session.queue.push({ topic, payload });
    }
  }

  async dial(
    _credentials: unknown,
    { clientId, clean, listener }: DialOptions,
    signal: AbortSignal,
  ): Promise<BrokerConnection> {
    await Promise.race([aborted(signal), this.gate]);
    if (signal.aborted) throw new StreamError('the attempt was given up');
    const refusal = this.refusal({ clientId, clean });
    if (refusal !== undefined) throw refusal;
    listener.onConnect?.();
    const taken = this.open.find((one) => one.connect.clientId === clientId);
    taken?.cut(new StreamError('the broker closed the connection', { byBroker: true }));
    const known = clean ? undefined : this.#sessions.get(clientId);
    const session = known ?? { filters: new Set<string>(), queue: [] };
    if (clean) this.#sessions.delete(clientId);
    else this.#sessions.set(clientId, session);
    if (this.losesConnack) throw new StreamError('the line was cut');
    listener.onConnack?.(known !== undefined);
    const state = { session, sessionPresent: known !== undefined, clock: this.clock };
    const connection = new BrokerConnection({ clientId, clean }, state, listener);
    this.connections.push(connection);
    this.onConnection(connection);
    this.#replay(connection);
    return connection;
  }

  /** Sends what was kept, all at once or by and by. */
  #replay(connection: BrokerConnection): void {
    const { queue } = connection.session;
    if (!connection.isOpen || queue.length === 0) return;
    const { pace } = this;
    const due = queue.splice(0, pace === undefined ? queue.length : 1);
    for (const { topic, payload } of due) connection.deliver(topic, payload, 1);
    pace?.clock.after(pace.everyMs, () => this.#replay(connection));
  }

  learnFrom(failure: unknown): StreamRemedy {
    return failure instanceof StreamError && afterFailure(failure) === 'retry at once' ? failure.remedy : 'wait';
  }
}

/** Rejects when the attempt is given up. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = (): void => reject(new StreamError('the attempt was given up'));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
  });
}

/** What the broker says to those it does not want: to the upgrade, or to CONNECT. */
export function refused(by: 'upgrade' | 'connect'): StreamError {
  return new StreamError(`${by} refused`, { remedy: 'new credentials', reason: 'forbidden', refuses: by });
}

/** Credentials of the platform: numbered, and an hour long. */
export class FakeCredentials implements CredentialSource {
  readonly #clock: Clock;
  readonly #lifeMs: number;
  /** Prescribed by the platform. */
  readonly #clientId: string | undefined;
  #kept: TimedCredentials | undefined;
  /** How many were issued. */
  issued = 0;
  /** Why there are none. */
  failure: Error | undefined;

  constructor(clock: Clock, { lifeMs = 3_600_000, clientId }: { lifeMs?: number; clientId?: string } = {}) {
    this.#clock = clock;
    this.#lifeMs = lifeMs;
    this.#clientId = clientId;
  }

  async current(): Promise<TimedCredentials> {
    const kept = this.#kept;
    return kept !== undefined && kept.endsAtMs > this.#clock.monotonicMs() ? kept : this.renew();
  }

  async renew(): Promise<TimedCredentials> {
    if (this.failure !== undefined) throw this.failure;
    this.issued += 1;
    const pinned = this.#clientId === undefined ? {} : { pinnedId: this.#clientId };
    const fresh = fakeCredentials({ token: `token ${this.issued}`, lifeMs: this.#lifeMs, ...pinned });
    const nowMs = this.#clock.monotonicMs();
    this.#kept = { ...fresh, renewAtMs: nowMs + fresh.renewAtMs, endsAtMs: nowMs + fresh.endsAtMs };
    return this.#kept;
  }

  reject(refusedOnes: TimedCredentials): void {
    if (this.#kept === refusedOnes) this.#kept = undefined;
  }
}
