/** How often it looks whether something is due. */
const tickMs = 5;

/** Calls `publish` so many times a second, evenly, and catches up after a turn that took long. */
export class SteadyPublisher {
  readonly #timer: NodeJS.Timeout;
  readonly #underWay = new Set<Promise<unknown>>();
  #failure: unknown;

  constructor(perSecond: number, publish: (index: number) => Promise<unknown>) {
    const startMs = performance.now();
    let count = 0;
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startMs) * perSecond) / 1000);
      for (; count < due; count += 1) this.#keep(publish(count));
    }, tickMs);
  }

  /** Stops, and waits until what is under way has left. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #keep(work: Promise<unknown>): void {
    const kept: Promise<unknown> = work
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#underWay.delete(kept));
    this.#underWay.add(kept);
  }
}
