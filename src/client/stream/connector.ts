import { equalJson } from '../../protocol/json/json-equal';
import type { RedeliveryFilter } from '../../protocol/stream/redelivery';
import type { TimedCredentials } from '../../protocol/stream/stream-credentials';
import { wouldDouble } from '../../protocol/topics/plan-change';
import type { Logger } from '../logger';
import { MqttConnection, type MqttListener } from '../mqtt/mqtt-connection';
import { StreamError } from '../mqtt/stream-error';
import type { NetworkOptions } from '../network/network-agent';
import type { Clock } from '../time/clock';
import type { FilterQuarantine } from './filter-quarantine';
import { StreamLink } from './stream-link';
import type { SessionMemory } from './stream-memory';
import { SubscriptionSet } from './subscription-set';

/** Where a company's stream credentials come from. */
export interface CredentialSource {
  /** The credentials at hand while they are good, else new ones; one request for all callers. */
  current(): Promise<TimedCredentials>;
  /** New credentials, whatever is at hand; one request for all callers. */
  renew(): Promise<TimedCredentials>;
  /** These were refused: `current` is not to answer with them again. */
  reject(refused: TimedCredentials): void;
}

export interface OpeningRequest {
  readonly attempt: number;
  /** Takes the client id the platform pins, where it does. */
  readonly clientId: (pinned: string | undefined) => string;
  /** The filters wanted when it comes to subscribing. */
  readonly plan: () => readonly string[];
  /** The QoS 1 messages that the broker may send again if it resumes the session of this client id. */
  readonly redelivery: (clientId: string, sessionPresent: boolean) => RedeliveryFilter;
  readonly onMessage: (
    redelivery: RedeliveryFilter,
    topic: string,
    payload: Buffer,
    qos: number,
  ) => ReturnType<MqttListener['onMessage']>;
  /** The broker has begun a new session; the connection may yet fail. */
  readonly onNewSession: () => void;
  readonly onLost: (failure: StreamError) => void;
}

export interface StreamOpenerOptions {
  readonly credentials: CredentialSource;
  readonly network: NetworkOptions;
  readonly keepaliveSeconds: number;
  readonly quarantine: FilterQuarantine;
  readonly memory: SessionMemory;
  readonly clock: Clock;
  readonly log: Logger;
}

/** From the look-up of the name to CONNACK. */
const connectTimeoutMs = 15_000;
const goodbyeMs = 1_000;

/** Opens connections: good credentials, a fresh signature by the broker's clock, CONNECT, every filter and every SUBACK. */
export class StreamOpener {
  readonly #options: StreamOpenerOptions;
  #clockOffsetMs = 0;

  constructor(options: StreamOpenerOptions) {
    this.#options = options;
  }

  /** @throws {StreamError | OchnoError} It never leaves a socket behind when it does. */
  async open(request: OpeningRequest, signal: AbortSignal): Promise<StreamLink> {
    const timed = await this.#options.credentials.current();
    try {
      return await this.#openWith(timed, request, signal);
    } catch (error) {
      if (error instanceof StreamError) this.#learnFrom(error, timed);
      throw error;
    }
  }

  /**
   * Ends the session the broker keeps under this client id, with all it has queued. Connecting with a clean session does
   * that (MQTT 3.1.1, 3.1.2.4). Best effort: a session that stays expires by itself.
   */
  async discardSession(clientId: string, signal: AbortSignal): Promise<void> {
    const { credentials, memory, log } = this.#options;
    const deaf: MqttListener = {
      onConnect: nothing,
      onConnack: nothing,
      onMessage: nothing,
      onPing: nothing,
      onPong: nothing,
      onLost: nothing,
    };
    try {
      const connection = await this.#connect(await credentials.current(), clientId, true, deaf, signal);
      await connection.close(goodbyeMs);
      memory.remember(clientId, []);
      memory.trust(clientId);
    } catch (error) {
      log.debug(`the session of ${clientId} could not be discarded: ${String(error)}`);
    }
  }

