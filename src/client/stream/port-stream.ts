import { retryPauseMs } from '../../protocol/rest/retry-rules';
import {
  type ConnectionCommand,
  type ConnectionEvent,
  type ConnectionState,
  next,
  stopped,
} from '../../protocol/stream/connection-state';
import type { PortEvent } from '../../protocol/stream/port-event';
import type { PortSelector } from '../../protocol/topics/address';
import { wouldDouble } from '../../protocol/topics/plan-change';
import type { PortSubscriber } from '../events/port-subscriber';
import { Subscribers } from '../events/subscribers';
import type { Logger } from '../logger';
import { afterFailure, StreamError } from '../mqtt/stream-error';
import type { NetworkOptions } from '../network/network-agent';
import type { Clock } from '../time/clock';
import { Arrivals } from './arrivals';
import { ClientIds } from './client-ids';
import { type CredentialSource, StreamOpener } from './connector';
import { FilterQuarantine } from './filter-quarantine';
import { LinkHandover } from './handover';
import { MissedEvents } from './missed-events';
import type { PublishChannel } from './publish-channel';
import { Renewal } from './renewal';
import { RivalWatch } from './rival-watch';
import type { StreamLink } from './stream-link';
import { StreamLinks } from './stream-links';
import { StreamLog } from './stream-log';
import type { SessionMemory } from './stream-memory';
import { type ConnectionStatus, streamStatus } from './stream-status';

export interface PortStreamOptions {
  readonly company: string;
  /** Names the stream for this Node-RED instance and account; the client ids are made from it. */
  readonly streamId: string;
  readonly credentials: CredentialSource;
  readonly network: NetworkOptions;
  readonly keepaliveSeconds: number;
  readonly memory: SessionMemory;
  readonly readSnapshot: (selectors: readonly PortSelector[]) => Promise<Iterable<PortEvent>>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly onStatus: () => void;
  /** Events may have been missed; the subscribers were told. */
  readonly onGap: () => void;
}

/**
 * The live stream of one company: keeps one connection open and its subscriptions as wanted, replaces it before its
 * credentials end without losing or doubling an event, and says honestly when something may have been missed.
 *
 * What is to be done is decided by `connection-state.ts`; this class has it done and tells how it went.
 */
export class PortStream implements PublishChannel {
  readonly #options: PortStreamOptions;
  readonly #subscribers: Subscribers;
  readonly #arrivals: Arrivals;
  readonly #quarantine: FilterQuarantine;
  readonly #ids: ClientIds;
  readonly #links: StreamLinks;
  readonly #missed: MissedEvents;
  readonly #handover: LinkHandover;
  readonly #renewal: Renewal;
  readonly #rivals = new RivalWatch();
  readonly #log: StreamLog;
  readonly #openListeners = new Set<() => void>();
  #state: ConnectionState = stopped;
  #live: StreamLink | undefined;
  /** The connection that became live last; when it is lost in a renewal the older one is live again. */
  #newest: StreamLink | undefined;
  #newestSinceMs = 0;
  #lastFailure: Error | undefined;
  #planIsStale = false;
  #cancelRetry: () => void = () => undefined;

