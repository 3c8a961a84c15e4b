import type { HandoverSide } from '../../protocol/stream/deduplicator';
import type { HandoverTimes } from '../../protocol/stream/handover-times';
import { type Deliver, OrderedHandover } from '../../protocol/stream/ordered-handover';
import type { PortStream } from '../stream/port-stream';
import type { Clock } from '../time/clock';
import { PatientTime, patientlyAfter, patientPause } from '../time/patient-time';
import { succeeds } from '../time/succeeds';

/** The part of a connection's stream that a move needs. */
export type MovingStream = Pick<
  PortStream,
  'settled' | 'ping' | 'isRenewing' | 'isBehind' | 'isCatchingUp' | 'repeats'
>;

interface FilterMoveParts {
  readonly from: MovingStream;
  readonly to: MovingStream;
  readonly times: HandoverTimes;
  readonly clock: Clock;
  /** It was complete before a deploy: the old connection may have unsubscribed long ago, and nothing waits for it. */
  readonly isComplete: boolean;
}

/** Events wait so long at most for the older ones that the other connection has: one that is down must not hold up the flows. */
const longestHoldMs = 10_000;
/** So long the connection that is left may take for what the broker kept for it. */
const longestMs = 900_000;

/**
 * The move of topic filters from one connection to another. Both are subscribed for a while, so that nothing is lost; of an
 * event's two copies one is passed on; and what only the new connection has brought waits until the old one has brought
 * all that was published before the new one subscribed, so that the order of a port's events stays.
 */
export class FilterMove {
  readonly #parts: FilterMoveParts;
  readonly #events: OrderedHandover;
  readonly #time: PatientTime;
  readonly #cancelHold: () => void;
  readonly #ending = new AbortController();

  /** Begins before the new connection subscribes. */
  constructor(parts: FilterMoveParts) {
    const { times, clock, isComplete } = parts;
    this.#parts = parts;
    this.#events = new OrderedHandover(times);
    this.#time = new PatientTime(clock, times.matchWindowMs);
    this.#cancelHold = patientlyAfter(clock, longestHoldMs, () => this.#release());
    if (isComplete) this.#release();
  }

  /** An event on a topic that is moved: passes it on at its time, once. Returns to how many it went now. */
  accept(side: HandoverSide, topic: string, payload: Buffer, deliver: Deliver): number {
    this.#events.newIsLate(this.#parts.to.isBehind);
    return this.#events.accept(side, topic, payload, deliver, this.#time.nowMs);
  }

  /**
   * Waits until the old connection has brought all that only it can bring. From then on it may unsubscribe; the move goes
   * on until `end`. Round by round, as a handover does: in each the broker has had time to send more of what it kept, and a
   * round in which that was nothing, and the old connection was not being renewed, is the last.
   *
   * @returns whether it has; false if it was given up or ended
   */
  async complete(): Promise<boolean> {
    const { from, to, times, clock } = this.#parts;
    const endMs = clock.monotonicMs() + longestMs;
    await to.settled(true);
    while (!this.#ending.signal.aborted) {
      const roundMs = this.#time.nowMs;
      await from.settled(true);
      const { repeats } = from;
      let isRenewing = from.isRenewing;
      await this.#wait(times.overlapMs - times.matchWindowMs);
      const isConfirmed = await this.#confirm();
      await this.#wait(times.matchWindowMs);
      this.#events.newIsLate(to.isBehind);
      const isBehind = this.#events.isBehind(roundMs, this.#time.nowMs);
      isRenewing ||= from.isRenewing;
      if (isConfirmed && !isBehind && repeats === from.repeats && !isRenewing) {
        this.#release();
        return !this.#ending.signal.aborted;
      }
      if (clock.monotonicMs() >= endMs) break;
    }
    this.#release();
    return false;
  }

  /**
   * The old connection has unsubscribed: copies of what it brought last may still come, and after that no more. If the new
   * one is away, its session has them.
   */
  async settle(): Promise<void> {
    const { from, to, times, clock } = this.#parts;
    const endMs = clock.monotonicMs() + longestMs;
    let isAnswered = false;
    while (!isAnswered && !this.#ending.signal.aborted && clock.monotonicMs() < endMs) {
      await to.settled(true);
      // The session of the older of two would bring them once more; and both may have kept what neither has brought yet: one of
      // them in all likelihood, the other perhaps.
      const isOwedTwice = (from.isCatchingUp && to.isBehind) || (from.isBehind && to.isCatchingUp);
      isAnswered = !to.isRenewing && !isOwedTwice && (await succeeds(to.ping()));
      await this.#wait(times.matchWindowMs);
    }
    this.end();
  }

  /** What the other connection has brought and this one's session will bring, too; by `eventKey`, how often. */
  owed(by: HandoverSide): ReadonlyMap<string, number> {
    return this.#events.owed(by);
  }

  /** What still waits is passed on, unless the old connection's session will bring it. */
  end(passesOn = true): void {
    this.#ending.abort();
    this.#time.stop();
    this.#release(passesOn);
  }

  /** Both connections answer: each has brought what the broker had sent on it before. */
  async #confirm(): Promise<boolean> {
    const { from, to } = this.#parts;
    try {
      await from.ping();
      const broughtMs = this.#time.nowMs;
      await to.ping();
      this.#events.confirmNew(broughtMs);
      return true;
    } catch {
      // One of them has ended. Its session brings the rest on its next connection.
      return false;
    }
  }

  #release(passesOn = true): void {
    this.#cancelHold();
    this.#events.release(passesOn);
  }

  #wait(delayMs: number): Promise<void> {
    return patientPause(this.#parts.clock, delayMs, this.#ending.signal);
  }
}
