import { successorDueMs } from '../../protocol/stream/handover-times';
import { afterFailure, StreamError } from '../mqtt/stream-error';
import type { Clock } from '../time/clock';
import type { CredentialSource } from './connector';
import type { StreamLink } from './stream-link';
import type { StreamLog } from './stream-log';

export interface RenewalParts {
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly log: StreamLog;
  /** How long to wait after so many failures in a row, of which the last is known. */
  readonly pauseMs: (failures: number, last?: Error) => number;
  readonly live: () => StreamLink | undefined;
  /** Whether there is another connection beside the live one, or on its way. */
  readonly isBusy: () => boolean;
  /** New credentials are there: the live connection can have its successor. */
  readonly replace: (live: StreamLink) => void;
  /** The log-in was refused. */
  readonly onRefused: () => void;
}

/** Gets new credentials before those of the live connection end, and asks for a connection opened with them. */
export class Renewal {
  readonly #parts: RenewalParts;
  #failures = 0;
  #isDue = false;
  #isRefused = false;
  #cancel: () => void = () => undefined;

  constructor(parts: RenewalParts) {
    this.#parts = parts;
  }

  /** Whether the log-in was refused and is not tried again before somebody asks. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** A connection is live. */
  schedule({ timed }: StreamLink): void {
    const nowMs = this.#parts.clock.monotonicMs();
    this.#failures = 0;
    this.#isDue = false;
    this.#isRefused = false;
    this.#after(successorDueMs(timed, nowMs) - nowMs);
  }

  /** The successor could not be had, so many times in a row. */
  again(failures: number): void {
    this.#after(this.#parts.pauseMs(failures));
  }

  /** Somebody asks: a log-in that was refused is tried again. */
  resume(): void {
    if (!this.#isRefused) return;
    this.#isRefused = false;
    void this.#renew();
  }

  /** There is one connection again: does what had to wait. */
  catchUp(): void {
    if (this.#isDue) void this.#renew();
  }

  stop(): void {
    this.#cancel();
  }

  async #renew(): Promise<void> {
    const { credentials: source, live: liveNow, isBusy, replace } = this.#parts;
    const live = liveNow();
    if (live === undefined) return;
    this.#isDue = isBusy();
    if (this.#isDue) return;
    try {
      const { credentials } = await source.renew();
      if (credentials.sessionToken === live.timed.credentials.sessionToken) {
        throw new StreamError('the platform still answers with the same credentials');
      }
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    if (liveNow() === live) replace(live);
  }

  #failed(error: Error): void {
    const { log, pauseMs, onRefused, live } = this.#parts;
    // Closed or lost meanwhile: the next connection has a renewal of its own.
    if (live() === undefined) return;
    if (afterFailure(error) === 'give up') {
      this.#isRefused = true;
      log.refused(error.message);
      onRefused();
      return;
    }
    this.#failures += 1;
    log.notRenewed(error);
    this.#after(pauseMs(this.#failures, error));
  }

  #after(delayMs: number): void {
    this.#cancel();
    this.#cancel = this.#parts.clock.after(delayMs, () => void this.#renew());
  }
}
