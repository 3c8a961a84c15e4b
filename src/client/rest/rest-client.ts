import { parseExactly } from '../../protocol/json/exact-json';
import { containsJson, equalJson } from '../../protocol/json/json-equal';
import { isPlainObject } from '../../protocol/json/plain-object';
import { OchnoError } from '../../protocol/ochno-error';
import { type FailedAttempt, isSafe, repeatDelayMs } from '../../protocol/rest/retry-rules';
import type { Surroundings } from '../surroundings';
import { CallQueue } from '../time/call-queue';
import { Deadline, unlessAborted } from '../time/deadline';
import { CallTrust } from './call-trust';
import { answerDateMs, type HttpAnswer, headerText, isSuccess, readBody, readLongBody } from './http-answer';
import { type HttpExchange, mayBeCarriedOut } from './http-exchange';
import { httpFailure, isPassing } from './http-failure';
import type { LogIn } from './log-in';
import { readAllPages } from './pages';
import { mostRedirects, redirectAdvice, redirectTarget } from './redirect';
import { type PreparedRequest, prepareRequest, type RestRequest, type RestResponse } from './rest-request';

interface RestClientOptions extends Surroundings {
  readonly http: Pick<HttpExchange, 'server' | 'send'>;
  readonly logIn: Pick<LogIn, 'token' | 'invalidate' | 'endedEarly'>;
  /** Called after every 2xx answer. */
  readonly onAnswer?: (() => void) | undefined;
}

/** An answer of any status, with the token it was asked for with. */
interface Authorised {
  readonly answer: HttpAnswer;
  readonly token: string;
}

/** What became of one attempt. */
type Outcome = Authorised | { readonly error: OchnoError };

/** So many calls of each queue are under way at once; the rest wait. */
const mostCalls = 4;
/** What says that a thing is not there (any more). */
const gone: readonly number[] = [404, 410];
/** A gateway's own answers: what was behind it may have done its work. */
const lostBehindGateway: readonly number[] = [502, 504];

function timeoutOf({ method, what, timeoutMs }: PreparedRequest, wasSent: boolean): OchnoError {
  const isHarmless = !wasSent || isSafe(method);
  const within = `within ${Math.round(timeoutMs / 100) / 10} s`;
  const answered = `${what} had no answer ${within}${isHarmless ? '' : '; whether it was carried out is not known'}.`;
  const message = wasSent ? answered : `${what} was not sent ${within}: the log-in or other calls took that long.`;
  return new OchnoError('OCHNO_TIMEOUT', message, { reason: 'timeout', retryable: isHarmless });
}

function outcomeUnknown(what: string): OchnoError {
  return new OchnoError(
    'OCHNO_TIMEOUT',
    `Whether ${what} was carried out is not known: its answer was lost, and the object is not as it was sent; read it and decide.`,
  );
}

/** Whether an attempt's answer was lost on the way, so that its request may have been carried out. */
function isLost(outcome: Outcome): boolean {
  return 'error' in outcome ? mayBeCarriedOut(outcome.error) : lostBehindGateway.includes(outcome.answer.statusCode);
}

/**
 * The platform's HTTP API: logs in when needed, keeps the token to the server's own origin and path, and retries what may
 * be retried, all within one deadline per call.
 */
export class RestClient {
  readonly #options: RestClientOptions;
  readonly #queues = { flow: new CallQueue(mostCalls), state: new CallQueue(mostCalls) };
  readonly #closing = new AbortController();
  /** The signals of calls that went out once at least. */
  readonly #sent = new WeakSet<AbortSignal>();
  readonly #trust: CallTrust;

  constructor(options: RestClientOptions) {
    this.#options = options;
    this.#trust = new CallTrust(options.clock);
  }

