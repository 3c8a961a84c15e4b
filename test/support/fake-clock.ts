import type { Clock } from '../../src/client/time/clock';

interface Timer {
  readonly atMs: number;
  readonly action: () => void;
}

/** Lets everything that waits for promises or `setImmediate` get as far as it can without time passing. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until a test moves it. Sockets go on working in real time meanwhile. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>();
  #monotonicMs = 0;
  #wallMs: number;

  constructor(wallMs = Date.UTC(2025, 0, 15, 12, 34, 56)) {
    this.#wallMs = wallMs;
  }

  /** How many timers are waiting; 0 at the end of a test tells that nothing was forgotten. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#wallMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer: Timer = { atMs: this.#monotonicMs + Math.max(0, delayMs), action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass, timer by timer, and after each lets promises settle. */
  async advance(durationMs: number): Promise<void> {
    const endMs = this.#monotonicMs + durationMs;
    await settle();
    for (let timer = this.#next(endMs); timer !== undefined; timer = this.#next(endMs)) {
      this.#timers.delete(timer);
      this.#moveTo(Math.max(timer.atMs, this.#monotonicMs));
      timer.action();
      await settle();
    }
    this.#moveTo(endMs);
  }

  /** The wall clock alone is set, forward or back. */
  jump(byMs: number): void {
    this.#wallMs += byMs;
  }

  /** This process is held up by something else: what is due meanwhile is done after it. */
  stall(durationMs: number): void {
    this.#moveTo(this.#monotonicMs + durationMs);
  }

  /** The computer sleeps: on most systems the monotonic clock and the timers stand still meanwhile. */
  sleep(durationMs: number): void {
    this.jump(durationMs);
  }

  #moveTo(monotonicMs: number): void {
    this.#wallMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }

  #next(endMs: number): Timer | undefined {
    return [...this.#timers].filter((timer) => timer.atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}
