import type { Closing, OpenedAs } from '../../protocol/connection/connection-state';
import type { StreamPolicy } from '../../protocol/connection/stream-policy';
import { equalJson } from '../../protocol/json/json-equal';
import type { CredentialSource, TimedCredentials } from '../../protocol/stream/stream-credentials';
import { wouldDouble } from '../../protocol/topics/plan-change';
import type { MqttListener } from '../mqtt/mqtt-connection';
import { refusedBy, StreamError } from '../mqtt/stream-error';
import { onAbort } from '../time/abort-listeners';
import type { Clock } from '../time/clock';
import { sleep } from '../time/deadline';
import type { Arrivals, Inbox } from './arrivals';
import { CrowdedConnections } from './connection-loss';
import type { StreamLane } from './rotation';
import { bringsSomething, connectAsPermitted, type Dialing, type StreamConnection, StreamLink } from './stream-link';
import type { StreamLog } from './stream-log';
import type { ClientIds, SessionMemory } from './stream-memory';
import { SubscriptionSet } from './subscription-set';

/** What the connections of one stream are made with, and what knows of them. */
export interface StreamParts {
  readonly dialer: Dialing;
  readonly credentials: CredentialSource;
  readonly policy: StreamPolicy;
  readonly ids: ClientIds;
  readonly arrivals: Arrivals;
  readonly memory: SessionMemory;
  /** Client ids whose sessions could not be ended. */
  readonly leftovers: Set<string>;
  readonly clock: Clock;
  readonly log: StreamLog;
  /** The filters wanted this moment. */
  readonly plan: () => readonly string[];
  readonly lane: StreamLane | undefined;
}

export interface ConnectorParts extends StreamParts {
  /** The broker has begun a new session for the only connection there is; that one may yet fail. */
  readonly onNewSession: () => void;
  /** A session that it may have begun unheard, in place of one that was lost, has brought nothing. */
  readonly onSilentSession: () => void;
  /** A connection that was complete ended by itself; `isCrowded` if it had to make room for another one of ours. */
  readonly onLost: (link: StreamLink, failure: StreamError, isCrowded: boolean) => void;
}

/** AWS IoT takes one CONNECT a second and client id. */
const betweenConnectsMs = 1_100;
/** A connection that has been replaced has time to disconnect gracefully. */
const disconnectMs = 1_800;
/** At the end of the whole stream there is less: commands may have had a second for their acknowledgements before. */
const closingDisconnectMs = 1_000;
const mostLeftovers = 20;

/** The connections of one stream, by the number of the attempt: how each is opened under its client id, and closed. */
export class Connector {
  readonly #parts: ConnectorParts;
  readonly #attempts = new Map<number, AbortController>();
  readonly #links = new Map<number, StreamLink>();
  readonly #closing = new Set<Promise<unknown>>();
  readonly #stopping = new AbortController();
  readonly #crowd: CrowdedConnections;
  #keepsSession = false;

  constructor(parts: ConnectorParts) {
    this.#parts = parts;
    this.#crowd = new CrowdedConnections({ ...parts, links: this.#links, openOther: () => this.witness() });
  }

  get(attempt: number): StreamLink | undefined {
    return this.#links.get(attempt);
  }

  /** @throws {StreamError | OchnoError} when the connection can't be had, or `close` or `stop` ended the attempt. */
  async open(attempt: number, as: OpenedAs): Promise<StreamLink> {
    const { credentials, dialer, ids, lane, plan, policy } = this.#parts;
    const abort = new AbortController();
    this.#attempts.set(attempt, abort);
    let clientId = '';
    try {
      if (as === 'takeover') await this.closed();
      const timed = await credentials.current();
      clientId = timed.credentials.clientId ?? (as === 'successor' ? ids.successor(plan()) : ids.initial(plan(), lane));
      policy.filters.retry();
      try {
        const link = await this.#openWith(timed, { attempt, as, clientId }, abort.signal);
        policy.accepted();
        this.#links.set(attempt, link);
        return link;
      } catch (error) {
        // With credentials that are new, refused beside a connection that works, it may be the second connection that is refused.
        const isRefused = refusedBy(error) !== undefined;
        const isSecondRefused = as === 'successor' && isRefused && policy.secondRefused();
        if (as !== 'successor' && isRefused) policy.refusedAlone();
        // The broker may still count the one that was closed for it.
        const isTooSoon = as === 'takeover' && !policy.hasRoomForSecond;
        if (!isSecondRefused && !isTooSoon && dialer.learnFrom(error) === 'new credentials') credentials.reject(timed);
        throw error;
      } finally {
        policy.filters.endTrials();
      }
    } catch (error) {
      if (as === 'successor' && clientId !== '') void this.discard(clientId);
      throw error;
    } finally {
      this.#attempts.delete(attempt);
    }
  }

