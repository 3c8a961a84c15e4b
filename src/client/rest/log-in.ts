import { OchnoError } from '../../protocol/ochno-error';
import { requestUrl } from '../../protocol/rest/path-rules';
import { backoffDelayMs } from '../../protocol/rest/retry-rules';
import type { Surroundings } from '../surroundings';
import { Deadline, sleep } from '../time/deadline';
import { ExpiringMap } from '../time/expiring-map';
import { ExpiringValue, type Fetched } from '../time/expiring-value';
import { noLongerThan } from '../time/no-longer-than';
import { type HttpAnswer, isSuccess } from './http-answer';
import type { HttpExchange, HttpRequest } from './http-exchange';
import { logInFailure, readLogIn } from './log-in-answer';

interface LogInOptions extends Surroundings {
  readonly http: Pick<HttpExchange, 'server' | 'send'>;
  readonly email: string;
  readonly password: string;
}

const logInTimeoutMs = 10_000;
const largestAnswerBytes = 64 * 1024;
/** A refused log-in is not tried again this soon: platforms lock accounts. */
const refusalHoldsMs = 60_000;
/** Tokens that ended before their time are counted for so long. */
const endingsCountMs = 10 * 60_000;
/** From so many on, somebody else is taken to end them. */
const suspiciousEndings = 3;
const longestPauseMs = 30_000;
/**
 * So many failures in a row have no consequence; after more the platform is asked more seldom, however many ask for a token.
 * The pauses are short: a stream asks once a minute or two, and must not be turned away just when the log-in works again.
 */
const unpausedFailures = 3;
const failurePauses = { firstMs: 500, longestMs: 2_000 };
const logOutMs = 1_000;

/** The log-in of one account: one request however many wait, its token kept while it is good, log-out at the end. */
export class LogIn {
  readonly #options: LogInOptions;
  readonly #token: ExpiringValue<string>;
  readonly #listeners = new Set<(error: OchnoError) => void>();
  readonly #closing = new AbortController();
  /** The tokens that worked and were ended before their time. */
  readonly #ended: ExpiringMap<string>;
  #refusal: OchnoError | undefined;
  /** What the log-in failed with last and until when, by the monotonic clock, it is not to be tried again. */
  #hold: { readonly error: OchnoError; readonly untilMs: number } | undefined;
  #failuresInARow = 0;
  #isLoggedOut = false;

  constructor(options: LogInOptions) {
    this.#options = options;
    this.#token = new ExpiringValue({ fetch: () => this.#logIn(), clock: options.clock, random: options.random });
    this.#ended = new ExpiringMap({ clock: options.clock, lifeMs: endingsCountMs });
  }

  /** Why the last log-in was refused, until one is accepted. */
  get refusal(): OchnoError | undefined {
    return this.#refusal;
  }