  constructor(options: PortStreamOptions) {
    const { clock, log, company, memory, streamId } = options;
    this.#options = options;
    this.#log = new StreamLog(log, company);
    this.#quarantine = new FilterQuarantine(
      () => clock.monotonicMs(),
      () => this.#subscribers.replan(),
    );
    this.#subscribers = new Subscribers({
      refusals: () => this.#quarantine.refusals,
      readSnapshot: options.readSnapshot,
      clock,
      log,
      onPlan: () => this.#applyPlan(),
    });
    this.#arrivals = new Arrivals(this.#subscribers, clock, memory.redeliveries);
    this.#ids = new ClientIds(streamId, memory, options.random);
    this.#links = new StreamLinks({
      opener: new StreamOpener({ ...options, quarantine: this.#quarantine }),
      ids: this.#ids,
      arrivals: this.#arrivals,
      memory,
      plan: () => this.#subscribers.planNow(),
      onNewSession: () => this.#missed.sessionBegan(),
      onLost: (link, failure) => this.#lost(link, failure),
      onRetired: ({ clientId }) => this.#settleHandover(clientId),
    });
    this.#missed = new MissedEvents({
      company,
      outage: memory.outage(streamId),
      subscribers: this.#subscribers,
      clock,
      log: this.#log,
      isLive: (link) => this.#live === link,
      onCaughtUp: () => this.#caughtUp(),
      onGap: options.onGap,
    });
    this.#handover = new LinkHandover(this.#arrivals, this.#missed, clock);
    this.#renewal = new Renewal({
      credentials: options.credentials,
      clock,
      log: this.#log,
      pauseMs: (failures, last) => retryPauseMs(failures, options.random(), last),
      live: () => this.#live,
      isBusy: () => this.#state.is !== 'connected',
      replace: (live) => this.#replaceConnection(live),
      onRefused: options.onStatus,
    });
  }

  /** Begins to connect; after a refused log-in it tries anew. */
  start(): void {
    this.#handle({ type: 'start' });
    this.#renewal.resume();
  }

  /**
   * Ends every connection, within a second. With `keepSession` the broker goes on queueing events of QoS 1 for a
   * stream of the same id that comes soon, as after a redeploy.
   */
  async close(keepSession: boolean): Promise<void> {
    const { memory, streamId } = this.#options;
    const missedSinceMs = this.#handover.stop();
    if (keepSession) this.#missed.suspend(this.#live, missedSinceMs);
    else memory.forgetOutage(streamId);
    this.#links.stop(keepSession);
    this.#handle({ type: 'stop' });
    this.#cancelRetry();
    this.#renewal.stop();
    this.#missed.stop();
    this.#subscribers.close();
    this.#arrivals.suspend();
    await this.#links.closed();
  }

  subscribe(selector: PortSelector, subscriber: PortSubscriber): () => void {
    return this.#subscribers.add(selector, subscriber);
  }

  get status(): ConnectionStatus {
    return streamStatus(this.#state, this.#renewal.isRefused, this.#lastFailure);
  }

  /** Resolves when every subscription wanted now has its answer; waits for the connection where there is none. */
  async settled(): Promise<void> {
    this.#subscribers.planNow();
    const live = this.#live ?? (await this.#nextLive());
    try {
      await live.subscriptions.apply(this.#subscribers.plan);
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
    if (this.#live === undefined) return Promise.reject(new StreamError('there is no connection'));
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
    this.#renewal.catchUp();
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
        this.#retryAfter(retryPauseMs(command.failures, this.#options.random(), this.#lastFailure));
        return;
      case 'wait to renew':
        this.#renewal.again(command.failures);
        return;
      case 'overlap':
        void this.#overlap(command.old);
        return;
      case 'drain':
        void this.#drain(command.old);
        return;
      case 'close':
        this.#links.close(command.attempt, command.how);
    }
  }

  async #open(attempt: number, as: 'only' | 'successor' | 'heir'): Promise<void> {
    if (as === 'only') this.#subscribers.awaitSnapshots();
    try {
      await this.#links.open(attempt, as);
    } catch (error) {
      this.#failed(attempt, error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#handle({ type: 'opened', attempt, atMs: this.#options.clock.monotonicMs() });
  }

  #wentLive(link: StreamLink, before: ConnectionState): void {
    const wasRenewed = before.is === 'renewing' || before.is === 'taking over';
    this.#lastFailure = undefined;
    this.#newest = link;
    this.#newestSinceMs = this.#options.clock.monotonicMs();
    if (wasRenewed) this.#rivals.outlived();
    this.#renewal.schedule(link);
    this.#missed.wentLive(link, wasRenewed);
    this.#applyPlan();
    for (const listener of [...this.#openListeners]) listener();
  }

  /** The connection may go on from a handover of which one was lost; what the other one had brought has come again by now. */
  #caughtUp(): void {
    if (this.#state.is === 'connected') this.#arrivals.close();
  }

  #failed(attempt: number, error: Error): void {
    if (this.#state.is === 'stopped') return;
    this.#convict(error);
    const verdict = afterFailure(error);
    const isBeside = this.#live !== undefined;
    if (!isBeside) this.#lastFailure = error;
    // A clock that is off has had its own line.
    const isTold = error instanceof StreamError && error.remedy === 'correct clock';
    if (isBeside && !isTold) this.#log.notRenewed(error);
    if (!isBeside && verdict === 'give up') this.#log.refused(error.message);
    this.#handle({ type: 'failed', attempt, verdict });
    // A failure that is answered by another attempt at once is not worth a line yet.
    if (this.#state.is === 'waiting') this.#log.unreachable(error);
    this.#options.onStatus();
  }

  #lost(link: StreamLink, failure: StreamError): void {
    const { clock } = this.#options;
    const { attempt, clientId } = link;
    const hasCulprit = this.#convict(failure) || link.isPublishing;
    if (this.#live === link) this.#watchForRival(link, failure, hasCulprit);
    else {
      this.#log.oldLost(failure.message);
      this.#settleHandover(clientId);
    }
    this.#handover.ended(attempt);
    this.#handle({ type: 'lost', attempt, atMs: clock.monotonicMs() });
    if (!link.isPinned && clientId !== this.#ids.live) void this.#links.discard(clientId);
    if (this.#live !== undefined || this.#state.is === 'stopped') return;
    this.#missed.outageBegan(link);
    this.#log.lost(failure.message);
  }

  /** Returns whether a SUBSCRIBE may be to blame for the end of the connection. */
  #convict(error: Error): boolean {
    const byBroker = error instanceof StreamError && error.byBroker;
    const { isToBlame, refused } = this.#quarantine.connectionEnded(byBroker);
    if (refused.length > 0) this.#log.quarantined(refused);
    return isToBlame;
  }

  #watchForRival(link: StreamLink, failure: StreamError, hasCulprit: boolean): void {
    // A rival ends one connection at a time; two that end together are the broker's or the network's doing.
    if (link !== this.#newest) return;
    const livedMs = this.#options.clock.monotonicMs() - this.#newestSinceMs;
    if (!this.#rivals.ended(livedMs, failure.byBroker && !hasCulprit)) return;
    if (link.isPinned) {
      this.#log.prescribedIdTaken();
      return;
    }
    this.#ids.abandon();
    this.#log.idTaken();
  }

  #replaceConnection(live: StreamLink): void {
    if (this.#state.is !== 'connected') return;
    const pinned = live.isPinned;
    if (pinned) this.#missed.outageBegan(live);
    else this.#handover.begin(live);
    this.#handle({ type: 'renew', pinned });
  }

  async #overlap(attempt: number): Promise<void> {
    const old = this.#links.get(attempt);
    if (old === undefined || this.#live === undefined) return;
    if (await this.#handover.overlap(old, this.#live)) this.#handle({ type: 'overlapped', attempt });
  }

  async #drain(attempt: number): Promise<void> {
    const old = this.#links.get(attempt);
    if (old !== undefined && this.#live !== undefined) await this.#handover.drain(old, this.#live);
    this.#handle({ type: 'drained', attempt });
  }

  #settleHandover(old: string): void {
    if (this.#live !== undefined) void this.#handover.settle(old, this.#live);
  }

  #applyPlan(): void {
    const live = this.#live;
    if (live === undefined) return;
    const plan = this.#quarantine.withoutTrials(this.#subscribers.plan);
    // While two connections are there both have to follow; the plan is applied again when one is left.
    this.#planIsStale = this.#state.is !== 'connected';
    if (!live.isPinned && wouldDouble(live.subscriptions.held, plan)) {
      this.#planIsStale = true;
      this.#replaceConnection(live);
      return;
    }
    live.subscriptions.apply(plan).then(
      () => this.#subscribers.deliverSnapshots(),
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

  #retryAfter(delayMs: number): void {
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.after(delayMs, () => this.#handle({ type: 'retry' }));
  }
}