  close(attempt: number, how: Closing): void {
    this.#attempts.get(attempt)?.abort();
    const link = this.#links.get(attempt);
    this.#links.delete(attempt);
    if (how === 'at once') link?.destroy();
    if (link === undefined || how === 'at once') return;
    const isResumed = this.#keepsSession && (link.isPinned || link.clientId === this.#parts.ids.live);
    const deadlineMs = this.#stopping.signal.aborted ? closingDisconnectMs : disconnectMs;
    const work = how === 'keeping the session' || isResumed ? link.suspend(deadlineMs) : this.#retire(link, deadlineMs);
    const closing: Promise<unknown> = work.finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /**
   * Ends a session that nobody will resume, with all it has queued; else it would pour that out for whoever connects under
   * its id next. Connecting with a clean session does that (MQTT 3.1.1, 3.1.2.4). Where it can't be done the session is
   * known to be there, and done later.
   */
  async discard(clientId: string): Promise<void> {
    const { credentials, ids, leftovers, log, memory, policy } = this.#parts;
    if (memory.isOver(clientId)) return;
    if (!memory.isDoubted(clientId) && memory.session(clientId) === undefined) return memory.forget(clientId);
    leftovers.add(clientId);
    const [oldest] = leftovers;
    if (leftovers.size > mostLeftovers && oldest !== undefined) {
      leftovers.delete(oldest);
      memory.forget(oldest);
    }
    if (!policy.hasRoomForSecond) return;
    try {
      const connection = await this.#bare(await credentials.current(), clientId);
      await connection.close(closingDisconnectMs);
      leftovers.delete(clientId);
      ids.retire(clientId);
    } catch (error) {
      log.notDiscarded(clientId, error);
    }
  }

  /** Ends the sessions that could not be ended before. */
  async discardLeftovers(): Promise<void> {
    const { ids, leftovers } = this.#parts;
    for (const clientId of [...leftovers]) if (clientId !== ids.live) await this.discard(clientId);
  }

  /** A connection beside the others, under an id of its own, with nothing on it. */
  async witness(onLost?: () => void): Promise<StreamConnection> {
    return this.#bare(await this.#parts.credentials.current(), this.#parts.ids.passing(), onLost);
  }

  /** The stream ends: the connections that are closed next have less time for it. */
  stop(keepsSession: boolean): void {
    this.#keepsSession = keepsSession;
    this.#stopping.abort();
  }

  /** Resolves when every connection that was to be closed is. */
  async closed(): Promise<void> {
    await Promise.all(this.#closing);
  }

  async #openWith(
    timed: TimedCredentials,
    { attempt, as, clientId }: { attempt: number; as: OpenedAs; clientId: string },
    signal: AbortSignal,
  ): Promise<StreamLink> {
    const { arrivals, clock, lane, memory, onNewSession, onSilentSession, policy } = this.#parts;
    const isDoubted = memory.isDoubted(clientId);
    const mayBeNew = memory.mayBeNew(clientId);
    const isSuccessor = as === 'successor';
    // What such a session held has come by another one, and it is subscribed to nothing.
    const isOver = memory.isOver(clientId);
    let inbox: Inbox | undefined;
    const { connection, keepsSession } = await this.#connect(
      timed,
      { as, clientId },
      {
        onConnect: () => {
          memory.doubt(clientId);
          this.#crowd.joined();
        },
        onConnack: (sessionPresent) => {
          if (sessionPresent && isSuccessor && !isOver) return;
          if (!sessionPresent || !mayBeNew) memory.identified(clientId);
          inbox = arrivals.inbox({ clientId, sessionPresent, isSuccessor });
          // Nothing was kept in it.
          if (isOver) inbox.caughtUp();
          if (!sessionPresent && (as === 'initial' || as === 'takeover')) onNewSession();
        },
        onMessage: (topic, payload, qos, retained) => inbox?.receive(topic, payload, qos, retained),
        onPing: () => inbox?.pingSent(),
        onPong: () => inbox?.pingAnswered(),
        onLost: (failure) => this.#lost(attempt, failure),
      },
      signal,
    );
    if (inbox === undefined) {
      connection.destroy();
      throw new StreamError('the broker still has an old session under the client id of the new connection');
    }
    const known = connection.sessionPresent && !isOver ? memory.session(clientId) : { filters: [], unanswered: [] };
    const filters = known === undefined ? (lane?.filters() ?? []) : known.filters;
    // AWS IoT closes on what the policy forbids, and does not subscribe to it first.
    const unanswered = known?.unanswered.filter((filter) => !policy.filters.refusals.has(filter)) ?? [];
    memory.remember(clientId, filters, unanswered);
    let blamed: Promise<void> | undefined;
    const subscriptions = new SubscriptionSet(connection, policy.filters, {
      ...{ filters, unanswered, isDoubted: isDoubted || known === undefined },
      onChange: (held, open) => memory.remember(clientId, held, open),
      onClosed: (unanswered) => {
        blamed = this.#crowd.closedOn(unanswered);
      },
    });
    const off = onAbort(signal, () => connection.destroy());
    try {
      if (connection.sessionPresent && mayBeNew) {
        if (!(await bringsSomething(connection, (ms) => sleep(clock, ms, signal)))) onSilentSession();
        memory.identified(clientId);
      }
      if (await this.#subscribe(subscriptions, timed)) memory.trust(clientId);
      if (connection.sessionPresent) await connection.ping();
      if (!connection.isOpen) throw new StreamError('the connection ended as soon as it was there');
    } catch (error) {
      connection.destroy();
      await blamed;
      throw error;
    } finally {
      off();
    }
    return new StreamLink({ attempt, clientId, timed, connection, inbox, subscriptions, keepsSession }, clock);
  }

  #connect(
    timed: TimedCredentials,
    { as, clientId }: { as: OpenedAs; clientId: string },
    listener: MqttListener,
    signal: AbortSignal,
  ): Promise<{ connection: StreamConnection; keepsSession: boolean }> {
    const { clock, dialer, ids, policy } = this.#parts;
    return connectAsPermitted(policy, {
      isAlone: as === 'initial' || as === 'takeover',
      connect: (clean) => dialer.dial(timed.credentials, { clientId, clean, listener }, signal),
      connectElsewhere: async () => (await this.#bare(timed, ids.passing())).close(closingDisconnectMs),
      pause: () => sleep(clock, betweenConnectsMs, signal),
    });
  }

  /**
   * Where a resumed session and the plan overlap, going over directly could double an event; the stream then does it by
   * way of a second connection, and the answer here is `false`. Where only one is permitted it has to be done directly.
   */
  async #subscribe(subscriptions: SubscriptionSet, timed: TimedCredentials): Promise<boolean> {
    const { plan: planNow, policy } = this.#parts;
    const isAlone = timed.credentials.clientId !== undefined || !policy.hasRoomForSecond;
    let plan = planNow();
    if (!isAlone && wouldDouble(subscriptions.held, plan)) return false;
    let isApplied = await subscriptions.apply(plan, isAlone);
    // What is refused may be had by other filters.
    for (let next = planNow(); isApplied && !equalJson(next, plan); next = planNow()) {
      plan = next;
      isApplied = await subscriptions.apply(plan, isAlone);
    }
    return isApplied;
  }

  /** A connection for its own sake: nothing is subscribed to on it. */
  #bare(timed: TimedCredentials, clientId: string, onLost = (): void => undefined): Promise<StreamConnection> {
    const listener = { onConnect: () => this.#crowd.joined(), onLost };
    return this.#parts.dialer.dial(timed.credentials, { clientId, clean: true, listener }, this.#stopping.signal);
  }

  /** One that was still subscribing fails its opening, which tells of it. */
  #lost(attempt: number, failure: StreamError): void {
    const link = this.#links.get(attempt);
    this.#links.delete(attempt);
    if (link === undefined) return;
    this.#parts.onLost(link, failure, this.#crowd.madeRoom(link, failure));
  }

  async #retire(link: StreamLink, deadlineMs: number): Promise<void> {
    const { ids, leftovers } = this.#parts;
    if ((await link.retire(deadlineMs)) || !link.keepsSession) ids.retire(link.clientId);
    else if (!link.isPinned) leftovers.add(link.clientId);
  }
}
