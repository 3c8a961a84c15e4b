import { afterFailure, StreamError } from '../mqtt/stream-error';
import type { PortStream } from '../stream/port-stream';
import type { Clock } from '../time/clock';

/** A connection that may be tried, or be done without. */
export interface TriedLane {
  readonly index: number;
  readonly stream: Pick<PortStream, 'isOpen' | 'isRenewing' | 'problem'>;
  readonly hasStarted: boolean;
  readonly isDown: boolean;
  /** It is done without. */
  isExcluded: boolean;
  start(): void;
  rest(): void;
}

export interface LaneTrialsParts<Lane extends TriedLane> {
  readonly clock: Clock;
  /** How many there may be. */
  readonly connections: number;
  /** By their numbers; also those that there only were before a deploy. */
  readonly lanes: () => readonly Lane[];
  /** Those that filters may be on. */
  readonly usable: () => readonly Lane[];
  /** These are done without from now on, because of this: they are to rest, and to give up what is kept for them. */
  readonly onWithout: (lanes: readonly Lane[], problem: string) => void;
  /** It is there again, beside the others. */
  readonly onAgain: (lane: Lane) => void;
}

/** A connection that is denied so often, for so long, is done without. */
const fewestDenials = 3;
const patienceMs = 30_000;
/** The broker ends a connection for another one at most so long after that is there. */
const crowdedMs = 500;
/** It is tried again after so long, and then after twice as long each time. */
const firstPauseMs = 10 * 60_000;
const longestPauseMs = 24 * 3_600_000;
/** One that is tried has to leave the others alone for so long. */
const trialMs = 2_000;

/** How a connection has fared; times of the monotonic clock. */
class Standing {
  triedAtMs = 0;
  openSinceMs: number | undefined;
  lostAtMs = Number.NEGATIVE_INFINITY;
  /** When it had to make room for another one. */
  crowdedAtMs = Number.NEGATIVE_INFINITY;
  /** How often it was denied in a row, and since when. */
  denials = 0;
  deniedSinceMs = 0;
  pauseMs = firstPauseMs;
}

/**
 * Which of the connections the account gets. One is denied if it can't be had while another one is there all the time, or has
 * to make room for another one of ours; an outage denies all of them, and so none. What is not to be had is tried seldom, and
 * beside another one only: by trying on, it would sooner or later take the one place that there may be while that is renewed.
 */
export class LaneTrials<Lane extends TriedLane> {
  readonly #parts: LaneTrialsParts<Lane>;
  readonly #standings = new Map<Lane, Standing>();
  readonly #timers = new Set<() => void>();

  constructor(parts: LaneTrialsParts<Lane>) {
    this.#parts = parts;
  }

  /** An attempt begins to open it. */
  trying(lane: Lane): void {
    this.#standingOf(lane).triedAtMs = this.#nowMs;
  }

