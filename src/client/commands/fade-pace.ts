import type { Clock } from '../time/clock';

/** Fades leave more than half of the 100 publishes a second that a connection may make to what else there is to say. */
const turnEveryMs = 1000 / 45;
/** A last step that has waited so long for its turn goes without it: the lamp is late enough. */
const patienceMs = 5_000;

/** One step of a fade that waits for its turn. */
interface FadeTurn {
  /** When its fade ends, on the monotonic clock: from then on it is the last step, and goes before the others. */
  readonly endMs: number;
  take(): void;
}

/**
 * Takes turns between the steps of all fades on one connection: each lamp answers each step with an event, so that ten of
 * them alone would come near to what the broker takes. With many fades the steps of each are further apart.
 */
export class FadePace {
  readonly #clock: Clock;
  /** In the order in which they came. */
  readonly #waiting = new Set<FadeTurn>();
  #nextMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the turn, which may be now; the function returned withdraws it. */
  wait(turn: FadeTurn): () => void {
    this.#waiting.add(turn);
    this.#run();
    return () => {
      this.#waiting.delete(turn);
      if (this.#waiting.size === 0) this.#cancelTimer();
    };
  }

  #run(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const turn of this.#waiting) if (nowMs >= turn.endMs + patienceMs) this.#take(turn, nowMs);
    const next = nowMs >= this.#nextMs ? this.#next(nowMs) : undefined;
    if (next !== undefined) this.#take(next, nowMs);
    this.#cancelTimer();
    if (this.#waiting.size === 0) return;
    this.#cancelTimer = this.#clock.after(Math.ceil(this.#nextMs - nowMs), () => this.#run());
  }

  #next(nowMs: number): FadeTurn | undefined {
    const [first] = this.#waiting;
    for (const turn of this.#waiting) if (nowMs >= turn.endMs) return turn;
    return first;
  }

  #take(turn: FadeTurn, nowMs: number): void {
    this.#waiting.delete(turn);
    this.#nextMs = nowMs + turnEveryMs;
    turn.take();
  }
}
