import { retryPauseMs } from '../../protocol/rest/retry-rules';
import {
  type ConnectionCommand,
  type ConnectionEvent,
  type ConnectionState,
  next,
  stopped,
} from '../../protocol/stream/connection-state';
import { RateWatch } from '../../protocol/stream/rate-watch';
import { wouldDouble } from '../../protocol/topics/plan-change';
import type { EventGap } from '../events/port-subscriber';
import type { Logger } from '../logger';
import { Dialer } from '../mqtt/dialer';
import { afterFailure, StreamError } from '../mqtt/stream-error';
import type { NetworkOptions } from '../network/network-agent';
import type { Clock } from '../time/clock';
import { Arrivals, type EventReceivers } from './arrivals';
import { ConnectionLoss } from './connection-loss';
import { Connector, type CredentialSource, type OpenedAs } from './connector';
import { LinkHandover } from './handover';
import { MissedEvents } from './missed-events';
import type { PublishChannel } from './publish-channel';
import { Rotation } from './rotation';
import type { StreamLink } from './stream-link';
import { StreamLog } from './stream-log';
import { ClientIds, type SessionMemory, type StreamNotes } from './stream-memory';
import { StreamPolicy } from './stream-policy';
import { type ConnectionStatus, StreamMeter, type StreamVitals, streamStatus } from './stream-status';

export { Dialer } from '../mqtt/dialer';
export { StreamError } from '../mqtt/stream-error';
export type { CredentialSource } from './connector';
export { SessionMemory } from './stream-memory';
export { tryStream } from './stream-policy';

/** Whom a stream serves: what they want on its connection, and what is brought to them. */
export interface StreamAudience extends EventReceivers {
  /** The topic filters wanted, as worked out last; `planChanged` tells the stream of others. */
  readonly plan: readonly string[];
  /** The same as wanted this moment. */
  planNow(): readonly string[];
  /** The broker refuses other filters than before. */
  replan(): void;
  gap(gap: EventGap): void;
  /** There will be a first connection, or one after an outage. */
  awaitSnapshots(): void;
  /** The broker has answered every subscription. */
  subscribed(): unknown;
}

export interface PortStreamOptions {
  readonly company: string;
  /** Names the stream for this Node-RED instance and account; the client ids are made from it. */
  readonly streamId: string;
  readonly credentials: CredentialSource;
  readonly network: NetworkOptions;
  readonly keepaliveSeconds: number;
  readonly memory: SessionMemory;
  readonly audience: StreamAudience;
  /** Where there are several streams of a company: which this one is, from 0 on, of how many. */
  readonly lane?: { readonly index: number; readonly of: number };
  /** Whether a renewal may begin; `catchUp` tells of a change. */
  readonly mayRenew?: () => boolean;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly onStatus: () => void;
  /** Events may have been missed; the audience was told. */
  readonly onGap: () => void;
}

/** The renewals of several streams are spread over this part of the time that there is. */
const laneSpread = 0.3;

/**
 * The live stream of one company: keeps one connection open and its subscriptions as wanted, replaces it before its
 * credentials end without losing or doubling an event, and says honestly when something may have been missed.
 *
 * What may be done is decided by `connection-state.ts`; this class has it done and tells how it went. `Rotation` is the
 * way from one connection to the next.
 */
export class PortStream implements PublishChannel {
  readonly #options: PortStreamOptions;
  readonly #notes: StreamNotes;
  readonly #policy: StreamPolicy;
  readonly #meter: StreamMeter;
  readonly #rate = new RateWatch();
  readonly #dialer: Dialer;
  readonly #audience: StreamAudience;
  readonly #arrivals: Arrivals;
  readonly #ids: ClientIds;
  readonly #connector: Connector;
  readonly #loss: ConnectionLoss;
  readonly #missed: MissedEvents;
  readonly #handover: LinkHandover;
  readonly #rotation: Rotation;
  readonly #log: StreamLog;
  readonly #openListeners = new Set<() => void>();
  #state: ConnectionState = stopped;
  #opening: Promise<StreamLink | undefined> = Promise.resolve(undefined);
  /** When the connection opened that became live last, and that; when it is lost in a renewal the older one is live again. */
  #newest: { readonly link: StreamLink; readonly sinceMs: number } | undefined;
  /** Since when there has been a connection without interruption, on the monotonic clock. */
  #connectedSinceMs: number | undefined;
  #lastFailure: Error | undefined;
  #planIsStale = false;
  /** A client id that somebody else uses: it is left to them. */
  #leftId: string | undefined;
  #cancelRetry: () => void = () => undefined;

