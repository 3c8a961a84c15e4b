/** Too many wait already. */
export class TooManyCalls extends Error {}

/** Lets a few calls work at once and some wait for their turn, first come, first served: each may open sockets of its own. */
export class Turns {
  readonly #mostAtOnce: number;
  readonly #mostWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #working = 0;

  constructor(mostAtOnce: number, mostWaiting: number) {
    this.#mostAtOnce = mostAtOnce;
    this.#mostWaiting = mostWaiting;
  }

  /** @throws TooManyCalls at once, if no more may wait; else what `work` throws */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#working -= 1;
    }
  }

  /** The turn of one that ends goes on to the next without becoming free in between. */
  async #turn(): Promise<void> {
    if (this.#working < this.#mostAtOnce) {
      this.#working += 1;
      return;
    }
    if (this.#waiting.length >= this.#mostWaiting) throw new TooManyCalls();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
