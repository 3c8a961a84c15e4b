import type { Clock } from './clock';

/** Deadlines of many things with one timer for all of them: a timer for each would be most of what some of them cost. */
export class Deadlines<Item> {
  readonly #clock: Clock;
  readonly #onDue: (item: Item) => void;
  readonly #dueMs = new Map<Item, number>();
  #timerMs = Number.POSITIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;

  /** `onDue` is called once for each item that is not removed before. */
  constructor(clock: Clock, onDue: (item: Item) => void) {
    this.#clock = clock;
    this.#onDue = onDue;
  }

  /** @param dueMs on the monotonic clock */
  set(item: Item, dueMs: number): void {
    this.#dueMs.set(item, dueMs);
    if (dueMs < this.#timerMs) this.#start(dueMs);
  }

  remove(item: Item): void {
    // The timer of one that is gone wakes for nothing, once; only the last one takes it along.
    if (this.#dueMs.delete(item) && this.#dueMs.size === 0) this.#stop();
  }

  #start(dueMs: number): void {
    this.#stop();
    this.#timerMs = dueMs;
    this.#cancelTimer = this.#clock.after(Math.max(0, dueMs - this.#clock.monotonicMs()), () => this.#wake());
  }

  #stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#timerMs = Number.POSITIVE_INFINITY;
  }

  #wake(): void {
    const reachedMs = Math.max(this.#timerMs, this.#clock.monotonicMs());
    this.#stop();
    const due = [...this.#dueMs].filter(([, dueMs]) => dueMs <= reachedMs);
    for (const [item] of due) this.#dueMs.delete(item);
    for (const [item] of due) this.#onDue(item);
    let nextMs = Number.POSITIVE_INFINITY;
    for (const dueMs of this.#dueMs.values()) nextMs = Math.min(nextMs, dueMs);
    if (nextMs < this.#timerMs) this.#start(nextMs);
  }
}
