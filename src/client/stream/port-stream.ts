import { StreamMeter } from '../../protocol/connection/stream-meter';
import { StreamPolicy } from '../../protocol/connection/stream-policy';
import type { CredentialSource } from '../../protocol/stream/stream-credentials';
import type { EventGap } from '../events/port-subscriber';
import type { Logger } from '../logger';
import { Dialer } from '../mqtt/dialer';
import { StreamError } from '../mqtt/stream-error';
import type { NetworkOptions } from '../network/network-agent';
import type { Clock } from '../time/clock';
import { Arrivals, type EventReceivers } from './arrivals';
import { ConnectionKeeper } from './connection-keeper';
import { MissedEvents } from './missed-events';
import type { PublishChannel } from './publish-channel';
import type { StreamLane } from './rotation';
import type { Dialing, StreamLink } from './stream-link';
import { StreamLog } from './stream-log';
import { ClientIds, type SessionMemory, type StreamNotes } from './stream-memory';
import type { ConnectionStatus, StreamVitals } from './stream-status';
import { WantedSubscriptions } from './subscription-set';

export { Dialer } from '../mqtt/dialer';
export { StreamError } from '../mqtt/stream-error';
export { withoutSessions } from './stream-log';
export { SessionMemory } from './stream-memory';

/** The next attempt comes at most eight seconds after so many failures. */
const failuresWhenHurried = 3;

/** Whom a stream serves: what they want on its connection, and what is brought to them. */
export interface StreamAudience extends EventReceivers {
  /** The filters wanted this moment; `planChanged` tells the stream that `plan` has others. */
  planNow(): readonly string[];
  /** The filters asked for by those who are to miss nothing: not by onlookers. */
  readonly asked: readonly string[];
  /** The broker refuses other filters than before. */
  replan(): void;
  gap(gap: EventGap): void;
  /** There will be a first connection, or one after an outage. */
  awaitSnapshots(): void;
  /** The broker has answered every subscription. */
  subscribed(): unknown;
}

/** Dials connections, by the broker's clock. */
export type StreamDialer = Dialing & Pick<Dialer, 'clockOffsetMs'>;

export interface PortStreamOptions {
  readonly company: string;
  /** Names the stream for this Node-RED instance and account; the client ids are made from it. */
  readonly streamId: string;
  readonly credentials: CredentialSource;
  readonly network: NetworkOptions;
  readonly keepaliveSeconds: number;
  readonly memory: SessionMemory;
  readonly audience: StreamAudience;
  readonly lane?: StreamLane;
  /** In place of one over the network. */
  readonly dialer?: StreamDialer;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly onStatus: () => void;
  /** There is no connection, and an attempt to have one failed. */
  readonly onFailure?: ((failure: Error) => void) | undefined;
  /** Events may have been missed; the audience was told. */
  readonly onGap: () => void;
}

/**
 * The live stream of one company: what its audience wants is subscribed, and every event is brought to it once; where one
 * may have been missed, it is told so. `ConnectionKeeper` sees to it that there is a connection.
 */
export class PortStream implements PublishChannel {
  readonly #options: PortStreamOptions;
  readonly #notes: StreamNotes;
  readonly #ids: ClientIds;
  readonly #policy: StreamPolicy;
  readonly #meter: StreamMeter<EventGap>;
  readonly #dialer: StreamDialer;
  readonly #arrivals: Arrivals;
  readonly #missed: MissedEvents;
  readonly #keeper: ConnectionKeeper;
  readonly #wanted: WantedSubscriptions<StreamLink>;
  readonly #openListeners = new Set<() => void>();

