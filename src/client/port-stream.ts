import type { PortSelector } from '../protocol/address';
import { backoffDelayMs } from '../protocol/backoff';
import {
  type ConnectionCommand,
  type ConnectionEvent,
  type ConnectionState,
  next,
  stopped,
} from '../protocol/connection-state';
import { type ConnectionReason, OchnoError } from '../protocol/ochno-error';
import { wouldDouble } from '../protocol/plan-change';
import type { PortEvent } from '../protocol/port-event';
import { planSubscriptions } from '../protocol/subscription-plan';
import { Arrivals } from './arrivals';
import { ClientIds } from './client-ids';
import type { Clock } from './clock';
import type { ConnectionStatus } from './connection-status';
import { EventDispatcher } from './event-dispatcher';
import { FilterQuarantine } from './filter-quarantine';
import type { Logger } from './logger';
import type { NetworkOptions } from './network-options';
import type { Outage, OutageWatch } from './outage-watch';
import { confirm, Overlap } from './overlap';
import { patientlyAfter } from './patient-time';
import type { PortSubscriber } from './port-subscriber';
import type { PublishChannel } from './publish-channel';
import { tellOfRefusal } from './refused-filter';
import { handoverTimes, successorDueMs } from './renewal-times';
import type { SessionMemory } from './session-memory';
import { SnapshotQueue } from './snapshot-queue';
import { StreamFailure } from './stream-failure';
import type { StreamLink } from './stream-link';
import { StreamLog } from './stream-log';
import { type CredentialSource, StreamOpener } from './stream-opener';
import { Subscription } from './subscription';

export interface PortStreamOptions {
  readonly company: string;
  /** Names the stream for this Node-RED instance and account; the client ids are made from it. */
  readonly streamId: string;
  readonly credentials: CredentialSource;
  readonly network: NetworkOptions;
  readonly keepaliveSeconds: number;
  readonly memory: SessionMemory;
  readonly readSnapshot: (selectors: readonly PortSelector[]) => Promise<readonly PortEvent[]>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly onStatus: () => void;
  /** Events may have been missed; the subscribers were told. */
  readonly onGap: () => void;
}

/** A connection that ends sooner than this may have been ended by someone else with our client id. */
const kickedWithinMs = 30_000;
const kicksToAbandonId = 3;
/** A connection that has been replaced has time to say goodbye. */
const farewellMs = 1_800;
/** At the end of the whole stream there is less: commands may have had a second for their acknowledgements before. */
const closingFarewellMs = 1_000;
/** Nothing has come for so long: the broker has sent what it had kept. AWS IoT sends 10 events a second of that. */
const quietMs = 3_000;
/** After so long at least, and so many times the outage, it has done so even where it never was quiet. */
const shortestCatchUpMs = 60_000;
const catchUpPerOutage = 20;
/** Everybody whom the platform turned away at once comes back spread over this part more than it asked for. */
const askedSpread = 0.1;

/**
 * The live stream of one company: keeps one connection open and its subscriptions as wanted, replaces it before its
 * credentials end without losing or doubling an event, and says honestly when something may have been missed.
 *
 * What is to be done is decided by `connection-state.ts`; this class does it and tells how it went.
 */
export class PortStream implements PublishChannel {
  readonly #options: PortStreamOptions;
  readonly #dispatcher: EventDispatcher;
  readonly #arrivals: Arrivals;
  readonly #opener: StreamOpener;
  readonly #quarantine = new FilterQuarantine();
  readonly #ids: ClientIds;
  readonly #snapshots: SnapshotQueue;
  readonly #outage: OutageWatch;
  readonly #log: StreamLog;
  readonly #openListeners = new Set<() => void>();
  readonly #attempts = new Map<number, AbortController>();
  readonly #links = new Map<number, StreamLink>();
  readonly #closing = new Set<Promise<unknown>>();
  readonly #timers = new Map<'retry' | 'renewal' | 'handover' | 'twins' | 'backlog', () => void>();
  readonly #stopping = new AbortController();
  #state: ConnectionState = stopped;
  #live: StreamLink | undefined;
  #overlap: Overlap | undefined;
  #hasBeenLive = false;
  #liveSinceMs = 0;
  /** The same in ms since 1970. */
  #liveSinceWallMs = 0;
  #lastFailure: Error | undefined;
  #plan: readonly string[] = [];
  #planningSoon = false;
  #planIsStale = false;
  #failedRenewals = 0;
  #renewalIsDue = false;
  #renewalRefused = false;
  #keepSession = false;
  #quickEnds = 0;

