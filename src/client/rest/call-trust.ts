import type { Clock } from '../time/clock';
import { ExpiringMap } from '../time/expiring-map';

const rememberedMs = 60_000;
/** From so many forbidden calls on, one that is not known to work is taken for one more of them. */
const manyForbidden = 5;
const mostCalls = 1000;

/**
 * What a 401 means: that the token has ended, or that this call is not allowed. A call that met 401 right after a log-in is
 * forbidden for a minute, and where there are many so is every other that has not worked with this token: forbidden calls
 * repeated every second must not make the platform lock the account. One that has worked with this token is not believed:
 * then the token has ended.
 */
export class CallTrust {
  readonly #forbidden: ExpiringMap<string>;
  /** The calls that have worked with this token. */
  #worked: { readonly token: string; readonly calls: Set<string> } = { token: '', calls: new Set() };

  constructor(clock: Clock) {
    this.#forbidden = new ExpiringMap({ clock, lifeMs: rememberedMs, most: mostCalls });
  }

  /** The call was allowed. */
  worked(call: string, token: string): void {
    this.#forbidden.delete(call);
    if (this.#worked.token !== token) this.#worked = { token, calls: new Set() };
    if (this.#worked.calls.size < mostCalls) this.#worked.calls.add(call);
  }

  /** Met 401 with a token that was new. */
  forbid(call: string): void {
    this.#forbidden.set(call, true);
  }

  /** Whether a 401 to this call is to be believed: a new log-in would not help. */
  believes(call: string, token: string): boolean {
    if (this.hasWorked(token) && this.#worked.calls.has(call)) return false;
    return this.#forbidden.has(call) || this.#forbidden.size >= manyForbidden;
  }

  /** Whether any call has worked with this token. */
  hasWorked(token: string): boolean {
    return this.#worked.token === token;
  }
}
