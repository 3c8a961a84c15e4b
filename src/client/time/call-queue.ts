import { onAbort } from './abort-listeners';

/** Too many wait already. */
export class TooManyCalls extends Error {}

/** Lets a few calls run at once and the rest wait for their turn, first come, first served. */
export class CallQueue {
  readonly #limit: number;
  readonly #mostWaiting: number;
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(limit: number, mostWaiting = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
    this.#mostWaiting = mostWaiting;
  }

  get isIdle(): boolean {
    return this.#running === 0 && this.#waiting.size === 0;
  }

  /**
   * Runs `call` when it is its turn. If `signal` is aborted before that, it is not run and its reason is thrown.
   *
   * @throws TooManyCalls at once, if no more may wait; else what `call` throws
   */
  async run<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#running >= this.#limit && this.#waiting.size >= this.#mostWaiting) throw new TooManyCalls();
    await this.#turn(signal);
    try {
      return await call();
    } finally {
      this.#running -= 1;
      this.#startNext();
    }
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const start = (): void => {
        off();
        resolve();
      };
      const off = onAbort(signal, () => {
        this.#waiting.delete(start);
        reject(signal?.reason);
      });
      this.#waiting.add(start);
      this.#startNext();
    });
  }

  #startNext(): void {
    const [start] = this.#waiting;
    if (start === undefined || this.#running >= this.#limit) return;
    this.#waiting.delete(start);
    this.#running += 1;
    start();
  }
}

/** Lets calls of the same name run one at a time; those of others do not wait for them. */
export class NamedQueues {
  readonly #queues = new Map<string, CallQueue>();

  /** As `CallQueue.run`. */
  async run<T>(name: string, call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const queue = this.#queues.get(name) ?? new CallQueue(1);
    this.#queues.set(name, queue);
    try {
      return await queue.run(call, signal);
    } finally {
      if (queue.isIdle) this.#queues.delete(name);
    }
  }
}