  constructor(options: PortStreamOptions) {
    const { clock, log, company, memory, streamId } = options;
    this.#options = options;
    this.#log = new StreamLog(log, company);
    this.#dispatcher = new EventDispatcher(() => clock.now());
    this.#arrivals = new Arrivals(this.#dispatcher, clock, memory.redeliveries);
    this.#opener = new StreamOpener({ ...options, quarantine: this.#quarantine });
    this.#ids = new ClientIds(streamId, memory, options.random);
    this.#outage = memory.outage(streamId);
    this.#outage.opened(clock.now());
    this.#snapshots = new SnapshotQueue(options.readSnapshot, log);
  }

  /** Begins to connect; after a refused log-in it tries anew. */
  start(): void {
    this.#handle({ type: 'start' });
    if (!this.#renewalRefused) return;
    this.#renewalRefused = false;
    void this.#renew();
  }

  /**
   * Ends every connection, within a second. With `keepSession` the broker goes on queueing events of QoS 1 for a
   * stream of the same id that comes soon, as after a redeploy.
   */
  async close(keepSession: boolean): Promise<void> {
    const { clock, memory, streamId } = this.#options;
    this.#keepSession = keepSession;
    const owedFromMs = this.#overlap?.isOwed ? (this.#outage.behindSinceMs ?? this.#overlap.heardBeforeMs) : undefined;
    this.#overlap?.end();
    if (keepSession) this.#outage.closed(clock.now(), this.#live?.lastHeardMs, owedFromMs);
    else memory.forgetOutage(streamId);
    this.#stopping.abort();
    this.#handle({ type: 'stop' });
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#arrivals.suspend();
    await Promise.all(this.#closing);
  }

  subscribe(selector: PortSelector, subscriber: PortSubscriber): () => void {
    const subscription = new Subscription(selector, subscriber, this.#options.log);
    if (subscriber.initial !== 'none') this.#snapshots.add(subscription);
    const remove = this.#dispatcher.add(subscription);
    this.#planSoon();
    return () => {
      remove();
      this.#snapshots.remove(subscription);
      this.#planSoon();
    };
  }

  get status(): ConnectionStatus {
    const { is } = this.#state;
    if (is === 'stopped') return { state: 'unused' };
    if (is === 'refused' || this.#renewalRefused) return { state: 'log-in refused' };
    if (is !== 'connecting' && is !== 'waiting') return { state: 'connected' };
    if (this.#lastFailure === undefined) return { state: 'connecting' };
    return { state: 'disconnected', reason: reasonOf(this.#lastFailure) };
  }

  /** Resolves when every subscription wanted now has its answer; waits for the connection where there is none. */
  async settled(): Promise<void> {
    this.#planNow();
    const live = this.#live ?? (await this.#nextLive());
    try {
      await live.subscriptions.apply(this.#plan);
    } catch {
      // The connection ended meanwhile; the next one subscribes to the whole plan before it counts as open.
      await this.#nextLive();
    }
  }

  get isOpen(): boolean {
    return this.#live?.isOpen ?? false;
  }

  get problem(): string | undefined {
    return this.#lastFailure?.message;
  }

  publish(topic: string, payload: string): Promise<void> {
    if (this.#live === undefined) return Promise.reject(new StreamFailure('there is no connection'));
    return this.#live.publish(topic, payload);
  }

  onOpen(listener: () => void): () => void {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
  }

  #handle(event: ConnectionEvent): void {
    const before = this.#state;
    const { state, commands } = next(before, event);
    this.#state = state;
    this.#live = this.#linkOf(state);
    if (this.#live !== undefined && !this.#live.isPinned) this.#ids.promote(this.#live.clientId);
    if (state.is === 'connected' && this.#live !== undefined) this.#arrivals.withoutNew(this.#live.clientId);
    for (const command of commands) this.#carryOut(command);
    if (event.type === 'opened' && this.#live?.attempt === event.attempt) this.#wentLive(this.#live, before);
    else if (state.is === 'connected') this.#catchUp();
    if (state !== before) this.#options.onStatus();
  }

  /** Does what had to wait while two connections were there. */
  #catchUp(): void {
    if (this.#planIsStale) this.#applyPlan();
    if (this.#renewalIsDue) void this.#renew();
  }

  /** The connection that publishes and that the plan is applied to. */
  #linkOf(state: ConnectionState): StreamLink | undefined {
    const isConnected = state.is !== 'stopped' && 'sinceMs' in state;
    return isConnected ? this.#links.get(state.attempt) : undefined;
  }

  #carryOut(command: ConnectionCommand): void {
    switch (command.do) {
      case 'open':
        void this.#open(command.attempt, command.as);
        return;
      case 'wait':
        this.#after('retry', this.#pauseMs(command.failures, this.#lastFailure), () => this.#handle({ type: 'retry' }));
        return;
      case 'wait to renew':
        this.#after('renewal', this.#pauseMs(command.failures), () => void this.#renew());
        return;
      case 'overlap':
        void this.#runOverlap(command.old);
        return;
      case 'drain':
        void this.#drain(command.old);
        return;
      case 'close':
        this.#close(command.attempt, command.how);
    }
  }

  async #open(attempt: number, as: 'only' | 'successor' | 'heir'): Promise<void> {
    const { clock } = this.#options;
    const abort = new AbortController();
    let usedId = '';
    const ownId = (): string => {
      usedId = as === 'successor' ? this.#ids.successor() : this.#ids.single(this.#planNow());
      return usedId;
    };
    this.#attempts.set(attempt, abort);
    if (as === 'only') this.#holdForSnapshots();
    try {
      if (as === 'heir') await Promise.all(this.#closing);
      const link = await this.#opener.open(
        {
          attempt,
          clientId: (pinned) => pinned ?? ownId(),
          plan: () => this.#planNow(),
          redelivery: (clientId, sessionPresent) => this.#arrivals.redeliveryOf(clientId, sessionPresent),
          onMessage: (redelivery, topic, payload, qos) => {
            if (this.#state.is === 'stopped') return undefined;
            return this.#arrivals.receive(usedId, redelivery, topic, payload, qos);
          },
          onLost: (failure) => this.#lost(attempt, failure),
          onRefusedFilter: (filter) => tellOfRefusal(this.#dispatcher, filter, 'the account may not read these ports'),
        },
        abort.signal,
      );
      this.#attempts.delete(attempt);
      this.#links.set(attempt, link);
      this.#handle({ type: 'opened', attempt, atMs: clock.monotonicMs() });
    } catch (error) {
      this.#attempts.delete(attempt);
      this.#failed(attempt, error instanceof Error ? error : new Error(String(error)));
      // A successor that got as far as a session leaves one behind that would go on queueing events.
      const hasSession = this.#options.memory.session(usedId) !== undefined;
      if (as === 'successor' && hasSession) void this.#discard(usedId);
    }
  }

  #wentLive(link: StreamLink, before: ConnectionState): void {
    const { clock } = this.#options;
    const wasRenewed = before.is === 'renewing' || before.is === 'taking over';
    this.#lastFailure = undefined;
    this.#renewalRefused = false;
    this.#renewalIsDue = false;
    this.#failedRenewals = 0;
    if (wasRenewed) this.#quickEnds = 0;
    this.#liveSinceMs = clock.monotonicMs();
    this.#liveSinceWallMs = clock.now();
    const outage = this.#outage.ended(clock.now(), link.sessionPresent);
    if (wasRenewed && !outage?.isGap) this.#log.renewed();
    // What a deploy takes is no outage to speak of.
    else this.#log.connected(this.#hasBeenLive || outage?.isGap ? outage : undefined);
    this.#hasBeenLive = true;
    if (outage?.isGap) this.#declareGap(outage);
    else if (outage !== undefined) this.#watchBacklog(link, this.#liveSinceMs + catchUpMs(outage));
    const dueInMs = successorDueMs(link.timed, this.#liveSinceMs) - this.#liveSinceMs;
    this.#after('renewal', dueInMs, () => void this.#renew());
    this.#applyPlan();
    for (const listener of [...this.#openListeners]) listener();
  }

  /** Waits until nothing has come for a while, or for long enough: then the broker has sent all it had kept. */
  #watchBacklog(link: StreamLink, endMs: number): void {
    const seen = link.received;
    this.#after('backlog', quietMs, () => {
      if (this.#live !== link) return;
      if (link.received !== seen && this.#options.clock.monotonicMs() < endMs) {
        this.#watchBacklog(link, endMs);
        return;
      }
      this.#outage.caughtUp();
      // It may go on from a handover of which a connection was lost; what the other one had brought has come again by now.
      if (this.#state.is === 'connected') this.#arrivals.close();
    });
  }

  /** The old connection is gone, and with it what had been published before the new one was there. */
  #missed({ heardBeforeMs }: Overlap): void {
    const from = this.#outage.behindSinceMs ?? heardBeforeMs;
    const gap = { from, since: from, to: this.#liveSinceWallMs, isGap: true };
    this.#outage.caughtUp();
    this.#log.connected(gap);
    this.#declareGap(gap);
  }

  #declareGap({ from, to }: { readonly from: number; readonly to: number }): void {
    const gap = { company: this.#options.company, from, to };
    for (const subscription of this.#dispatcher.subscriptions) subscription.gap(gap);
    this.#options.onGap();
  }

  #failed(attempt: number, error: Error): void {
    if (this.#state.is === 'stopped') return;
    this.#convict(error);
    const verdict = verdictOn(error);
    const isBeside = this.#live !== undefined;
    if (!isBeside) this.#lastFailure = error;
    // A clock that is off has had its own line.
    const isTold = error instanceof StreamFailure && error.remedy === 'correct clock';
    if (isBeside && !isTold) this.#log.notRenewed(error.message);
    if (!isBeside && verdict === 'give up') this.#log.refused(error.message);
    this.#handle({ type: 'failed', attempt, verdict });
    // A failure that is answered by another attempt at once is not worth a line yet.
    if (this.#state.is === 'waiting') this.#log.unreachable(error.message);
    this.#options.onStatus();
  }

  /** A complete connection ended by itself. One that was still subscribing fails its opening, which handles it. */
  #lost(attempt: number, failure: StreamFailure): void {
    const { clock } = this.#options;
    const link = this.#links.get(attempt);
    if (link === undefined) return;
    const hasCulprit = this.#convict(failure) || link.isPublishing;
    this.#links.delete(attempt);
    if (this.#live === link) this.#watchForKicks(failure, hasCulprit);
    else {
      this.#log.oldLost(failure.message);
      void this.#endHandover(link.clientId);
    }
    this.#endOverlap(attempt);
    this.#handle({ type: 'lost', attempt, atMs: clock.monotonicMs() });
    // Nobody will resume this session; left alone it would queue events for whoever connects under its id next.
    if (!link.isPinned && link.clientId !== this.#ids.live) {
      void this.#discard(link.clientId);
    }
    if (this.#live !== undefined || this.#state.is === 'stopped') return;
    this.#outage.began(link.lastHeardMs);
    this.#log.lost(failure.message);
  }

  /** The old connection ended by itself, or the stream is closed. */
  #endOverlap(old: number): void {
    const overlap = this.#overlap;
    if (overlap === undefined) return;
    this.#overlap = undefined;
    overlap.end();
    if (old === overlap.attempt && overlap.isOwed) this.#missed(overlap);
  }

  async #discard(clientId: string): Promise<void> {
    this.#arrivals.forgetRedelivery(clientId);
    await this.#opener.discardSession(clientId, this.#stopping.signal);
    this.#ids.retire(clientId);
  }

  /** Returns whether a SUBSCRIBE may be to blame for the end of the connection. */
  #convict(error: Error): boolean {
    const byBroker = error instanceof StreamFailure && error.byBroker;
    const { isToBlame, quarantined } = this.#quarantine.connectionEnded(byBroker, this.#options.clock.monotonicMs());
    if (quarantined.length > 0) this.#log.quarantined(quarantined);
    for (const filter of quarantined) {
      tellOfRefusal(this.#dispatcher, filter, 'it closes the connection whenever this is asked for');
    }
    return isToBlame;
  }

  #watchForKicks(failure: StreamFailure, hasCulprit: boolean): void {
    const isQuick = this.#options.clock.monotonicMs() - this.#liveSinceMs < kickedWithinMs;
    this.#quickEnds = isQuick && failure.byBroker && !hasCulprit ? this.#quickEnds + 1 : 0;
    if (this.#quickEnds < kicksToAbandonId) return;
    this.#quickEnds = 0;
    this.#ids.abandon();
    this.#log.idTaken();
  }

  /** Gets new credentials, then a connection opened with them. Until there is one, the old connection is kept. */
  async #renew(): Promise<void> {
    const live = this.#live;
    if (live === undefined) return;
    this.#renewalIsDue = this.#state.is !== 'connected';
    if (this.#renewalIsDue) return;
    try {
      const { credentials } = await this.#options.credentials.renew();
      if (credentials.sessionToken === live.timed.credentials.sessionToken) {
        throw new StreamFailure('the platform still answers with the same credentials');
      }
    } catch (error) {
      this.#renewalFailed(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (this.#live === live) this.#replaceConnection(live);
  }

  #renewalFailed(error: Error): void {
    if (this.#state.is === 'stopped') return;
    if (verdictOn(error) === 'give up') {
      this.#renewalRefused = true;
      this.#log.refused(error.message);
      this.#options.onStatus();
      return;
    }
    this.#failedRenewals += 1;
    this.#log.notRenewed(error.message);
    this.#after('renewal', this.#pauseMs(this.#failedRenewals, error), () => void this.#renew());
  }

  /** How long to wait after so many failures in a row, and no shorter than the platform asked for in the last one. */
  #pauseMs(failures: number, last?: Error): number {
    const random = this.#options.random();
    const askedMs = last instanceof OchnoError ? (last.retryAfterMs ?? 0) : 0;
    return Math.max(backoffDelayMs(failures, random), askedMs * (1 + askedSpread * random));
  }

  #replaceConnection(live: StreamLink): void {
    if (this.#state.is !== 'connected') return;
    const pinned = live.isPinned;
    // What the old connection brings counts from before the new one subscribes.
    if (!pinned) this.#arrivals.beginHandover(live.clientId, handoverTimes(live.timed.lifeMs).matchWindowMs);
    else this.#outage.began(live.lastHeardMs);
    this.#handle({ type: 'renew', pinned });
  }

  async #runOverlap(old: number): Promise<void> {
    const link = this.#links.get(old);
    const fresh = this.#live;
    if (link === undefined || fresh === undefined) return;
    const { clock } = this.#options;
    const overlap = new Overlap({ old: link, fresh, arrivals: this.#arrivals, times: this.#handoverTimes(), clock });
    this.#overlap = overlap;
    const how = await overlap.run();
    if (how === 'ended') return;
    this.#overlap = undefined;
    if (how === 'given up') this.#missed(overlap);
    this.#outage.caughtUp();
    this.#handle({ type: 'overlapped', attempt: old });
  }

  async #drain(old: number): Promise<void> {
    const link = this.#links.get(old);
    await link?.drain(this.#handoverTimes().drainMs);
    this.#handle({ type: 'drained', attempt: old });
  }

  /** The old connection is closed. The new one may still bring the twins of what it brought last. */
  async #endHandover(old: string): Promise<void> {
    const fresh = this.#live;
    if (fresh === undefined) return;
    try {
      await confirm(fresh, this.#arrivals);
    } catch {
      // It is gone, too; its session will bring them on its next connection, before that one has caught up.
      return;
    }
    if (this.#state.is === 'stopped') return;
    this.#patientlyAfter('twins', this.#handoverTimes().matchWindowMs, () => this.#arrivals.endHandover(old));
  }

  #handoverTimes(): ReturnType<typeof handoverTimes> {
    return handoverTimes(this.#live?.timed.lifeMs ?? 0);
  }

  #close(attempt: number, how: 'with goodbye' | 'keeping the session' | 'at once'): void {
    this.#attempts.get(attempt)?.abort();
    const link = this.#links.get(attempt);
    this.#links.delete(attempt);
    if (link === undefined) return;
    if (how === 'at once') {
      link.destroy();
      return;
    }
    const keep = how === 'keeping the session' || (this.#keepSession && link.clientId === this.#ids.live);
    const deadlineMs = this.#state.is === 'stopped' ? closingFarewellMs : farewellMs;
    const work = keep ? link.suspend(deadlineMs) : this.#retire(link, deadlineMs);
    const closing: Promise<unknown> = work.finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async #retire(link: StreamLink, deadlineMs: number): Promise<void> {
    await link.retire(deadlineMs);
    void this.#endHandover(link.clientId);
    this.#arrivals.forgetRedelivery(link.clientId);
    this.#ids.retire(link.clientId);
  }

  #holdForSnapshots(): void {
    for (const subscription of this.#dispatcher.subscriptions) {
      if (subscription.initial === 'connect') this.#snapshots.add(subscription);
    }
  }

  /** Many nodes come and go in one turn; one plan serves them all. */
  #planSoon(): void {
    if (this.#planningSoon) return;
    this.#planningSoon = true;
    setImmediate(() => {
      this.#planNow();
    });
  }

  #planNow(): readonly string[] {
    if (!this.#planningSoon) return this.#plan;
    this.#planningSoon = false;
    this.#plan = planSubscriptions([...this.#dispatcher.subscriptions].map(({ selector }) => selector));
    this.#applyPlan();
    return this.#plan;
  }

  #applyPlan(): void {
    const live = this.#live;
    if (live === undefined) return;
    // While two connections are there both have to follow; the plan is applied again when one is left.
    this.#planIsStale = this.#state.is !== 'connected';
    if (!live.isPinned && wouldDouble(live.subscriptions.held, this.#plan)) {
      this.#planIsStale = true;
      this.#replaceConnection(live);
      return;
    }
    live.subscriptions.apply(this.#plan).then(
      () => this.#snapshots.deliver(),
      // The connection ended; the next one begins with the plan of its time.
      () => undefined,
    );
  }

  #nextLive(): Promise<StreamLink> {
    return new Promise((resolve) => {
      const stop = this.onOpen(() => {
        if (this.#live === undefined) return;
        stop();
        resolve(this.#live);
      });
    });
  }

  #after(name: 'retry' | 'renewal' | 'backlog', delayMs: number, action: () => void): void {
    this.#timers.get(name)?.();
    this.#timers.set(name, this.#options.clock.after(delayMs, action));
  }

  #patientlyAfter(name: 'handover' | 'twins', delayMs: number, action: () => void): void {
    this.#timers.get(name)?.();
    this.#timers.set(name, patientlyAfter(this.#options.clock, delayMs, action));
  }
}

/** How long the broker may take to send what it kept during an outage, where events go on coming all the time. */
function catchUpMs({ since, to }: Outage): number {
  return Math.max(shortestCatchUpMs, (to - since) * catchUpPerOutage);
}

function reasonOf(error: Error): ConnectionReason | undefined {
  if (!(error instanceof StreamFailure || error instanceof OchnoError)) return undefined;
  const isForbidden = error instanceof OchnoError && error.statusCode === 403;
  return error.reason ?? (isForbidden ? 'forbidden' : undefined);
}

function verdictOn(error: Error): 'retry' | 'retry at once' | 'give up' {
  if (error instanceof OchnoError) return error.code === 'OCHNO_LOGIN' ? 'give up' : 'retry';
  if (!(error instanceof StreamFailure)) return 'retry';
  return error.remedy === 'wait' ? 'retry' : 'retry at once';
}