  constructor(options: PortStreamOptions) {
    const { audience, clock, company, credentials, lane, memory, onFailure, random, streamId } = options;
    this.#options = options;
    this.#notes = memory.stream(streamId);
    this.#ids = new ClientIds(streamId, memory, random);
    this.#meter = this.#notes.meter ??= new StreamMeter(clock.monotonicMs());
    this.#policy = this.#notes.policy ??= new StreamPolicy(() => clock.monotonicMs());
    this.#dialer = options.dialer ?? new Dialer(options);
    this.#arrivals = new Arrivals(audience, clock, (nowMs) => this.#counted(nowMs), memory);
    const inSession = (): readonly string[] => this.sessionFilters;
    const log = new StreamLog(options.log, company, lane !== undefined);
    this.#missed = new MissedEvents({
      ...{ company, notes: this.#notes.outage, meter: this.#meter, clock, log, inSession },
      asked: () => audience.asked,
      isLive: (link) => this.#keeper.live === link,
      // What the other connection of a handover had brought has come again by now.
      onCaughtUp: () => {
        memory.redeliveries.get(this.#ids.live ?? '')?.caughtUp();
        if (this.#keeper.isConnected) this.#arrivals.close();
      },
      onGap: (gap) => {
        audience.gap(gap);
        options.onGap();
      },
    });
    this.#keeper = new ConnectionKeeper({
      ...{ dialer: this.#dialer, credentials, policy: this.#policy, ids: this.#ids },
      ...{ arrivals: this.#arrivals, missed: this.#missed, memory, leftovers: this.#notes.leftovers },
      ...{ clock, random, lane, log, onFailure, onStatus: () => this.#changed() },
      plan: () => audience.planNow(),
      ...{ onOpening: () => audience.awaitSnapshots(), onLive: () => this.#wentLive() },
      onSettled: () => this.#wanted.catchUp(),
    });
    this.#wanted = new WantedSubscriptions({
      ...{ audience, refused: this.#policy.filters, connections: this.#keeper, inSession, clock },
      onSubscribed: (held) => {
        this.#missed.subscribed(held);
        audience.subscribed();
      },
    });
    this.#policy.listen({
      log,
      sessionGrants: lane?.sessionGrants,
      onFilters: (closedOn) => {
        if (closedOn.length > 0) log.filtersRefused(closedOn);
        audience.replan();
        this.#wanted.wake();
      },
    });
  }

  /** Begins to connect; after a refused log-in it tries anew. */
  start(): void {
    this.#keeper.start();
  }

