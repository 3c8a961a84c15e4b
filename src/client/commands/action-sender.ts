import { OchnoError } from '../../protocol/ochno-error';
import { type PublishChannel, PublishLost } from '../stream/publish-channel';
import { onAbort } from '../time/abort-listeners';
import type { Clock } from '../time/clock';
import { Deadlines } from '../time/deadlines';
import {
  closedError,
  notConnectedError,
  notSentError,
  outcomeUnknownError,
  queueFullError,
  refusedError,
} from './action-errors';
import { WaitingQueue } from './command-register';
import { FadePace } from './fade-pace';
import { PublishPace } from './publish-pace';
import { PublishQuarantine } from './publish-quarantine';
import { PendingSubmission, type Submission, type SubmissionOutcome } from './submission';

/** So many commands may wait; more could not leave within a usual timeout at 100 a second anyway. */
const mostWaiting = 10_000;
/** A publish that is under way when its owner closes has this long to be acknowledged. */
const closingMs = 1000;

/**
 * Publishes one company's actions: in order, within the broker's pace, newest per port and property, never after their
 * deadline and never twice. Every submission has exactly one outcome.
 */
export class ActionSender {
  readonly channel: PublishChannel;
  /** By it all fades of the company take turns. */
  readonly fadePace: FadePace;
  readonly #clock: Clock;
  readonly #waiting = new WaitingQueue();
  /** One timer for all commands. */
  readonly #deadlines: Deadlines<PendingSubmission>;
  readonly #inFlight = new Set<PendingSubmission>();
  readonly #pace = new PublishPace();
  readonly #quarantine: PublishQuarantine;
  readonly #stopListening: () => void;
  #cancelPump: () => void = () => undefined;
  /** Whether the last publish must have no other beside it. */
  #isSolo = false;
  #isClosed = false;

  constructor(parts: { channel: PublishChannel; clock: Clock }) {
    this.channel = parts.channel;
    this.fadePace = new FadePace(parts.clock);
    this.#clock = parts.clock;
    this.#quarantine = new PublishQuarantine(parts.clock);
    this.#deadlines = new Deadlines(parts.clock, (command) => this.#expire(command));
    this.#stopListening = parts.channel.onOpen(() => this.#pump());
  }

