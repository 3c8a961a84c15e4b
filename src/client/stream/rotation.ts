import type { ConnectionEvent } from '../../protocol/connection/connection-state';
import type { SessionGrants, StreamPolicy } from '../../protocol/connection/stream-policy';
import { successorDueMs } from '../../protocol/stream/handover-times';
import type { CredentialSource } from '../../protocol/stream/stream-credentials';
import { afterFailure, refusedBy, StreamError } from '../mqtt/stream-error';
import type { Clock } from '../time/clock';
import type { Arrivals } from './arrivals';
import { type HandoverLosses, LinkHandover } from './handover';
import type { MissedEvents } from './missed-events';
import type { StreamLink } from './stream-link';
import type { StreamLog } from './stream-log';

/** Of several streams of a company one: which, from 0 on, of how many. */
export interface StreamLane {
  readonly index: number;
  readonly of: number;
  /** What is wanted on any of them, and what the session of one from before a restart may be subscribed to. */
  readonly filters: () => readonly string[];
  /** One of them that the broker has granted to another stream, whose connection is there. */
  readonly grantedElsewhere: () => string | undefined;
  /** Whether another one has brought all that this one is to bring, until it is there. */
  readonly takesOver: () => boolean;
  /** Whether a renewal may begin; `catchUp` tells of a change. */
  readonly mayRenew: () => boolean;
  /** Shared by all of them. */
  readonly sessionGrants: SessionGrants;
}

/** The renewals of several streams are spread over this part of the time that there is. */
const laneSpread = 0.3;

export interface RotationParts {
  readonly credentials: CredentialSource;
  readonly policy: StreamPolicy;
  readonly arrivals: Arrivals;
  readonly missed: HandoverLosses & Pick<MissedEvents, 'outageBegan' | 'watchBacklog'>;
  readonly clock: Clock;
  readonly log: StreamLog;
  readonly lane: StreamLane | undefined;
  /** How long to wait after so many failures in a row, of which the last is known. */
  readonly pauseMs: (failures: number, last?: Error) => number;
  /** What the state machine has to know; it says what may happen. */
  readonly step: (event: ConnectionEvent) => void;
  readonly live: () => StreamLink | undefined;
  /** Whether there is another connection beside the live one, or on its way, or may be none now. */
  readonly isBusy: () => boolean;
  /** Opens the successor of the live connection; undefined where it can't be had, which has been told. */
  readonly openSuccessor: () => Promise<StreamLink | undefined>;
  /** Resolves when every connection that was to be closed is. */
  readonly closed: () => Promise<void>;
  /** A rotation is over for good, and another one may begin. */
  readonly onSettled: () => void;
  /** The log-in was refused. */
  readonly onRefused: () => void;
}

/**
 * Replaces the live connection before its credentials or its day end, or because what is wanted of it can't be changed
 * without doubling events: new credentials, a second connection, both side by side, the old one drained and disconnected.
 */
export class Rotation {
  readonly #parts: RotationParts;
  readonly #handover: LinkHandover;
  #isDue = false;
  #isRefused = false;
  #lastFailure: Error | undefined;
  #cancel: () => void = () => undefined;

  constructor(parts: RotationParts) {
    this.#parts = parts;
    // Of several streams one may have to wait until another is renewed.
    this.#handover = new LinkHandover({ ...parts, renewalsInTurn: parts.lane === undefined ? 1 : 2 });
  }