  /** The attempt failed. */
  failed(lane: Lane, failure: Error): void {
    const standing = this.#standingOf(lane);
    if (lane.isExcluded) {
      standing.denials += 1;
      const isTriedAtOnce = standing.denials === 1 && afterFailure(failure) === 'retry at once';
      if (!isTriedAtOnce) this.#giveUp(lane);
      return;
    }
    // Without credentials from the platform none is to be had.
    if (!(failure instanceof StreamError)) return;
    // While each ends the others none of them is there all the time.
    if (this.#nowMs - standing.crowdedAtMs < patienceMs) return;
    const others = this.#openBeside(lane).map((other) => this.#standingOf(other).openSinceMs ?? this.#nowMs);
    if (Math.min(...others) > standing.deniedSinceMs) standing.denials = 0;
    if (others.length > 0) this.#denied(lane);
  }

  /** It is there. @returns whether it may be used */
  opened(lane: Lane): boolean {
    const standing = this.#standingOf(lane);
    // It was renewed.
    if (standing.openSinceMs !== undefined) return !lane.isExcluded;
    standing.openSinceMs = this.#nowMs;
    if (lane.isExcluded) {
      this.#after(trialMs, () => this.#endTrial(lane));
      return false;
    }
    for (const other of this.#parts.lanes()) if (this.#madeRoom(other, lane)) this.#crowdedOut(other);
    return true;
  }

  /** Something of its state is another. */
  changed(lane: Lane): void {
    const standing = this.#standingOf(lane);
    const { openSinceMs } = standing;
    if (openSinceMs === undefined || !lane.isDown) return;
    standing.openSinceMs = undefined;
    standing.lostAtMs = this.#nowMs;
    if (lane.isExcluded) {
      this.#giveUp(lane);
      return;
    }
    if (standing.lostAtMs - openSinceMs >= patienceMs) standing.denials = 0;
    // Its stream has yet to note what it has missed.
    if (this.#openBeside(lane).some((other) => this.#madeRoom(lane, other)))
      this.#after(0, () => this.#crowdedOut(lane));
  }

  stop(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  #crowdedOut(lane: Lane): void {
    this.#standingOf(lane).crowdedAtMs = this.#nowMs;
    this.#denied(lane);
  }

  #denied(lane: Lane): void {
    const standing = this.#standingOf(lane);
    if (standing.denials === 0) {
      standing.deniedSinceMs = this.#nowMs;
      this.#after(patienceMs, () => this.#judge(lane));
    }
    standing.denials += 1;
    this.#judge(lane);
  }

  #judge(lane: Lane): void {
    const { denials, deniedSinceMs } = this.#standingOf(lane);
    if (denials < fewestDenials || this.#nowMs - deniedSinceMs < patienceMs) return;
    if (!isWanting(lane) || this.#openBeside(lane).length === 0) return;
    const { problem = 'the broker closes one for another one' } = lane.stream;
    // Those that are denied together are done without together.
    const all = this.#parts.lanes().filter((other) => isWanting(other) && this.#standingOf(other).denials > 1);
    for (const other of all) {
      other.isExcluded = true;
      this.#tryAgain(other);
    }
    this.#parts.onWithout(all, problem);
  }

  /** It was tried, and is there. */
  #endTrial(lane: Lane): void {
    if (!lane.isExcluded || !lane.stream.isOpen) return;
    const isCrowded = this.#parts.lanes().some((other) => this.#madeRoom(other, lane));
    if (isCrowded || this.#openBeside(lane).length === 0) {
      this.#giveUp(lane);
      return;
    }
    lane.isExcluded = false;
    this.#standingOf(lane).pauseMs = firstPauseMs;
    this.#parts.onAgain(lane);
  }

  #giveUp(lane: Lane): void {
    lane.rest();
    this.#tryAgain(lane);
  }

  #tryAgain(lane: Lane): void {
    const { connections, usable } = this.#parts;
    const standing = this.#standingOf(lane);
    standing.denials = 0;
    standing.openSinceMs = undefined;
    if (lane.index >= connections) return;
    this.#after(standing.pauseMs, () => {
      const others = usable().filter(({ hasStarted }) => hasStarted);
      const isCalm = others.every(({ stream }) => stream.isOpen && !stream.isRenewing);
      if (others.length === 0 || !isCalm) {
        this.#tryAgain(lane);
        return;
      }
      standing.pauseMs = Math.min(2 * standing.pauseMs, longestPauseMs);
      lane.start();
    });
  }

  /** Whether the one ended when the other came, and has not come back. */
  #madeRoom(lane: Lane, other: Lane): boolean {
    const { lostAtMs } = this.#standingOf(lane);
    const { openSinceMs = Number.NEGATIVE_INFINITY, triedAtMs } = this.#standingOf(other);
    return lane !== other && isWanting(lane) && lostAtMs >= triedAtMs && lostAtMs <= openSinceMs + crowdedMs;
  }

  #openBeside(lane: Lane): readonly Lane[] {
    return this.#parts.usable().filter((other) => other !== lane && other.stream.isOpen);
  }

  #standingOf(lane: Lane): Standing {
    const known = this.#standings.get(lane);
    if (known !== undefined) return known;
    const standing = new Standing();
    this.#standings.set(lane, standing);
    return standing;
  }

  get #nowMs(): number {
    return this.#parts.clock.monotonicMs();
  }

  #after(delayMs: number, action: () => void): void {
    const cancel = this.#parts.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      action();
    });
    this.#timers.add(cancel);
  }
}

/** Whether there is to be a connection, and is none. */
function isWanting(lane: TriedLane): boolean {
  return lane.hasStarted && lane.isDown && !lane.isExcluded;
}