  /**
   * Makes one call.
   *
   * - 401: one new log-in and one more try, whatever the method, since a 401 means that nothing was carried out.
   * - 429 and 503: Retry-After is obeyed within the deadline; network faults and 5xx are tried again with growing,
   *   random delays. GET, HEAD, PUT and DELETE only: POST and PATCH are not sent twice.
   * - A lost answer to PUT: the object is read; as it was sent, that is success, as it was before (`replaces`), the PUT is
   *   sent again. A DELETE that is repeated after one finds nothing: that is success.
   * - Redirects: GET and HEAD, on the same server, at most 5.
   *
   * @throws OchnoError OCHNO_VALUE (nothing sent), OCHNO_HTTP (not 2xx, or not usable), OCHNO_LOGIN, OCHNO_NETWORK,
   * OCHNO_TIMEOUT (also for a PUT whose outcome can't be known), OCHNO_CLOSED (`signal` aborted, or the account closed)
   */
  async request(request: RestRequest): Promise<RestResponse> {
    const { http, clock } = this.#options;
    const prepared = prepareRequest(http.server, request);
    const { what, timeoutMs, queue } = prepared;
    const closed = (): OchnoError =>
      new OchnoError('OCHNO_CLOSED', `${what} was given up: the node or account was closed.`);
    const timedOut = (): OchnoError => timeoutOf(prepared, this.#sent.has(deadline.signal));
    const signals = [this.#closing.signal, request.signal];
    const deadline = new Deadline({ clock, timeoutMs, timedOut, signals, closed });
    try {
      const perform = (): Promise<RestResponse> => this.#perform(prepared, deadline);
      return await (queue === 'none' ? perform() : this.#queues[queue].run(perform, deadline.signal));
    } finally {
      deadline.end();
    }
  }

  /** Ends all calls with OCHNO_CLOSED and takes no more. */
  close(): void {
    this.#closing.abort();
  }

  async #perform(prepared: PreparedRequest, deadline: Deadline): Promise<RestResponse> {
    const { method, path, what, all, exactNumbers } = prepared;
    if (all) return this.#performAll(prepared, deadline);
    const answer = await this.#answer(prepared, deadline);
    const { body } = await readLongBody(answer, { what, exactNumbers });
    return { ...answer, body, method, path };
  }

  async #performAll(prepared: PreparedRequest, deadline: Deadline): Promise<RestResponse> {
    const { method, path, url, what, allowPart } = prepared;
    const get = (page: URL): Promise<HttpAnswer> => this.#answer({ ...prepared, url: page }, deadline);
    const list = await readAllPages(url, this.#options.http.server, get);
    const { missing, statusCode } = list;
    if (missing === undefined || allowPart) return { ...list, method, path };
    throw new OchnoError(
      'OCHNO_HTTP',
      `${what} gave only ${missing}, and no link to the rest; do without all pages to get what there is, or ask for the rest with URL parameters.`,
      { statusCode },
    );
  }

  /** The 2xx answer to one request, after as many tries as the rules and the deadline allow. */
  async #answer(prepared: PreparedRequest, deadline: Deadline): Promise<HttpAnswer> {
    const { method, what } = prepared;
    let wasLost = false;
    for (let attempt = 1; ; attempt += 1) {
      const again = wasLost && method === 'PUT';
      const outcome = again ? await this.#putAgain(prepared, deadline) : await this.#attempt(prepared, deadline);
      if ('answer' in outcome && isSuccess(outcome.answer)) return this.#succeed(prepared, outcome);
      if ('answer' in outcome && method === 'DELETE' && wasLost && gone.includes(outcome.answer.statusCode)) {
        return { statusCode: 204, headers: {}, body: Buffer.alloc(0) };
      }
      wasLost ||= isLost(outcome);
      const error = 'error' in outcome ? outcome.error : this.#failure(outcome, prepared);
      const delayMs = repeatDelayMs({ method, attempt, random: this.#options.random(), ...this.#facts(outcome) });
      if (delayMs === undefined || delayMs >= deadline.remainingMs) throw error;
      this.#options.log.debug(`${what}: trying again in ${Math.round(delayMs)} ms: ${error.message}`);
      await deadline.pause(delayMs);
    }
  }

  #succeed({ what }: PreparedRequest, { answer, token }: Authorised): HttpAnswer {
    this.#trust.worked(what, token);
    if (!this.#closing.signal.aborted) this.#options.onAnswer?.();
    return answer;
  }

  /**
   * Repeats a PUT whose answer was lost, but only after a look at the object: as it was sent, that was success; as it was
   * before, or not to be seen, the PUT is sent again.
   *
   * @throws OchnoError OCHNO_TIMEOUT if it is neither: what another wrote meanwhile would be overwritten
   */
  async #putAgain(put: PreparedRequest, deadline: Deadline): Promise<Outcome> {
    const what = `GET ${put.url.pathname}`;
    const headers = { Accept: 'application/json' };
    const look = await this.#attempt({ ...put, method: 'GET', headers, body: undefined, what }, deadline);
    if ('error' in look || isPassing(look.answer.statusCode)) return look;
    if (isSuccess(look.answer) && typeof put.body === 'string') {
      const present = readBody(look.answer, { what, exactNumbers: true });
      if (containsJson(present, parseExactly(put.body))) return look;
      const isAsBefore = put.replaces !== undefined && equalJson(present, put.replaces);
      if (isPlainObject(present) && !isAsBefore) throw outcomeUnknown(put.what);
    }
    return this.#attempt(put, deadline);
  }

  #facts(outcome: Outcome): Pick<FailedAttempt, 'nowMs' | 'error' | 'statusCode' | 'retryAfter'> {
    const nowMs = this.#options.clock.now();
    if ('error' in outcome) return { nowMs, error: outcome.error };
    const { statusCode } = outcome.answer;
    const retryAfter = headerText(outcome.answer, 'retry-after');
    return { nowMs: answerDateMs(outcome.answer) ?? nowMs, statusCode, retryAfter };
  }

  #failure({ answer, token }: Authorised, { method, what }: PreparedRequest): OchnoError {
    return httpFailure(answer, what, [token], redirectAdvice(answer, method));
  }

  /** One request with a token; after a 401 one more with a new one. */
  async #attempt(prepared: PreparedRequest, { signal }: Deadline): Promise<Outcome> {
    const { logIn } = this.#options;
    try {
      const token = await unlessAborted(signal, logIn.token());
      const answer = await this.#send(prepared, token, signal);
      if (answer.statusCode !== 401 || this.#trust.believes(prepared.what, token)) return { answer, token };
      const hadWorked = this.#trust.hasWorked(token);
      logIn.invalidate(token);
      const fresh = await unlessAborted(signal, logIn.token());
      const second = await this.#send(prepared, fresh, signal);
      if (second.statusCode === 401) this.#trust.forbid(prepared.what);
      else if (hadWorked) logIn.endedEarly(token);
      return { answer: second, token: fresh };
    } catch (error) {
      if (!(error instanceof OchnoError) || signal.aborted) throw error;
      return { error };
    }
  }

  async #send(prepared: PreparedRequest, token: string, signal: AbortSignal): Promise<HttpAnswer> {
    const { http } = this.#options;
    const { method, body, maxAnswerBytes } = prepared;
    const headers = { ...prepared.headers, Authorization: `JWT ${token}` };
    this.#sent.add(signal);
    let { url } = prepared;
    for (let hops = 0; ; hops += 1) {
      const answer = await http.send({ method, url, headers, body, maxAnswerBytes, signal });
      const target = isSafe(method) ? redirectTarget(answer, url, http.server) : undefined;
      if (target === undefined || hops === mostRedirects) return answer;
      url = target;
    }
  }
}