  /** Calls `listener` each time the platform refuses the log-in; the function returned ends that. */
  onRefused(listener: (error: OchnoError) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The token at hand, or a new one after logging in.
   *
   * @throws OchnoError OCHNO_LOGIN if the log-in was refused, now or within the last 60 s; OCHNO_NETWORK, OCHNO_TIMEOUT
   * or OCHNO_HTTP if it could not be tried, now or after several failures a few seconds ago; OCHNO_CLOSED after `logOut`
   */
  async token(): Promise<string> {
    if (this.#isLoggedOut) throw closed();
    if (this.#hold !== undefined && this.#options.clock.monotonicMs() < this.#hold.untilMs) throw this.#hold.error;
    return (await this.#token.get()).value;
  }

  /** Says that the platform no longer takes this token; a newer one stays. */
  invalidate(token: string): void {
    this.#token.invalidate(token);
  }

  /**
   * Says that a token which had worked was ended before its time, and a new one works. Where that happens again and again,
   * two clients are ending each other's: that is said once, and log-ins come ever more slowly, 30 s apart at last.
   */
  endedEarly(token: string): void {
    const { log, email } = this.#options;
    const wasSuspicious = this.#ended.size >= suspiciousEndings;
    this.#ended.set(token, true);
    if (wasSuspicious || this.#ended.size < suspiciousEndings) return;
    log.warn(
      `the platform has ended the token of ${email} ${suspiciousEndings} times within ten minutes: probably another client logs in as the same user, and each log-in ends the other's; give each a user of its own. Until then log-ins are made more slowly.`,
    );
  }

  /** Logs out, if logged in, and ends the log-in for good. Best effort within a second; never throws. */
  async logOut(): Promise<void> {
    if (this.#isLoggedOut) return;
    this.#isLoggedOut = true;
    this.#listeners.clear();
    // What is not taken back the platform forgets by itself when it expires.
    await noLongerThan(this.#options.clock, logOutMs, this.#takeBackToken());
    this.#closing.abort(closed());
  }

  async #takeBackToken(): Promise<void> {
    // A log-in that is under way would leave a token behind that nobody takes back.
    const held = await (this.#token.fetching ?? this.#token.kept);
    if (held === undefined) return;
    const headers = { Authorization: `JWT ${held.value}` };
    await this.#send('/auth/logout', { method: 'GET', headers, signal: this.#closing.signal });
  }

  async #logIn(): Promise<Fetched<string>> {
    const { clock, http, email, password } = this.#options;
    await this.#slowDown();
    const timedOut = (): OchnoError =>
      new OchnoError('OCHNO_TIMEOUT', `The log-in at ${http.server.host} was not answered in 10 s.`, {
        reason: 'timeout',
        retryable: true,
      });
    const signals = [this.#closing.signal];
    const deadline = new Deadline({ clock, timeoutMs: logInTimeoutMs, timedOut, signals, closed });
    try {
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ email, password });
      const answer = await this.#send('/auth/jwt', { method: 'POST', headers, body, signal: deadline.signal });
      if (!isSuccess(answer)) {
        // What it is takes the place of an earlier refusal.
        this.#refusal = undefined;
        throw logInFailure(answer, http.server, password);
      }
      const token = readLogIn(answer, clock.now());
      this.#refusal = undefined;
      this.#hold = undefined;
      this.#failuresInARow = 0;
      return token;
    } catch (error) {
      if (error instanceof OchnoError) this.#holdOff(error);
      throw error;
    } finally {
      deadline.end();
    }
  }

  /** Where tokens keep being ended, log-ins for new ones only feed the quarrel. */
  async #slowDown(): Promise<void> {
    const excess = this.#ended.size - suspiciousEndings;
    if (excess < 0) return;
    await sleep(this.#options.clock, Math.min(longestPauseMs, 1000 * 2 ** excess), this.#closing.signal);
  }

  #send(path: string, request: Omit<HttpRequest, 'url' | 'maxAnswerBytes'>): Promise<HttpAnswer> {
    const { http } = this.#options;
    const url = requestUrl(http.server, path);
    const headers = { Accept: 'application/json', ...request.headers };
    return http.send({ ...request, url, headers, maxAnswerBytes: largestAnswerBytes });
  }

  /**
   * Remembers a failure while the log-in is not to be tried again: a flow that sends a hundred messages a second would send
   * the password as often to a platform that is ill.
   */
  #holdOff(error: OchnoError): void {
    const { clock, random } = this.#options;
    const isRefusal = error.code === 'OCHNO_LOGIN';
    this.#failuresInARow += 1;
    const excess = this.#failuresInARow - unpausedFailures;
    const pauseMs = excess > 0 ? backoffDelayMs(excess, random(), failurePauses) : 0;
    const holdMs = isRefusal ? refusalHoldsMs : Math.max(error.retryAfterMs ?? 0, pauseMs);
    this.#hold = { error, untilMs: clock.monotonicMs() + holdMs };
    if (!isRefusal) return;
    this.#refusal = error;
    for (const listener of this.#listeners) listener(error);
  }
}

function closed(): OchnoError {
  return new OchnoError('OCHNO_CLOSED', 'The account was closed.');
}
