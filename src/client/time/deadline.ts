import { OchnoError } from '../../protocol/ochno-error';
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
  pause(delayMs: number): Promise<void> {
    return sleep(this.#clock, delayMs, this.signal);
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

/** Waits for `delayMs`, or rejects with the signal's reason as soon as that is aborted. */
export async function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  let cancel = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    cancel = clock.after(delayMs, resolve);
  });
  try {
    await (signal === undefined ? over : unlessAborted(signal, over));
  } finally {
    cancel();
  }
}

export interface WaitLimits {
  readonly clock: Clock;
  /** On the monotonic clock. */
  readonly deadlineMs: number;
  /** Any of them ends the wait. */
  readonly signals: readonly (AbortSignal | undefined)[];
}

/**
 * Waits for `work` within limits; `work` itself goes on, whatever comes first.
 *
 * @param what what is waited for, as it stands in the messages
 * @throws {OchnoError} `OCHNO_TIMEOUT` at the deadline, `OCHNO_CLOSED` when a signal aborts first
 */
export function within<Result>(work: Promise<Result>, limits: WaitLimits, what: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const undo: (() => void)[] = [];
    const end = (settle: () => void): void => {
      for (const stop of undo.splice(0)) stop();
      settle();
    };
    work.then(
      (result) => end(() => resolve(result)),
      (error) => end(() => reject(error)),
    );
    const closed = (): void => end(() => reject(new OchnoError('OCHNO_CLOSED', `Closed while waiting for ${what}`)));
    if (limits.signals.some((signal) => signal?.aborted)) return closed();
    undo.push(
      limits.clock.after(Math.max(0, limits.deadlineMs - limits.clock.monotonicMs()), () =>
        end(() =>
          reject(new OchnoError('OCHNO_TIMEOUT', `${capitalized(what)} did not come in time`, { retryable: true })),
        ),
      ),
      ...limits.signals.map((signal) => onAbort(signal, closed)),
    );
  });
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
