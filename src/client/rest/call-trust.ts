import type { Clock } from '../time/clock';
import { ExpiringMap } from '../time/expiring-map';

const rememberedMs = 60_000;
/** From so many forbidden calls on, one that has never worked is taken for one more of them. */
const manyForbidden = 5;
/** And from so many on, also one that has worked with an earlier token. */
const veryManyForbidden = 10;

/**
 * What a 401 means: that the token has ended, or that this call is not allowed. A call that met 401 right after a log-in is
 * forbidden for a minute, and where there are many so is every other that has not worked with this token: forbidden calls
 * repeated every second must not make the platform lock the account. One that has worked with this token is not believed:
 * then the token has ended. Nor soon is one that has worked before: each forbidden call that was tried anew has brought a
 * token, and the last of them may have ended before the good call came to use it.
 */
export class CallTrust {
  readonly #forbidden: ExpiringMap<string>;
  /** The calls that have worked and were not forbidden since, each with the token of the last time. */
  readonly #worked: ExpiringMap<string, string>;
  /** The last token that any call has worked with. */
  #workingToken: string | undefined;

  constructor(clock: Clock) {
    this.#forbidden = new ExpiringMap({ clock, lifeMs: rememberedMs });
    this.#worked = new ExpiringMap({ clock, lifeMs: Number.POSITIVE_INFINITY });
  }

  /** The call was allowed. */
  worked(call: string, token: string): void {
    this.#forbidden.delete(call);
    this.#worked.set(call, token);
    this.#workingToken = token;
  }

  /** Met 401 with a token that was new. */
  forbid(call: string): void {
    this.#worked.delete(call);
    this.#forbidden.set(call, true);
  }

  /** Whether a 401 to this call is to be believed: a new log-in would not help. */
  believes(call: string, token: string): boolean {
    if (this.#worked.get(call) === token) return false;
    const enough = this.#worked.has(call) ? veryManyForbidden : manyForbidden;
    return this.#forbidden.has(call) || this.#forbidden.size >= enough;
  }

  /** Whether any call has worked with this token. */
  hasWorked(token: string): boolean {
    return this.#workingToken === token;
  }
}
