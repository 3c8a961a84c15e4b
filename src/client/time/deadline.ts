import { OchnoError } from '../../protocol/ochno-error';
import { onAbort } from './abort-listeners';
import type { Clock } from './clock';

interface DeadlineOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** What the signal is aborted with when the time is up. */
  readonly timedOut: () => OchnoError;
  /** Any of them aborts it earlier, with what `closed` gives. */
  readonly signals: readonly (AbortSignal | undefined)[];
  readonly closed: () => OchnoError;
}

/** The time one call may take, as a signal whose `reason` is the OchnoError to fail with. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #endsAtMs: number;
  readonly #undo: (() => void)[] = [];

  constructor({ clock, timeoutMs, timedOut, signals, closed }: DeadlineOptions) {
    this.#clock = clock;
    this.#endsAtMs = clock.monotonicMs() + timeoutMs;
    this.#undo.push(clock.after(timeoutMs, () => this.#controller.abort(timedOut())));
    for (const signal of signals) this.#undo.push(onAbort(signal, () => this.#controller.abort(closed())));
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
export async function within<Result>(
  work: Promise<Result>,
  { clock, deadlineMs, signals }: WaitLimits,
  what: string,
): Promise<Result> {
  const late = `${what.charAt(0).toUpperCase()}${what.slice(1)} did not come in time`;
  const deadline = new Deadline({
    clock,
    timeoutMs: Math.max(0, deadlineMs - clock.monotonicMs()),
    timedOut: () => new OchnoError('OCHNO_TIMEOUT', late, { retryable: true }),
    signals,
    closed: () => new OchnoError('OCHNO_CLOSED', `Closed while waiting for ${what}`),
  });
  try {
    return await unlessAborted(deadline.signal, work);
  } finally {
    deadline.end();
  }
}
