import { OchnoError } from '../../protocol/ochno-error';
import { repeatDelayMs } from '../../protocol/rest/retry-rules';
import { type Logger, silentLogger } from '../logger';
import type { Clock } from '../time/clock';
import { Deadline, unlessAborted } from '../time/deadline';
import { CallQueue } from './call-queue';
import { ForbiddenCalls } from './forbidden-calls';
import { answerDateMs, headerText, readBody } from './http-answer';
import type { HttpAnswer, HttpExchange } from './http-exchange';
import { httpFailure } from './http-failure';
import type { Session } from './log-in';
import { readAllPages } from './pages';
import { mostRedirects, redirectAdvice, redirectTarget } from './redirect';
import { type PreparedRequest, prepareRequest, type RestRequest, type RestResponse } from './rest-request';

export type { RestRequest, RestResponse } from './rest-request';

export interface RestClientOptions {
  readonly http: Pick<HttpExchange, 'server' | 'send'>;
  readonly session: Session;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger?: Logger;
  /** How many calls are under way at once; the rest wait. Default: 4. */
  readonly maxCalls?: number;
}

/** An answer of any status, with the token it was asked for with. */
interface Authorised {
  readonly answer: HttpAnswer;
  readonly token: string;
}

function isSuccess(answer: HttpAnswer): boolean {
  return answer.statusCode >= 200 && answer.statusCode < 300;
}

function timeoutOf({ method, what, timeoutMs }: PreparedRequest, wasSent: boolean): OchnoError {
  const isSafe = !wasSent || method === 'GET' || method === 'HEAD';
  const within = `within ${Math.round(timeoutMs / 100) / 10} s`;
  const answered = `${what} had no answer ${within}${isSafe ? '' : '; whether it was carried out is not known'}.`;
  const message = wasSent ? answered : `${what} was not sent ${within}: the log-in or other calls took that long.`;
  return new OchnoError('OCHNO_TIMEOUT', message, { reason: 'timeout', retryable: isSafe });
}

async function readOne(
  { url, what }: PreparedRequest,
  get: (url: URL) => Promise<HttpAnswer>,
): Promise<{ answer: HttpAnswer; body: unknown }> {
  const answer = await get(url);
  return { answer, body: readBody(answer, what) };
}

/**
 * The platform's HTTP API: logs in when needed, keeps the token to the server's own origin, and retries what may be
 * retried, all within one deadline per call.
 */
export class RestClient {
  readonly #options: RestClientOptions;
  readonly #logger: Logger;
  readonly #queue: CallQueue;
  readonly #closing = new AbortController();
  readonly #listeners = new Set<() => void>();
  /** Requests that went out once at least. */
  readonly #sent = new WeakSet<PreparedRequest>();
  readonly #forbidden: ForbiddenCalls;

  constructor(options: RestClientOptions) {
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#queue = new CallQueue(options.maxCalls ?? 4);
    this.#forbidden = new ForbiddenCalls(options.clock);
  }