  async #openWith(timed: TimedCredentials, request: OpeningRequest, signal: AbortSignal): Promise<StreamLink> {
    const { clock, memory, quarantine } = this.#options;
    quarantine.retry();
    const { attempt } = request;
    const clientId = request.clientId(timed.credentials.clientId);
    const isDoubted = memory.isDoubted(clientId);
    const listener = listenerFor(request, clientId, () => memory.doubt(clientId));
    const connection = await this.#connect(timed, clientId, false, listener, signal);
    const filters = connection.sessionPresent ? (memory.session(clientId)?.filters ?? []) : [];
    memory.remember(clientId, filters);
    const subscriptions = new SubscriptionSet(connection, quarantine, { filters, isDoubted }, (held) =>
      memory.remember(clientId, held),
    );
    const giveUp = (): void => connection.destroy();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const isSubscribed = await this.#subscribe(subscriptions, request.plan, timed);
      if (isSubscribed) memory.trust(clientId);
    } catch (error) {
      connection.destroy();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
    return new StreamLink({ attempt, clientId, timed, connection, subscriptions }, clock);
  }

  /**
   * Where a resumed session and the plan overlap, going over directly could double an event; the stream then does it by
   * way of a second connection, and the answer here is `false`. A pinned client id allows no second one.
   */
  async #subscribe(
    subscriptions: SubscriptionSet,
    planNow: () => readonly string[],
    timed: TimedCredentials,
  ): Promise<boolean> {
    const isPinned = timed.credentials.clientId !== undefined;
    let plan = planNow();
    if (!isPinned && wouldDouble(subscriptions.held, plan)) return false;
    await subscriptions.apply(plan);
    // What is refused may be had by other filters.
    for (let next = planNow(); !equalJson(next, plan); next = planNow()) {
      plan = next;
      await subscriptions.apply(plan);
    }
    return true;
  }

  async #connect(
    timed: TimedCredentials,
    clientId: string,
    clean: boolean,
    listener: MqttListener,
    signal: AbortSignal,
  ): Promise<MqttConnection> {
    const { clock, network, keepaliveSeconds } = this.#options;
    const { signStreamUrl } = await import('../../protocol/stream/signed-url');
    const { streamAgentFor } = await import('../network/network-agent');
    const signedAtMs = clock.now() + this.#clockOffsetMs;
    const url = await signStreamUrl(timed.credentials, new Date(signedAtMs));
    const agent = await streamAgentFor(new URL(url), network);
    return MqttConnection.open(
      { url, signedAtMs, clientId, clean, keepaliveSeconds, connectTimeoutMs, agent, listener },
      clock,
      signal,
    );
  }

  #learnFrom(failure: StreamError, timed: TimedCredentials): void {
    if (failure.remedy === 'new credentials') this.#options.credentials.reject(timed);
    if (failure.remedy === 'correct clock') this.#correctClock(failure.clockOffsetMs);
  }

  #correctClock(offsetMs: number): void {
    const { log } = this.#options;
    this.#clockOffsetMs = offsetMs;
    const minutes = Math.round(Math.abs(offsetMs) / 60_000);
    if (minutes < 2) {
      log.info("this computer's clock is right again: signing with its time");
      return;
    }
    const direction = offsetMs > 0 ? 'behind' : 'ahead of';
    log.warn(
      `this computer's clock is ${minutes} minutes ${direction} the stream's: signing with the corrected time; please set the clock`,
    );
  }
}

function listenerFor(request: OpeningRequest, clientId: string, onConnect: () => void): MqttListener {
  let redelivery = request.redelivery(clientId, true);
  /** Where in the stream of messages each PINGREQ left that has no answer yet. */
  const marks: number[] = [];
  return {
    onConnect,
    onConnack: (sessionPresent) => {
      redelivery = request.redelivery(clientId, sessionPresent);
      if (!sessionPresent) request.onNewSession();
    },
    onMessage: (topic, payload, qos) => request.onMessage(redelivery, topic, payload, qos),
    onPing: () => {
      marks.push(redelivery.mark());
    },
    onPong: () => {
      redelivery.confirmedUpTo(marks.shift() ?? 0);
    },
    onLost: request.onLost,
  };
}

function nothing(): undefined {
  return undefined;
}