  /**
   * Publishes as soon as connection and pace allow.
   *
   * @returns `acknowledged` by the broker, or `replaced` by a newer submission that sets all of its properties
   * @throws {OchnoError} `OCHNO_TIMEOUT` at the deadline, when the connection was lost before the acknowledgement (its
   *   `cause` is then a `PublishLost`) or when too many wait; `OCHNO_REFUSED` when the broker closed the connection on
   *   it; `OCHNO_CLOSED` when its signal aborts or the sender closes
   */
  async submit(submission: Submission): Promise<SubmissionOutcome> {
    const { topic, deadlineMs, signal } = submission;
    if (this.#isClosed || signal?.aborted) throw closedError(topic, false);
    const nowMs = this.#clock.monotonicMs();
    if (nowMs >= deadlineMs) throw notSentError(topic, 'its time ran out before it could be sent');
    if (this.#quarantine.holds(topic)) throw refusedError(topic, true);
    const command = new PendingSubmission(submission);
    this.#watch(command);
    for (const older of this.#waiting.add(command)) this.#succeed(older, 'replaced');
    if (this.#waiting.size > mostWaiting) this.#drop(command, queueFullError(topic, mostWaiting));
    if (!this.channel.isOpen) this.channel.hurry();
    this.#pump();
    return command.outcome;
  }

  /** Ends every submission: those that wait at once, those under way within a second. Idempotent. */
  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#stopListening();
      this.#cancelPump();
      for (const command of [...this.#waiting, ...this.#inFlight]) this.#abandon(command);
    }
    await Promise.allSettled([...this.#inFlight].map((command) => command.outcome));
  }

  #watch(command: PendingSubmission): void {
    const { deadlineMs, signal, ready } = command.submission;
    this.#deadlines.set(command, deadlineMs);
    if (signal !== undefined) command.stopListening = onAbort(signal, () => this.#abandon(command));
    ready
      ?.then(() => {
        command.isReady = true;
      })
      .catch((error: unknown) => this.#drop(command, error))
      .finally(() => this.#pump());
  }

  #expire(command: PendingSubmission): void {
    this.#drop(command, this.#overdueError(command));
    this.#pump();
  }

  #overdueError(command: PendingSubmission): OchnoError {
    const { topic } = command;
    if (command.isAbandoned) return closedError(topic, true);
    if (this.#inFlight.has(command)) {
      return outcomeUnknownError(topic, 'the broker did not acknowledge it in time', undefined);
    }
    const { isOpen, problem } = this.channel;
    if (!isOpen) return notConnectedError(topic, problem);
    if (command.isReady) return notSentError(topic, 'other commands were ahead of it');
    return notSentError(topic, 'the events of its port could not be subscribed to in time');
  }

  #abandon(command: PendingSubmission): void {
    if (!this.#inFlight.has(command)) {
      this.#drop(command, closedError(command.topic, false));
      this.#pump();
      return;
    }
    if (command.isAbandoned) return;
    command.isAbandoned = true;
    this.#deadlines.set(command, this.#clock.monotonicMs() + closingMs);
  }

  #succeed(command: PendingSubmission, outcome: SubmissionOutcome): void {
    this.#remove(command);
    command.succeed(outcome);
  }

  #drop(command: PendingSubmission, error: unknown): void {
    this.#remove(command);
    command.fail(error);
  }

  /** It ends, wherever it is. */
  #remove(command: PendingSubmission): void {
    this.#waiting.remove(command);
    this.#inFlight.delete(command);
    this.#deadlines.remove(command);
  }

  /** Sends what can be sent now, and comes back when more can be. */
  #pump(): void {
    this.#cancelPump();
    const held = new Set<string>();
    for (const command of this.#waiting) {
      if (!this.channel.isOpen || this.#isClosed) return;
      const nowMs = this.#clock.monotonicMs();
      if (nowMs >= command.submission.deadlineMs) {
        this.#drop(command, this.#overdueError(command));
      } else if (command.submission.signal?.aborted) {
        // Its turn to hear of that has not come yet, and it must not slip out meanwhile.
        this.#drop(command, closedError(command.topic, false));
      } else if (!command.isReady || held.has(command.topic)) {
        held.add(command.topic);
      } else {
        const waitMs = this.#waitMs(command, nowMs);
        if (waitMs > 0) {
          this.#cancelPump = this.#clock.after(Math.ceil(waitMs), () => this.#pump());
          return;
        }
        void this.#publish(command, nowMs);
      }
    }
  }

  #waitMs(command: PendingSubmission, nowMs: number): number {
    const mustBeAlone = this.#isSolo || this.#quarantine.suspects(command.topic);
    return mustBeAlone ? this.#pace.waitAloneMs(nowMs) : this.#pace.waitMs(nowMs);
  }

  async #publish(command: PendingSubmission, nowMs: number): Promise<void> {
    const { topic, payload, onPublished } = command.submission;
    const freeSlot = this.#pace.take(nowMs);
    this.#isSolo = this.#quarantine.suspects(topic);
    this.#waiting.remove(command);
    this.#inFlight.add(command);
    onPublished?.();
    try {
      await this.channel.publish(topic, payload);
      this.#quarantine.acknowledged(topic);
      this.#succeed(command, 'acknowledged');
    } catch (error) {
      this.#drop(command, this.#publishError(command, error));
    }
    freeSlot(this.#clock.monotonicMs());
    this.#pump();
  }

  #publishError(command: PendingSubmission, error: unknown): OchnoError {
    const { topic } = command;
    const isRefused = error instanceof PublishLost && this.#quarantine.recordClose(topic, error);
    if (this.#quarantine.holds(topic)) {
      for (const other of this.#waiting.onTopic(topic)) this.#drop(other, refusedError(topic, true));
    }
    if (error instanceof OchnoError) return error;
    if (command.isAbandoned) return closedError(topic, true);
    if (isRefused) return refusedError(topic, false);
    return outcomeUnknownError(topic, 'the connection was lost before the broker acknowledged it', error);
  }
}
