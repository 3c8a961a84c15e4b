import type { Clock } from '../time/clock';
import type { Lane } from './lane';

export interface LaneTrialsParts {
  readonly clock: Clock;
  /** The connection beside which the others are tried. */
  readonly first: () => Lane;
  /** Whether something is still to come by a connection that is not there. */
  readonly isLeft: (lane: Lane) => boolean;
  /** It is done without from now on, because of this. */
  readonly onWithout: (lane: Lane, problem: string) => void;
}

/** A connection that was not to be had for so long beside the first one is done without. */
const patienceMs = 30_000;
/** It is tried again after so long, and then after twice as long each time. */
const firstPauseMs = 10 * 60_000;
const longestPauseMs = 24 * 3_600_000;

/**
 * Which of the connections the account gets. What is not to be had is tried seldom and beside the first one only: by trying
 * on, it would sooner or later take the one place that there may be from the first while that is renewed.
 */
export class LaneTrials {
  readonly #parts: LaneTrialsParts;
  readonly #timers = new Set<() => void>();

  constructor(parts: LaneTrialsParts) {
    this.#parts = parts;
  }

  /** A connection is being opened beside the first one. */
  watch(lane: Lane, pauseMs = firstPauseMs): void {
    this.#after(patienceMs, () => {
      if (!lane.hasStarted || lane.hasBeenOpen || lane.stream.isOpen) return;
      if (this.#parts.first().stream.isOpen) this.#doWithout(lane, pauseMs);
      else this.watch(lane, pauseMs);
    });
  }

  /** It is there. @returns whether it may stay */
  opened(lane: Lane): boolean {
    const { first, isLeft } = this.#parts;
    if (lane.isExcluded && !first().stream.isOpen && !isLeft(lane)) {
      lane.rest();
      this.#tryAgain(lane, firstPauseMs);
      return false;
    }
    lane.isExcluded = false;
    return true;
  }

  stop(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #doWithout(lane: Lane, pauseMs: number): void {
    const { holdsNothing, problem = 'the next one is not opened' } = lane.stream;
    const isNews = !lane.isExcluded;
    lane.isExcluded = true;
    // What the broker keeps for it from before a deploy is had as soon as it can be.
    if (holdsNothing) {
      lane.rest();
      this.#tryAgain(lane, pauseMs);
    }
    if (isNews) this.#parts.onWithout(lane, problem);
  }

  #tryAgain(lane: Lane, pauseMs: number): void {
    this.#after(pauseMs, () => {
      const { stream } = this.#parts.first();
      if (!stream.isOpen || stream.isRenewing || stream.isAlone) {
        this.#tryAgain(lane, pauseMs);
        return;
      }
      lane.start();
      this.watch(lane, Math.min(2 * pauseMs, longestPauseMs));
    });
  }

  #after(delayMs: number, action: () => void): void {
    const cancel = this.#parts.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      action();
    });
    this.#timers.add(cancel);
  }
}
