/** Starts a request that answers once or fails once. */
export type RequestStart<T> = (answer: (value: T) => void, fail: (error: Error) => void) => void;

/** What a connection owes an answer to; all of it fails when the connection ends. */
export class OpenRequests {
  readonly #pending = new Set<(failure: Error) => void>();

  run<T>(start: RequestStart<T>): Promise<T> {
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

  failAll(failure: Error): void {
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const reject of pending) reject(failure);
  }
}