  constructor(options: PortStreamOptions) {
    const { clock, company, credentials, lane, log, memory, random, streamId } = options;
    this.#options = options;
    this.#notes = memory.stream(streamId);
    this.#meter = this.#notes.meter ??= new StreamMeter(clock.monotonicMs());
    this.#policy = this.#notes.policy ??= new StreamPolicy(() => clock.monotonicMs());
    this.#log = new StreamLog(log, company);
    this.#dialer = new Dialer(options);
    this.#ids = new ClientIds(streamId, memory, random);
    this.#audience = options.audience;
    this.#arrivals = new Arrivals(
      this.#audience,
      clock,
      { event: (nowMs) => this.#counted(nowMs) },
      memory.redeliveries,
    );
    this.#missed = new MissedEvents({
      ...{ company, notes: this.#notes.outage, meter: this.#meter, clock, log: this.#log },
      isLive: (link) => this.#live === link,
      onCaughtUp: () => this.#caughtUp(),
      onGap: (gap) => {
        this.#audience.gap(gap);
        options.onGap();
      },
    });
    this.#connector = new Connector({
      ...{ dialer: this.#dialer, credentials, policy: this.#policy, ids: this.#ids, arrivals: this.#arrivals },
      ...{ memory, leftovers: this.#notes.leftovers, clock, log },
      plan: () => this.#audience.planNow(),
      onNewSession: () => this.#missed.sessionBegan(),
      onLost: (link, failure) => this.#lost(link, failure),
    });
    this.#loss = new ConnectionLoss({
      ...{ clock, log: this.#log },
      openWitness: (onLost) => this.#connector.witness(onLost),
      mayOpenWitness: () => this.#policy.hasRoomForSecond,
      onDuplicate: (sinceMs) => this.#leaveId(sinceMs),
    });
    this.#handover = new LinkHandover(this.#arrivals, this.#missed, clock, () => this.#catchUp());
    this.#rotation = new Rotation({
      ...{ credentials, policy: this.#policy, handover: this.#handover, missed: this.#missed, clock, log: this.#log },
      pauseMs: (failures, last) => retryPauseMs(failures, random(), last),
      step: (event) => this.#handle(event),
      live: () => this.#live,
      isBusy: () => this.#isBusy,
      dueShare: lane === undefined ? 1 : 1 - (laneSpread * lane.index) / lane.of,
      openSuccessor: () => this.#openSuccessor(),
      closed: () => this.#connector.closed(),
      onRefused: options.onStatus,
    });
    this.#policy.listen({
      onFilters: (closedOn) => {
        if (closedOn.length > 0) this.#log.filtersRefused(closedOn);
        this.#audience.replan();
      },
      onNoSessions: () => this.#log.noSessions(),
      onOneConnection: () => this.#log.oneConnection(),
    });
  }

  /** Begins to connect; after a refused log-in it tries anew. */
  start(): void {
    this.#handle({ type: 'start' });
    this.#rotation.resume();
  }

  /**
   * Ends every connection, within a second. With `keepSession` the broker goes on queueing events of QoS 1 for a
   * stream of the same id that comes soon, as after a redeploy.
   */
  async close(keepSession: boolean): Promise<void> {
    this.#handover.stop();
    if (keepSession) this.#missed.suspend(this.#live);
    else this.#notes.outage = {};
    this.#connector.stop(keepSession);
    this.#handle({ type: 'stop' });
    this.#cancelRetry();
    this.#rotation.stop();
    this.#loss.stop();
    this.#missed.stop();
    this.#arrivals.stop();
    await this.#connector.closed();
  }

  get status(): ConnectionStatus {
    return streamStatus(this.#state, this.#rotation.isRefused, this.#lastFailure);
  }

  get vitals(): StreamVitals {
    const { clock, company } = this.#options;
    const nowMs = clock.monotonicMs();
    const wallMs = (monotonicMs: number | undefined): number | undefined =>
      monotonicMs === undefined ? undefined : Math.round(clock.now() - nowMs + monotonicMs);
    return {
      ...{ company, status: this.status },
      connectedSinceMs: wallMs(this.#connectedSinceMs),
      credentialsEndMs: wallMs(this.#live?.timed.endsAtMs),
      ...{ renewals: this.#meter.renewals, reconnects: this.#meter.reconnects, gaps: this.#meter.gaps(nowMs) },
      policy: this.#policy.lessons,
      clockOffsetMs: this.#dialer.clockOffsetMs,
      eventsPerSecond: this.#meter.perSecond(nowMs),
      eventsPerMinute: this.#meter.perMinute(nowMs),
    };
  }

  /** Resolves when every subscription wanted now has its answer; waits for the connection where there is none. */
  async settled(): Promise<void> {
    this.#audience.planNow();
    for (;;) {
      const live = this.#live ?? (await this.#nextLive());
      const plan = this.#plan;
      try {
        if (!this.#needsSuccessor(live, plan)) {
          await live.subscriptions.apply(plan);
          return;
        }
      } catch {
        // The connection ended meanwhile; the next one subscribes to the whole plan before it counts as open.
      }
      await this.#nextLive();
    }
  }

  /** Resolves with the broker's answer; rejects when the connection ends first, or there is none. */
  ping(): Promise<void> {
    return this.#live?.ping() ?? Promise.reject(new StreamError('there is no connection'));
  }

  /** How many messages the broker would let pass at once. */
  get room(): number {
    return this.#rate.room(this.#options.clock.monotonicMs());
  }

  /** Whether a connection is being replaced. */
  get isRenewing(): boolean {
    return ['renewing', 'overlapping', 'draining', 'taking over'].includes(this.#state.is);
  }

  /** Whether there can be no second connection beside the live one. */
  get isAlone(): boolean {
    const live = this.#live;
    return live !== undefined && this.#rotation.isAlone(live);
  }

  /** The filters that the broker refuses at present, each with the reason. */
  get refusals(): ReadonlyMap<string, string> {
    return this.#policy.filters.refusals;
  }

  get isOpen(): boolean {
    return this.#live?.isOpen ?? false;
  }

  get problem(): string | undefined {
    return this.#lastFailure?.message;
  }

  publish(topic: string, payload: string): Promise<void> {
    const live = this.#live;
    if (live === undefined) return Promise.reject(new StreamError('there is no connection'));
    this.#watchRate(this.#options.clock.monotonicMs());
    return live.publish(topic, payload);
  }

  onOpen(listener: () => void): () => void {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
  }

  /** The audience wants other filters than before. */
  planChanged(): void {
    const live = this.#live;
    if (live === undefined) return;
    const plan = this.#plan;
    // While two connections are there both have to follow; the plan is applied again when one is left.
    this.#planIsStale = this.#state.is !== 'connected';
    if (this.#needsSuccessor(live, plan)) {
      this.#planIsStale = true;
      if (this.#state.is === 'connected') void this.#rotation.rotate(live);
      return;
    }
    live.subscriptions.apply(plan).then(
      () => this.#audience.subscribed(),
      // The connection ended; the next one begins with the plan of its time.
      () => undefined,
    );
  }

  /** The connection that publishes and that the plan is applied to. */
  get #live(): StreamLink | undefined {
    const state = this.#state;
    return state.is !== 'stopped' && 'sinceMs' in state ? this.#connector.get(state.attempt) : undefined;
  }

  #handle(event: ConnectionEvent): void {
    const before = this.#state;
    const { state, commands } = next(before, event);
    this.#state = state;
    const live = this.#live;
    if (live !== undefined && !live.isPinned) {
      // Until an overlap is complete the session of the old connection holds what has not come yet.
      if (state.is === 'connected' || state.is === 'draining') this.#ids.promote(live.clientId);
      if (state.is === 'connected') this.#arrivals.withoutNew(live.clientId);
    }
    for (const command of commands) this.#carryOut(command);
    if (event.type === 'opened' && live?.attempt === event.attempt) this.#wentLive(live, before);
    else if (event.type === 'opened' && live !== undefined) void this.#reclaimed(event.attempt, live);
    else if (state.is === 'connected') this.#catchUp();
    if (live === undefined && state.is !== 'taking over') this.#connectedSinceMs = undefined;
    if (state !== before) this.#options.onStatus();
  }

  /** Whether there is another connection beside the live one, or on its way, or not quite gone. */
  get #isBusy(): boolean {
    return this.#options.mayRenew?.() === false || this.#state.is !== 'connected' || this.#handover.isSettling;
  }

  /** What had to wait may be possible by now. */
  catchUp(): void {
    if (this.#state.is === 'connected') this.#catchUp();
  }

  /** Does what had to wait while two connections were there. */
  #catchUp(): void {
    if (this.#isBusy) return;
    if (this.#planIsStale) this.planChanged();
    this.#rotation.catchUp();
  }

  #carryOut(command: ConnectionCommand): void {
    switch (command.do) {
      case 'open':
        this.#opening = this.#open(command.attempt, command.as);
        return;
      case 'wait':
        this.#after(
          Math.max(retryPauseMs(command.failures, this.#options.random(), this.#lastFailure), this.#loss.pauseMs),
          { type: 'retry' },
        );
        return;
      case 'wait to renew':
        this.#rotation.again(command.failures);
        return;
      case 'wait to reclaim':
        this.#after(retryPauseMs(command.failures, this.#options.random(), undefined), { type: 'reclaim' });
        return;
      case 'close':
        this.#connector.close(command.attempt, command.how);
    }
  }

  async #open(attempt: number, as: OpenedAs): Promise<StreamLink | undefined> {
    if (as === 'initial') this.#audience.awaitSnapshots();
    try {
      await this.#connector.open(attempt, as);
    } catch (error) {
      this.#failed(attempt, as, error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
    this.#handle({ type: 'opened', attempt, atMs: this.#options.clock.monotonicMs() });
    return this.#connector.get(attempt);
  }

  async #openSuccessor(): Promise<StreamLink | undefined> {
    if (this.#state.is !== 'connected') return undefined;
    this.#handle({ type: 'renew', alone: false });
    return this.#opening;
  }

  #wentLive(link: StreamLink, before: ConnectionState): void {
    const nowMs = this.#options.clock.monotonicMs();
    const wasRenewed = before.is === 'renewing' || before.is === 'taking over';
    this.#lastFailure = undefined;
    this.#newest = { link, sinceMs: nowMs };
    this.#connectedSinceMs ??= nowMs;
    this.#rate.renewed(nowMs);
    this.#rotation.schedule(link);
    this.#missed.wentLive(link, wasRenewed);
    this.#loss.wentLive(link, wasRenewed);
    this.planChanged();
    if (this.#policy.hasRoomForSecond) void this.#connector.discardLeftovers();
    for (const listener of [...this.#openListeners]) listener();
  }

  /** There is a connection again in the place of an old one that was lost: the overlap goes on. */
  async #reclaimed(attempt: number, live: StreamLink): Promise<void> {
    const old = this.#connector.get(attempt);
    if (old === undefined) return;
    // Without its session it brings nothing of what was kept.
    if (!old.sessionPresent) this.#handover.giveUp();
    await this.#rotation.finish(old, live);
  }

  #counted(nowMs: number): void {
    this.#meter.event(nowMs);
    this.#watchRate(nowMs);
  }

  #watchRate(nowMs: number): void {
    const excess = this.#rate.message(nowMs);
    if (excess !== undefined) this.#missed.rateExceeded(excess);
  }

  /** The connection may go on from a handover of which one was lost; what the other one had brought has come again by now. */
  #caughtUp(): void {
    if (this.#state.is === 'connected') this.#arrivals.close();
  }

  #failed(attempt: number, as: OpenedAs, error: Error): void {
    if (this.#state.is === 'stopped') return;
    const live = this.#live;
    const verdict = afterFailure(error);
    if (live === undefined) this.#lastFailure = error;
    // What a second connection is refused for is found out; the first time it says nothing of the credentials.
    else if (as === 'successor' && !(error instanceof StreamError && error.refuses)) this.#log.notRenewed(error);
    if (live === undefined && verdict === 'give up') this.#log.refused(error.message);
    const oldId = this.#ids.live;
    this.#handle({ type: 'failed', attempt, verdict });
    if (as === 'reclaim' && this.#state.is === 'connected') {
      this.#handover.giveUp();
      if (oldId !== undefined) void this.#connector.discard(oldId);
    }
    // A failure that is answered by another attempt at once is not worth a line yet.
    if (this.#state.is === 'waiting') this.#log.unreachable(error);
    if (as === 'successor' && live !== undefined && this.#state.is === 'connected' && this.#rotation.isAlone(live)) {
      void this.#rotation.rotate(live);
    }
    this.#options.onStatus();
  }

  #lost(link: StreamLink, failure: StreamError): void {
    const { clock } = this.#options;
    const { attempt, clientId } = link;
    const nowMs = clock.monotonicMs();
    const { is } = this.#state;
    const wasOld = (is === 'overlapping' || is === 'draining') && attempt === this.#state.old;
    const isExplained = link.subscriptions.isAsking || link.isPublishing;
    // Somebody else ends one connection at a time; two that end together are the broker's or the network's doing.
    if (link === this.#newest?.link) this.#loss.lost(link, failure, nowMs - this.#newest.sinceMs, isExplained);
    const isOwed = this.#handover.ended(attempt, clientId === this.#leftId);
    this.#handle({ type: 'lost', attempt, atMs: nowMs, isOwed });
    if (wasOld) this.#lostOld(link, failure);
    if (!link.isPinned && link.keepsSession && clientId !== this.#ids.live && clientId !== this.#leftId) {
      void this.#connector.discard(clientId);
    }
    if (this.#live !== undefined || this.#state.is === 'stopped') return;
    this.#missed.outageBegan(link);
    this.#log.lost(failure.message);
  }

  /** The connection that was being replaced ended by itself. */
  #lostOld({ clientId }: StreamLink, failure: StreamError): void {
    const live = this.#live;
    this.#log.oldLost(failure.message);
    // What its session holds is still to come.
    if (live !== undefined && this.#state.is !== 'reclaiming') void this.#handover.settle(clientId, live);
  }

  /**
   * Somebody else uses our client id: goes on under a new one, from the live connection if there is one. What came while the
   * other one had our session, they have got.
   */
  #leaveId(sinceMs: number): void {
    const live = this.#live;
    const isLive = live !== undefined && this.#state.is === 'connected';
    this.#leftId = this.#ids.live;
    this.#ids.abandon(isLive);
    if (!isLive) return;
    this.#missed.lostWith(sinceMs);
    void this.#rotation.rotate(live);
  }

  get #plan(): readonly string[] {
    return this.#policy.filters.withoutTrials(this.#audience.plan);
  }

  /** Whether going over to this plan on one connection could double an event. */
  #needsSuccessor(live: StreamLink, plan: readonly string[]): boolean {
    return !this.#rotation.isAlone(live) && wouldDouble(live.subscriptions.held, plan);
  }

  #nextLive(): Promise<StreamLink> {
    return new Promise((resolve) => {
      const stop = this.onOpen(() => {
        const live = this.#live;
        if (live === undefined) return;
        stop();
        resolve(live);
      });
    });
  }

  /** A stream waits for one thing at a time. */
  #after(delayMs: number, event: ConnectionEvent): void {
    this.#cancelRetry();
    this.#cancelRetry = this.#options.clock.after(delayMs, () => this.#handle(event));
  }
}
