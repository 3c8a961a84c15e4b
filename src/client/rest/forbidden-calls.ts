import type { Clock } from '../time/clock';

const rememberedMs = 60_000;
const mostRemembered = 5;

/**
 * Calls that met 401 though the log-in before them was new. Each is believed for a minute, and where there are many so
 * is every other, so that forbidden calls repeated every second do not make the platform lock the account. What is not
 * among them is worth a new log-in: the platform may have taken the token back since.
 */
export class ForbiddenCalls {
  readonly #clock: Clock;
  readonly #since = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a 401 to this call is to be believed. */
  knows(call: string): boolean {
    const nowMs = this.#clock.monotonicMs();
    for (const [known, sinceMs] of this.#since) if (nowMs - sinceMs >= rememberedMs) this.#since.delete(known);
    return this.#since.has(call) || this.#since.size >= mostRemembered;
  }

  add(call: string): void {
    this.#since.set(call, this.#clock.monotonicMs());
  }
}
