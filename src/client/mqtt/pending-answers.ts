/** Starts a request that answers once or fails once. */
export type RequestStart<T> = (answer: (value: T) => void, fail: (error: Error) => void) => void;

/** What the broker owes an answer to on one connection; all of it fails when the connection ends. */
export class PendingAnswers {
  readonly #pending = new Set<(error: Error) => void>();
  /** The PINGREQs that have no answer yet: when each left, and who waits for its answer. */
  readonly #pings: { readonly sentMs: number; readonly waiting: (() => void)[] }[] = [];

  request<T>(start: RequestStart<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      start(
        (value) => {
          this.#pending.delete(reject);
          resolve(value);
        },
        (error) => {
          // mqtt.js fails what is pending just before it says `close`, which knows why.
          if (error.message === 'Connection closed') return;
          this.#pending.delete(reject);
          reject(error);
        },
      );
    });
  }

  failAll(error: Error): void {
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
  }

  /** A PINGREQ left, perhaps one of mqtt.js's own; the broker answers them in their order. */
  pingSent(nowMs: number): void {
    this.#pings.push({ sentMs: nowMs, waiting: [] });
  }

  /** `onAnswer` is called on the answer to the PINGREQ that left last. */
  whenPingAnswered(onAnswer: () => void): void {
    this.#pings.at(-1)?.waiting.push(onAnswer);
  }

  /** A PINGRESP came. Returns when the PINGREQ left that it answers; undefined if it answers none. */
  pingAnswered(): number | undefined {
    const ping = this.#pings.shift();
    for (const onAnswer of ping?.waiting ?? []) onAnswer();
    return ping?.sentMs;
  }
}