  /** Ends every connection, within a second. With `keepSession` a stream of the same id goes on with its session, as after a deploy. */
  async close(keepSession: boolean): Promise<void> {
    // It would bring, should somebody come back, what was published while nobody wanted it.
    if (!keepSession && this.#keeper.live === undefined) this.#ids.leave();
    if (keepSession) this.#missed.suspend(this.#keeper.live);
    else this.#notes.outage = {};
    const closing = this.#keeper.stop(keepSession);
    this.#missed.stop();
    this.#arrivals.stop();
    await closing;
  }

  get status(): ConnectionStatus {
    return this.#keeper.status;
  }

  get vitals(): StreamVitals {
    const { clock, company } = this.#options;
    const nowMs = clock.monotonicMs();
    const wallMs = (monotonicMs: number | undefined): number | undefined =>
      monotonicMs === undefined ? undefined : Math.round(clock.now() - nowMs + monotonicMs);
    return {
      ...{ company, status: this.status },
      connectedSinceMs: wallMs(this.#keeper.connectedSinceMs),
      credentialsEndMs: wallMs(this.#keeper.live?.timed.endsAtMs),
      ...{ renewals: this.#meter.renewals, reconnects: this.#meter.reconnects, gaps: this.#meter.gaps(nowMs) },
      policy: this.#policy.lessons,
      clockOffsetMs: this.#dialer.clockOffsetMs,
      eventsPerSecond: this.#meter.perSecond(nowMs),
      eventsPerMinute: this.#meter.perMinute(nowMs),
    };
  }

  /** Resolves when every subscription wanted now has its answer, with `inSession` also in the session that is resumed should all connections end; waits for a connection if there is none. */
  settled(inSession = false): Promise<void> {
    return this.#wanted.settled(inSession);
  }

  /** Resolves when the broker has answered and sent what it had; rejects when the connection ends first, or there is none. */
  ping(): Promise<void> {
    return this.#keeper.live?.level() ?? Promise.reject(new StreamError('there is no connection'));
  }

  /** How many messages the broker would let pass at once. */
  get room(): number {
    return this.#missed.room;
  }

  /** Whether a connection is being replaced. */
  get isRenewing(): boolean {
    return this.#keeper.isRenewing;
  }

  /** Whether there can be no second connection beside the live one. */
  get isAlone(): boolean {
    const { live } = this.#keeper;
    return live !== undefined && this.#keeper.isAlone(live);
  }

  /** What the session is subscribed to that goes on if every connection ends. */
  get sessionFilters(): readonly string[] {
    return this.#options.memory.session(this.#ids.live ?? '')?.filters ?? [];
  }

  /** Whether the broker can have kept nothing for it: nothing has been subscribed to, now or before a deploy. */
  get holdsNothing(): boolean {
    return this.#ids.holdsNothing;
  }

  /**
   * There is no connection, and what the broker keeps is left to it. Returns since when events are missing, on the monotonic clock:
   * of what was unsubscribed before none are.
   */
  leaveSession(): number | undefined {
    const { isSubscribed } = this.#ids;
    return this.#ids.leave() && isSubscribed ? this.#missed.outageSinceMs : undefined;
  }

  /** Events are missing in this span of the monotonic clock. The audience is told. */
  missed(fromMs: number, toMs: number): EventGap {
    return this.#missed.declare(fromMs, toMs);
  }

  /** What the broker keeps for it has in part been passed on already; see `RedeliveryFilter.owes`. */
  owes(events: ReadonlyMap<string, number>): void {
    this.#options.memory.redeliveries.get(this.#ids.live ?? '')?.owes(events);
  }

  /** The filters that the broker refuses at present, each with the reason. */
  get refusals(): ReadonlyMap<string, string> {
    return this.#policy.filters.refusals;
  }

  get isOpen(): boolean {
    return this.#keeper.live?.isOpen ?? false;
  }

  /** Whether what comes next is what the broker kept, or waits for that, as far as can be told soon. */
  get isCatchingUp(): boolean {
    return !this.isOpen || this.isRenewing || (this.#keeper.live?.inbox.isCatchingUp ?? false);
  }

  /** The same, until it is certain that nothing more of that is to come. */
  get isBehind(): boolean {
    return !this.isOpen || this.isRenewing || this.#missed.isBehind;
  }

  /** How much has come, so far, that had been passed on before: the broker had kept it, and may have kept more. */
  get repeats(): number {
    return this.#arrivals.repeats;
  }

  get problem(): string | undefined {
    return this.#keeper.problem;
  }

  publish(topic: string, payload: string): Promise<void> {
    const { live } = this.#keeper;
    if (live === undefined) return Promise.reject(new StreamError('there is no connection'));
    this.#missed.message(this.#options.clock.monotonicMs());
    return live.publish(topic, payload);
  }

  /** If there is no connection, does not wait longer for the next attempt than after so many failures. */
  hurry(failures = failuresWhenHurried): void {
    this.#keeper.hurry(failures);
  }

  onOpen(listener: () => void): () => void {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
  }

  /** The audience wants other filters than before. */
  planChanged(): void {
    this.#wanted.changed();
  }

  /** What had to wait may be possible by now. */
  catchUp(): void {
    this.#keeper.catchUp();
  }

  #wentLive(): void {
    this.planChanged();
    for (const listener of [...this.#openListeners]) listener();
    this.#wanted.wake();
  }

  #changed(): void {
    this.#options.onStatus();
    this.#wanted.wake();
  }

  #counted(nowMs: number): void {
    this.#meter.event(nowMs);
    this.#missed.message(nowMs);
  }
}