  /** What part of the time to the latest moment for a renewal passes before it. */
  get #dueShare(): number {
    const { lane } = this.#parts;
    return lane === undefined ? 1 : 1 - (laneSpread * lane.index) / lane.of;
  }

  /** Whether the log-in was refused and is not tried again before somebody asks. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Whether there is another connection beside the live one, or on its way, or not quite gone. */
  get isBusy(): boolean {
    return this.#parts.isBusy() || this.#handover.isSettling;
  }

  /** A connection is live. */
  schedule({ timed }: StreamLink): void {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#isDue = false;
    this.#isRefused = false;
    this.#after((successorDueMs(timed, nowMs) - nowMs) * this.#dueShare);
  }

  /** It could not be had, so many times in a row. */
  again(failures: number): void {
    this.#after(this.#parts.pauseMs(failures, this.#lastFailure));
  }

  /** Somebody asks: a log-in that was refused is tried again. */
  resume(): void {
    if (!this.#isRefused) return;
    this.#isRefused = false;
    void this.#renew();
  }

  /** There is one connection again: does what had to wait. */
  catchUp(): void {
    if (this.#isDue) void this.#renew();
  }

  stop(): void {
    this.#cancel();
    this.#handover.stop();
  }

  /** Whether there may be no second connection beside this one. */
  isAlone(live: StreamLink): boolean {
    return live.isPinned || !this.#parts.policy.hasRoomForSecond;
  }

  /** One rotation, from one live connection to the next. */
  async rotate(old: StreamLink): Promise<void> {
    const { openSuccessor } = this.#parts;
    if (this.isAlone(old)) {
      this.#takeOver(old);
      return;
    }
    // What the old one brings counts from before the new one subscribes.
    this.#handover.begin(old);
    const fresh = await openSuccessor();
    if (fresh !== undefined) await this.#finish(old, fresh);
  }

  /** The successor can't be had. What a second connection is refused for is found out; the first time it says nothing. */
  successorFailed(error: Error): void {
    const { live, log } = this.#parts;
    if (refusedBy(error) === undefined) log.notRenewed(error);
    const old = live();
    if (old !== undefined && this.isAlone(old)) this.#takeOver(old);
  }

  /** One of two connections ended by itself; see `LinkHandover.ended`. Before the state changes. */
  ended(attempt: number, isLeft: boolean): boolean {
    return this.#handover.ended(attempt, isLeft);
  }

  /** It was the old one. With `isOwed` its session holds something still, and is had once more. */
  oldLost(old: StreamLink, failure: StreamError, isOwed: boolean): void {
    const { live, log } = this.#parts;
    log.oldLost(failure.message);
    const fresh = live();
    if (fresh !== undefined && !isOwed) void this.#handover.settle(old.clientId, fresh);
  }

  /** The old one's session is there again, on another connection. */
  async reclaimed(old: StreamLink, fresh: StreamLink): Promise<void> {
    // Without its session it brings nothing of what was kept.
    if (old.sessionPresent) this.#parts.missed.watchBacklog(old);
    else this.#handover.giveUp();
    await this.#finish(old, fresh);
  }

  /** The old one's session is not to be had. */
  notReclaimed(): void {
    this.#handover.giveUp();
  }

  /** The rest of it, once both are there. */
  async #finish(old: StreamLink, fresh: StreamLink): Promise<void> {
    const { step, closed, policy } = this.#parts;
    const isComplete = await this.#handover.overlap(old, fresh);
    if (!isComplete) return;
    policy.secondGranted();
    step({ type: 'overlapped', attempt: old.attempt });
    await this.#handover.drain(old, fresh);
    step({ type: 'drained', attempt: old.attempt });
    await closed();
    await this.#handover.settle(old.clientId, fresh);
  }

  /** Where there can be no second one: closes it with its session kept, and has that taken over at once. */
  #takeOver(old: StreamLink): void {
    this.#parts.missed.outageBegan(old);
    this.#parts.step({ type: 'renew', alone: true });
  }

  async #renew(): Promise<void> {
    const liveNow = this.#parts.live;
    const live = liveNow();
    if (live === undefined) return;
    this.#isDue = this.isBusy;
    if (this.#isDue) return;
    try {
      await this.#getCredentialsAfter(live);
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    this.#lastFailure = undefined;
    if (liveNow() === live && !this.isBusy) await this.rotate(live);
  }

  /** Sees to it that the credentials at hand are newer than those of the live connection. */
  async #getCredentialsAfter({ timed }: StreamLink): Promise<void> {
    const { credentials: source, clock } = this.#parts;
    const isNewer = (sessionToken: string): boolean => sessionToken !== timed.credentials.sessionToken;
    const atHand = await source.current();
    if (isNewer(atHand.credentials.sessionToken) && atHand.renewAtMs > clock.monotonicMs()) return;
    const { credentials } = await source.renew();
    if (!isNewer(credentials.sessionToken)) {
      throw new StreamError('the platform still answers with the same credentials');
    }
  }

  #failed(error: Error): void {
    const { log, onRefused, live, step } = this.#parts;
    // Closed or lost meanwhile: the next connection has a rotation of its own.
    if (live() === undefined) return;
    if (afterFailure(error) === 'give up') {
      this.#isRefused = true;
      log.refused(error);
      onRefused();
      return;
    }
    this.#lastFailure = error;
    log.notRenewed(error);
    step({ type: 'not renewed' });
  }

  #after(delayMs: number): void {
    this.#cancel();
    this.#cancel = this.#parts.clock.after(delayMs, () => void this.#renew());
  }
}
