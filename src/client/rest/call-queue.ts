import { onAbort } from '../time/abort-listeners';

interface Waiting {
  readonly start: () => void;
}

/** Lets a few calls run at once and the rest wait for their turn, first come, first served. */
export class CallQueue {
  readonly #limit: number;
  readonly #waiting = new Set<Waiting>();
  #running = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `call` when it is its turn. If `signal` is aborted before that, it is not run and its reason is thrown. */
  async run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#turn(signal);
    try {
      return await call();
    } finally {
      this.#running -= 1;
      this.#startNext();
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const waiting: Waiting = {
        start: () => {
          off();
          resolve();
        },
      };
      const off = onAbort(signal, () => {
        this.#waiting.delete(waiting);
        reject(signal.reason);
      });
      this.#waiting.add(waiting);
      this.#startNext();
    });
  }

  #startNext(): void {
    const [next] = this.#waiting;
    if (next === undefined || this.#running >= this.#limit) return;
    this.#waiting.delete(next);
    this.#running += 1;
    next.start();
  }
}
