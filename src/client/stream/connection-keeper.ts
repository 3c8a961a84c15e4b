import {
  type ConnectionCommand,
  type ConnectionEvent,
  type ConnectionState,
  type OpenedAs,
  stopped,
} from '../../protocol/connection/connection-state';
import { next } from '../../protocol/connection/connection-steps';
import { reasonOf } from '../../protocol/json/quoted';
import { retryPauseMs } from '../../protocol/rest/retry-rules';
import { afterFailure, StreamError } from '../mqtt/stream-error';
import { RetryTimer } from '../time/retry-timer';
import { ConnectionLoss } from './connection-loss';
import { Connector, type StreamParts } from './connector';
import type { MissedEvents } from './missed-events';
import { Rotation } from './rotation';
import type { StreamLink } from './stream-link';
import { type ConnectionStatus, streamStatus } from './stream-status';

export interface ConnectionKeeperParts extends StreamParts {
  readonly missed: MissedEvents;
  readonly random: () => number;
  /** There will be a first connection, or one after an outage. */
  readonly onOpening: () => void;
  /** This connection is live, with everything subscribed that was wanted when it was opened. */
  readonly onLive: (link: StreamLink) => void;
  /** One connection is there and no other beside it: what had to wait for that may be done. */
  readonly onSettled: () => void;
  readonly onStatus: () => void;
  /** There is no connection, and an attempt to have one failed. */
  readonly onFailure?: ((failure: Error) => void) | undefined;
}

/**
 * Keeps one connection of a stream open: opens it, opens it again when it is lost, and has `Rotation` replace it in time.
 * What may be done is decided by `connection-steps.ts`; this class has it done and tells how it went.
 */
export class ConnectionKeeper {
  readonly #parts: ConnectionKeeperParts;
  readonly #connector: Connector;
  readonly #loss: ConnectionLoss;
  readonly #rotation: Rotation;
  readonly #wait: RetryTimer;
  #state: ConnectionState = stopped;
  #opening: Promise<StreamLink | undefined> = Promise.resolve(undefined);
  /** Since when there has been a connection without interruption, on the monotonic clock. */
  connectedSinceMs: number | undefined;
  #lastFailure: Error | undefined;
  /** A client id that somebody else uses: it is left to them. */
  #leftId: string | undefined;

