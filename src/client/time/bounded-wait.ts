import { OchnoError } from '../../protocol/ochno-error';
import { onAbort } from './abort-listeners';
import type { Clock } from './clock';

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
export function boundedWait<Result>(work: Promise<Result>, limits: WaitLimits, what: string): Promise<Result> {
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
