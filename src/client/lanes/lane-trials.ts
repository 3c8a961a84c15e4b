import { afterFailure, StreamError } from '../mqtt/stream-error';
import type { PortStream } from '../stream/port-stream';
import type { Clock } from '../time/clock';
import { succeeds } from '../time/succeeds';

/** A connection that may be tried, or be done without. */
export interface TriedLane {
  readonly index: number;
  readonly stream: Pick<PortStream, 'isOpen' | 'isRenewing' | 'problem' | 'holdsNothing' | 'hurry' | 'ping'>;
  readonly hasStarted: boolean;
  readonly isDown: boolean;
  /** It is done without. */
  isExcluded: boolean;
  start(): void;
  rest(): void;
}

interface LaneTrialsParts<Lane extends TriedLane> {
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
/** What a broker that is being restarted or has much to do says, or says nothing, it says for some minutes at most. */
const longPatienceMs = 5 * 60_000;
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
  /** For how long the last denial has to have lasted. */
  patienceMs = 0;
  isBeingJudged = false;
  pauseMs = firstPauseMs;
}

/**
 * Which of the connections the account gets. One is denied if the broker does not want it while another one is there all the
 * time, or ends it for another one of ours. An outage denies none: the broker says nothing then, and another one that is still
 * thought to be there does not answer a ping. What is not to be had is tried seldom, and beside another one only: by trying on,
 * it would sooner or later take the one place that there may be while that is renewed.
 */
export class LaneTrials<Lane extends TriedLane> {
  readonly #parts: LaneTrialsParts<Lane>;
  readonly #standings = new Map<Lane, Standing>();
  readonly #timers = new Set<() => void>();
  #isStopped = false;

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
    const ownPatienceMs = patienceFor(failure, lane.stream.holdsNothing);
    if (ownPatienceMs === undefined) return;
    if (this.#isCrowded(lane)) return;
    const others = this.#openBeside(lane).map((other) => this.#standingOf(other).openSinceMs ?? this.#nowMs);
    if (Math.min(...others) > standing.deniedSinceMs) standing.denials = 0;
    if (others.length > 0) this.#denied(lane, ownPatienceMs);
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
    if (this.#openBeside(lane).length === 0) this.#reached();
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
    this.#isStopped = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  /** There was none, and now one is there: the others need not wait out what grew while the broker could not be reached. */
  #reached(): void {
    for (const lane of this.#parts.lanes()) {
      if (isWanting(lane) && !this.#isCrowded(lane)) lane.stream.hurry(1);
    }
  }

  #crowdedOut(lane: Lane): void {
    this.#standingOf(lane).crowdedAtMs = this.#nowMs;
    this.#denied(lane, patienceMs);
  }

  #denied(lane: Lane, ownPatienceMs: number): void {
    const standing = this.#standingOf(lane);
    standing.patienceMs = ownPatienceMs;
    if (standing.denials === 0) {
      standing.deniedSinceMs = this.#nowMs;
      this.#after(patienceMs, () => void this.#judge(lane));
    }
    standing.denials += 1;
    void this.#judge(lane);
  }

  async #judge(lane: Lane): Promise<void> {
    const standing = this.#standingOf(lane);
    if (standing.isBeingJudged || !this.#isDenied(lane)) return;
    standing.isBeingJudged = true;
    const answers = this.#openBeside(lane).map(({ stream }) => stream.ping());
    const isAnswered = await succeeds(Promise.any(answers));
    standing.isBeingJudged = false;
    if (isAnswered && !this.#isStopped && this.#isDenied(lane)) this.#doWithout(lane);
  }

  #isDenied(lane: Lane): boolean {
    const { denials, deniedSinceMs, patienceMs: ownPatienceMs } = this.#standingOf(lane);
    const isLong = denials >= fewestDenials && this.#nowMs - deniedSinceMs >= ownPatienceMs;
    return isLong && isWanting(lane) && this.#openBeside(lane).length > 0;
  }

  #doWithout(lane: Lane): void {
    const { problem = 'the broker closes one for another one' } = lane.stream;
    // Those that are denied together are done without together.
    const { patienceMs: ownPatienceMs } = this.#standingOf(lane);
    const isDeniedToo = (other: Lane): boolean => {
      const { denials, patienceMs: othersPatienceMs } = this.#standingOf(other);
      return isWanting(other) && denials > 1 && othersPatienceMs <= ownPatienceMs;
    };
    const all = this.#parts.lanes().filter(isDeniedToo);
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

  /** Whether it had to make room lately: while each ends the others none of them is there all the time. */
  #isCrowded(lane: Lane): boolean {
    return this.#nowMs - this.#standingOf(lane).crowdedAtMs < patienceMs;
  }

  #openBeside(lane: Lane): readonly Lane[] {
    return this.#parts.usable().filter((other) => other !== lane && other.stream.isOpen);
  }

  #standingOf(lane: Lane): Standing {
    const standing = this.#standings.get(lane) ?? new Standing();
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

/** For how long a failure has to go on before its connection is done without; undefined if it says nothing of that. */
function patienceFor(failure: Error, holdsNothing: boolean): number | undefined {
  // Without credentials from the platform none is to be had.
  if (!(failure instanceof StreamError)) return undefined;
  // Nothing is lost with it.
  if (holdsNothing || failure.reason === 'forbidden') return patienceMs;
  return failure.byBroker || failure.isForNow ? longPatienceMs : undefined;
}

/** Whether there is to be a connection, and is none. */
function isWanting(lane: TriedLane): boolean {
  return lane.hasStarted && lane.isDown && !lane.isExcluded;
}