  constructor(parts: ConnectionKeeperParts) {
    const { arrivals, clock, credentials, lane, log, missed, policy, random } = parts;
    this.#parts = parts;
    this.#wait = new RetryTimer(clock, random);
    this.#connector = new Connector({
      ...parts,
      onNewSession: () => missed.sessionBegan(),
      onSilentSession: () => missed.sessionIsSilent(),
      onLost: (link, failure, isCrowded) => this.#lost(link, failure, isCrowded),
    });
    this.#loss = new ConnectionLoss({
      ...{ clock, log },
      openWitness: (onLost) => this.#connector.witness(onLost),
      mayOpenWitness: () => policy.hasRoomForSecond,
      onDuplicate: (sinceMs) => this.#leaveId(sinceMs),
    });
    this.#rotation = new Rotation({
      ...{ credentials, policy, arrivals, missed, clock, log, lane },
      pauseMs: (failures, last) => retryPauseMs(failures, random(), last),
      step: (event) => this.#handle(event),
      live: () => this.live,
      isBusy: () => lane?.mayRenew() === false || !this.isConnected,
      openSuccessor: () => this.#openSuccessor(),
      closed: () => this.#connector.closed(),
      onSettled: () => this.catchUp(),
      onRefused: parts.onStatus,
    });
  }

  /** Begins to connect; after a refused log-in it tries anew. */
  start(): void {
    this.#handle({ type: 'start' });
    this.#rotation.resume();
  }

  /** If there is none, does not wait longer for the next attempt than after so many failures. */
  hurry(failures: number): void {
    if (this.#state.is === 'waiting') this.#wait.hurry(failures);
  }

  /** Ends every connection, within a second; see `PortStream.close`. */
  async stop(keepSession: boolean): Promise<void> {
    this.#connector.stop(keepSession);
    this.#handle({ type: 'stop' });
    this.#wait.stop();
    this.#rotation.stop();
    this.#loss.stop();
    await this.#connector.closed();
  }

  /** The connection that publishes and that the plan is applied to. */
  get live(): StreamLink | undefined {
    const state = this.#state;
    return 'sinceMs' in state ? this.#connector.get(state.attempt) : undefined;
  }

  /** Beside the live one, the one that it is to replace, for as long as that one's session is what goes on if both end. */
  get older(): StreamLink | undefined {
    return this.#state.is === 'overlapping' ? this.#connector.get(this.#state.old) : undefined;
  }

  /** Whether one connection is live and none is on its way or being left. */
  get isConnected(): boolean {
    return this.#state.is === 'connected';
  }

  /** Whether a connection is being replaced, or was lost as it was and its session is to bring what only that holds. */
  get isRenewing(): boolean {
    return ['renewing', 'overlapping', 'draining', 'reclaiming', 'taking over'].includes(this.#state.is);
  }

  /** Whether there may be no second connection beside this one. */
  isAlone(live: StreamLink): boolean {
    return this.#rotation.isAlone(live);
  }

  get status(): ConnectionStatus {
    return streamStatus(this.#state, this.#rotation.isRefused, this.#lastFailure);
  }

  /** Why the last attempt failed. */
  get problem(): string | undefined {
    return this.#lastFailure && reasonOf(this.#lastFailure);
  }

  /** Goes over to another connection, whose subscriptions are as wanted from the beginning. */
  replace(live: StreamLink): void {
    void this.#rotation.rotate(live);
  }

  /** Does what had to wait while two connections were there, if that is possible by now. */
  catchUp(): void {
    if (this.#rotation.isBusy) return;
    this.#parts.onSettled();
    this.#rotation.catchUp();
  }

  #handle(event: ConnectionEvent): void {
    const before = this.#state;
    const { state, commands } = next(before, event);
    this.#state = state;
    const { live } = this;
    if (live !== undefined && !live.isPinned) {
      const { arrivals, ids } = this.#parts;
      // Until an overlap is complete the session of the old connection holds what has not come yet.
      if (state.is === 'connected' || state.is === 'draining') ids.promote(live.clientId);
      if (state.is === 'connected') arrivals.withoutNew(live.clientId);
    }
    for (const command of commands) this.#carryOut(command);
    if (event.type === 'opened' && live?.attempt === event.attempt) this.#wentLive(live, before);
    else if (event.type === 'opened' && live !== undefined) this.#reclaimed(event.attempt, live);
    else if (state.is === 'connected') this.catchUp();
    if (live === undefined && state.is !== 'taking over') this.connectedSinceMs = undefined;
    if (state !== before) this.#parts.onStatus();
  }

  #carryOut(command: ConnectionCommand): void {
    switch (command.do) {
      case 'open':
        this.#opening = this.#open(command.attempt, command.as);
        return;
      case 'wait':
        this.#wait.start({ failures: command.failures, last: this.#lastFailure, leastMs: this.#loss.pauseMs }, () =>
          this.#handle({ type: command.until }),
        );
        return;
      case 'wait to renew':
        this.#rotation.again(command.failures);
        return;
      case 'close':
        this.#connector.close(command.attempt, command.how);
    }
  }

  async #open(attempt: number, as: OpenedAs): Promise<StreamLink | undefined> {
    if (as === 'initial') this.#parts.onOpening();
    try {
      await this.#connector.open(attempt, as);
    } catch (error) {
      this.#failed(attempt, as, error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
    this.#handle({ type: 'opened', attempt, atMs: this.#parts.clock.monotonicMs() });
    return this.#connector.get(attempt);
  }

  #wentLive(link: StreamLink, before: ConnectionState): void {
    const { clock, missed, onLive, policy } = this.#parts;
    const nowMs = clock.monotonicMs();
    const wasRenewed = before.is === 'renewing' || before.is === 'taking over';
    this.#lastFailure = undefined;
    this.connectedSinceMs ??= nowMs;
    this.#rotation.schedule(link);
    missed.wentLive(link, wasRenewed);
    this.#loss.wentLive(link, wasRenewed);
    if (policy.hasRoomForSecond) void this.#connector.discardLeftovers();
    onLive(link);
  }

  #failed(attempt: number, as: OpenedAs, error: Error): void {
    const verdict = afterFailure(error);
    const event = { type: 'failed', attempt, verdict } as const;
    // An attempt that was given up fails, too, and there is nothing to say of it.
    if (next(this.#state, event).state === this.#state) return;
    const { ids, log, onFailure, onStatus } = this.#parts;
    const isAlone = this.live === undefined;
    if (isAlone) this.#lastFailure = error;
    if (isAlone && verdict === 'give up') log.refused(error);
    const oldId = ids.live;
    // It would be brought again at each attempt.
    if (isAlone && error instanceof StreamError && error.isPoisoned) ids.giveUp();
    this.#handle(event);
    if (as === 'successor') this.#rotation.successorFailed(error);
    // The session of the old connection is not to be had.
    if (as === 'reclaim' && this.isConnected) {
      this.#rotation.notReclaimed();
      if (oldId !== undefined) void this.#connector.discard(oldId);
    }
    // A failure that is answered by another attempt at once is not worth a line yet.
    if (this.#state.is === 'waiting') log.unreachable(error);
    onStatus();
    if (isAlone) onFailure?.(error);
  }

  #lost(link: StreamLink, failure: StreamError, isCrowded: boolean): void {
    const { clock, ids, log, missed } = this.#parts;
    const { attempt, clientId } = link;
    const before = this.#state;
    this.#loss.lost(link, failure, isCrowded);
    const isOwed = this.#rotation.ended(attempt, clientId === this.#leftId);
    this.#handle({ type: 'lost', attempt, atMs: clock.monotonicMs(), isOwed });
    if ('sinceMs' in before && attempt === before.attempt) missed.liveEnded(link);
    if ('old' in before && attempt === before.old) this.#rotation.oldLost(link, failure, isOwed);
    if (!link.isPinned && link.keepsSession && clientId !== ids.live && clientId !== this.#leftId) {
      void this.#connector.discard(clientId);
    }
    if (this.live !== undefined || this.#state.is === 'stopped') return;
    missed.outageBegan(link);
    log.lost(failure.message);
  }

  async #openSuccessor(): Promise<StreamLink | undefined> {
    if (!this.isConnected) return undefined;
    this.#handle({ type: 'renew', alone: false });
    return this.#opening;
  }

  #reclaimed(attempt: number, live: StreamLink): void {
    const old = this.#connector.get(attempt);
    if (old !== undefined) void this.#rotation.reclaimed(old, live);
  }

  /**
   * Somebody else uses our client id: goes on under a new one, from the live connection if there is one. What came while the
   * other one had our session, they have got.
   */
  #leaveId(sinceMs: number): void {
    const { ids, missed } = this.#parts;
    const live = this.isConnected ? this.live : undefined;
    this.#leftId = ids.live;
    ids.abandon(live !== undefined);
    if (live === undefined) return;
    missed.lostWith(sinceMs);
    this.replace(live);
  }
}
