import type { OchnoError } from '../../protocol/ochno-error';
import { onAbort } from './abort-listeners';
import type { Clock } from './clock';

export interface DeadlineOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What the signal is aborted with when the time is up. */
  readonly timedOut: () => OchnoError;
  /** Signals that abort it earlier, each with what to abort it with. */
  readonly unless?: readonly (readonly [signal: AbortSignal, because: () => OchnoError])[];
}

/** The time one call may take, as a signal whose `reason` is the OchnoError to fail with. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #endsAtMs: number;
  readonly #undo: (() => void)[] = [];

  constructor({ clock, timeoutMs, timedOut, unless = [] }: DeadlineOptions) {
    this.#clock = clock;
    this.#endsAtMs = clock.monotonicMs() + timeoutMs;
    this.#undo.push(clock.after(timeoutMs, () => this.#controller.abort(timedOut())));
    for (const [signal, because] of unless) {
      this.#undo.push(onAbort(signal, () => this.#controller.abort(because())));
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** How much of the time is left; never below 0. */
  get remainingMs(): number {
    return Math.max(0, this.#endsAtMs - this.#clock.monotonicMs());
  }

  /** Waits, or rejects with the signal's reason as soon as that is aborted. */
  async pause(delayMs: number): Promise<void> {
    let cancel = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      cancel = this.#clock.after(delayMs, resolve);
    });
    try {
      await unlessAborted(this.signal, over);
    } finally {
      cancel();
    }
  }

  /** Lets go of the timer and the signals; nothing aborts it any more. */
  end(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }
}

/** The promise's outcome, or a rejection with the signal's reason if that comes first. */
export function unlessAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const off = onAbort(signal, () => reject(signal.reason));
    promise.then(resolve, reject).finally(off);
  });
}