  /** Calls `listener` after every 2xx answer; the function returned ends that. */
  onAnswer(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Makes one call.
   *
   * - 401: one new log-in and one more try, whatever the method, since a 401 means that nothing was carried out.
   * - 429 and 503: Retry-After is obeyed within the deadline; network faults and 5xx are tried again with growing,
   *   random delays. GET, HEAD, PUT and DELETE only: POST and PATCH are not sent twice.
   * - Redirects: GET and HEAD, same origin, at most 5.
   *
   * @throws OchnoError OCHNO_VALUE (nothing sent), OCHNO_HTTP (not 2xx, or not usable), OCHNO_LOGIN, OCHNO_NETWORK,
   * OCHNO_TIMEOUT, OCHNO_CLOSED (`signal` aborted, or the account closed)
   */
  async request(request: RestRequest): Promise<RestResponse> {
    const prepared = prepareRequest(this.#options.http.server, request);
    const deadline = this.#deadline(prepared, request.signal);
    try {
      const perform = (): Promise<RestResponse> => this.#perform(prepared, deadline);
      return await (request.urgent === true ? perform() : this.#queue.run(perform, deadline.signal));
    } finally {
      deadline.end();
    }
  }

  /** Ends all calls with OCHNO_CLOSED and takes no more. */
  close(): void {
    this.#closing.abort();
    this.#listeners.clear();
  }

  #deadline(prepared: PreparedRequest, signal: AbortSignal | undefined): Deadline {
    const { what, timeoutMs } = prepared;
    const closed = (): OchnoError =>
      new OchnoError('OCHNO_CLOSED', `${what} was given up: the node or account was closed.`);
    const timedOut = (): OchnoError => timeoutOf(prepared, this.#sent.has(prepared));
    const ends = [this.#closing.signal, ...(signal === undefined ? [] : [signal])];
    return new Deadline({
      clock: this.#options.clock,
      timeoutMs,
      timedOut,
      unless: ends.map((end) => [end, closed] as const),
    });
  }

  async #perform(prepared: PreparedRequest, deadline: Deadline): Promise<RestResponse> {
    const { method, path, url, all } = prepared;
    const get = (page: URL): Promise<HttpAnswer> => this.#answer(prepared, page, deadline);
    const { answer, body } = all ? await readAllPages(url, get) : await readOne(prepared, get);
    return { statusCode: answer.statusCode, headers: answer.headers, body, method, path };
  }

  /** The 2xx answer to one request, after as many tries as the rules and the deadline allow. */
  async #answer(prepared: PreparedRequest, url: URL, deadline: Deadline): Promise<HttpAnswer> {
    const { method, what } = prepared;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#attempt(prepared, url, deadline);
      if ('answer' in outcome && isSuccess(outcome.answer)) {
        for (const listener of [...this.#listeners]) listener();
        return outcome.answer;
      }
      const error = 'error' in outcome ? outcome.error : this.#failure(outcome, prepared);
      const delayMs = repeatDelayMs({ method, attempt, random: this.#options.random(), ...this.#facts(outcome) });
      if (delayMs === undefined || delayMs >= deadline.remainingMs) throw error;
      this.#logger.debug(`${what}: trying again in ${Math.round(delayMs)} ms: ${error.message}`);
      await deadline.pause(delayMs);
    }
  }

  #facts(outcome: Authorised | { error: OchnoError }): Pick<Parameters<typeof repeatDelayMs>[0], 'nowMs'> {
    const nowMs = this.#options.clock.now();
    if ('error' in outcome) return { nowMs, ...outcome };
    const { answer } = outcome;
    const told = { statusCode: answer.statusCode, retryAfter: headerText(answer, 'retry-after') };
    return { nowMs: answerDateMs(answer) ?? nowMs, ...told };
  }

  #failure({ answer, token }: Authorised, { method, what }: PreparedRequest): OchnoError {
    return httpFailure(answer, what, [token], redirectAdvice(answer, method));
  }

  async #attempt(prepared: PreparedRequest, url: URL, deadline: Deadline): Promise<Authorised | { error: OchnoError }> {
    try {
      return await this.#authorised(prepared, url, deadline.signal);
    } catch (error) {
      if (!(error instanceof OchnoError) || deadline.signal.aborted) throw error;
      return { error };
    }
  }

  /** One request with a token; after a 401 one more with a new one. */
  async #authorised(prepared: PreparedRequest, url: URL, signal: AbortSignal): Promise<Authorised> {
    const { session } = this.#options;
    const token = await unlessAborted(signal, session.token());
    const answer = await this.#send(prepared, url, token, signal);
    if (answer.statusCode !== 401 || this.#forbidden.knows(prepared.what)) return { answer, token };
    session.invalidate(token);
    const fresh = await unlessAborted(signal, session.token());
    const second = await this.#send(prepared, url, fresh, signal);
    if (second.statusCode === 401) this.#forbidden.add(prepared.what);
    return { answer: second, token: fresh };
  }

  async #send(prepared: PreparedRequest, url: URL, token: string, signal: AbortSignal): Promise<HttpAnswer> {
    const { method, body, maxAnswerBytes } = prepared;
    const headers = { ...prepared.headers, Authorization: `JWT ${token}` };
    const rest = { method, headers, maxAnswerBytes, signal, ...(body === undefined ? {} : { body }) };
    this.#sent.add(prepared);
    let answer = await this.#options.http.send({ ...rest, url });
    if (method !== 'GET' && method !== 'HEAD') return answer;
    let target = redirectTarget(answer, url);
    for (let hops = 0; target !== undefined && hops < mostRedirects; hops += 1) {
      answer = await this.#options.http.send({ ...rest, url: target });
      target = redirectTarget(answer, target);
    }
    return answer;
  }
}
