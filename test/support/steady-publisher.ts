/** How often it looks whether something is due. */
const tickMs = 5;

/** Once started, calls `publish` so many times a second, evenly, and catches up after a turn that took long. */
export class SteadyPublisher {
  readonly #perSecond: number;
  readonly #publish: (index: number) => Promise<unknown>;
  readonly #mostUnderWay: number;
  readonly #underWay = new Set<Promise<unknown>>();
  #timer: NodeJS.Timeout | undefined;
  #count = 0;
  #failure: unknown;

  /** @param mostUnderWay so many may be on their way to the broker when it catches up */
  constructor(
    perSecond: number,
    publish: (index: number) => Promise<unknown>,
    mostUnderWay = Number.POSITIVE_INFINITY,
  ) {
    this.#perSecond = perSecond;
    this.#publish = publish;
    this.#mostUnderWay = mostUnderWay;
  }

  start(): void {
    const startMs = performance.now();
    let sent = 0;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - startMs) * this.#perSecond) / 1000);
      for (; sent < due && this.#underWay.size < this.#mostUnderWay; sent += 1) this.#next();
    }, tickMs);
  }

  /** So many at once, beside the steady ones. */
  burst(count: number): void {
    for (let one = 0; one < count; one += 1) this.#next();
  }

  /** So many at once that are published otherwise, under numbers of the same row. */
  async beside(count: number, publish: (index: number) => Promise<unknown>): Promise<void> {
    const sent = Array.from({ length: count }, () => this.#next(publish));
    await Promise.all(sent);
  }

  /** Stops until the next `start`, and waits until what is under way has left; throws what a publish failed with. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    if (this.#failure !== undefined) throw this.#failure;
  }

  #next(publish = this.#publish): Promise<unknown> {
    const kept: Promise<unknown> = publish(this.#count)
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#underWay.delete(kept));
    this.#count += 1;
    this.#underWay.add(kept);
    return kept;
  }
}
