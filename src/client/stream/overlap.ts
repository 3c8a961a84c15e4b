import type { HandoverTimes } from '../../protocol/stream/handover-times';
import type { Clock } from '../time/clock';
import { patientlyAfter } from '../time/patient-time';
import type { Arrivals } from './arrivals';
import type { StreamLink } from './stream-link';

export interface OverlapParts {
  /** The connection that is being replaced. */
  readonly old: StreamLink;
  /** The one that replaces it. */
  readonly fresh: StreamLink;
  readonly arrivals: Arrivals;
  readonly times: HandoverTimes;
  readonly clock: Clock;
}

/** So long an old connection is kept for what the broker still has for it; an hour of events takes longer than that. */
const longestMs = 900_000;

/**
 * The time in which two connections deliver side by side. It lasts until the old one has brought all that only it can
 * bring, which was published before the new one subscribed: mostly nothing; after an outage, or on a line that had
 * stalled, more than fits into one go. It waits for the new one as well, whose line may stall just as much.
 */
export class Overlap {
  readonly attempt: number;
  /** When the old connection had last been heard before the overlap, in ms since 1970. */
  readonly heardBeforeMs: number;
  readonly #parts: OverlapParts;
  #roundMs = 0;
  #isAnswered = false;
  #end: () => void = () => undefined;
  #hasEnded = false;

  constructor(parts: OverlapParts) {
    this.attempt = parts.old.attempt;
    this.heardBeforeMs = parts.old.lastHeardMs;
    this.#parts = parts;
  }

  /** Whether events are lost should the old connection end now. */
  get isOwed(): boolean {
    return !this.#isAnswered || this.#parts.arrivals.isBehind(this.#parts.old.clientId, this.#roundMs);
  }

  /**
   * Goes round by round. In each the broker answers a ping: it has then seen our acknowledgements from before, and has
   * sent what they made room for (AWS IoT has 100 messages unacknowledged at most). A round in which the old connection
   * brought nothing of its own is the last.
   */
  async run(): Promise<'complete' | 'given up' | 'ended'> {
    const { old, fresh, arrivals, times, clock } = this.#parts;
    const endMs = clock.monotonicMs() + longestMs;
    for (let waitMs = times.overlapMs; ; waitMs = times.matchWindowMs) {
      this.#roundMs = arrivals.handoverMs;
      try {
        await old.ping();
        this.#isAnswered = true;
        await confirm(fresh, arrivals);
      } catch {
        // One of the two has ended, which is told elsewhere.
        return 'ended';
      }
      if (!this.#hasEnded) await this.#wait(waitMs);
      if (this.#hasEnded) return 'ended';
      if (!arrivals.isBehind(old.clientId, this.#roundMs)) return 'complete';
      if (clock.monotonicMs() >= endMs) return 'given up';
    }
  }

  end(): void {
    this.#hasEnded = true;
    this.#end();
  }

  /** The new connection's copies of what the old one brought last may take so long. */
  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = patientlyAfter(this.#parts.clock, delayMs, resolve);
      this.#end = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** Once the new connection answers, it has brought its copies of what the old one had brought before. */
export async function confirm(fresh: StreamLink, arrivals: Arrivals): Promise<void> {
  const sentMs = arrivals.handoverMs;
  await fresh.ping();
  arrivals.confirmNew(sentMs);
}
