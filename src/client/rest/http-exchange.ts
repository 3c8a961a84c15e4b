import type { Agent } from 'node:http';
import type { AxiosInstance, AxiosRequestConfig } from 'axios';
import { OchnoError, type Problem } from '../../protocol/ochno-error';
import { isSafe } from '../../protocol/rest/retry-rules';
import { failureReason } from '../network/failure-reason';
import { agentFor, type NetworkOptions } from '../network/network-agent';
import { decompressed, type HttpAnswer, type HttpHeaders } from './http-answer';

export interface HttpRequest {
  readonly method: string;
  /** On the server's own origin; any other is refused. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** The most bytes the answer may have, after decompression. */
  readonly maxAnswerBytes: number;
  /** Ends the request; it then rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

/**
 * Keeps redirects, proxies and the reading of answers out of axios's hands: they are decided here, where the token is
 * known. It would take compressed bytes that end too early for all there is.
 */
const plainAxios: AxiosRequestConfig = {
  adapter: 'http',
  proxy: false,
  maxRedirects: 0,
  decompress: false,
  maxBodyLength: Number.POSITIVE_INFINITY,
  responseType: 'arraybuffer',
  validateStatus: () => true,
  transformRequest: [(data) => data],
  transformResponse: [(data) => data],
};

/**
 * Headers that stay here: cookies are keys to a session, and what is about this one connection (RFC 9110, 7.6.1) makes
 * nonsense of the answer of an HTTP response node that passes it on.
 */
const droppedHeader =
  /^(set-cookie2?|connection|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade|__proto__)$/i;

/** The headers' values as text, without those that stay here. */
function readHeaders(raw: object): HttpHeaders {
  const headers: HttpHeaders = {};
  for (const [name, value] of Object.entries(raw)) {
    if (droppedHeader.test(name)) continue;
    if (typeof value === 'string') headers[name] = value;
    else if (Array.isArray(value)) headers[name] = value.map(String);
  }
  return headers;
}

function stringField(error: unknown, field: 'code' | 'message'): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, field);
  return typeof value === 'string' ? value : '';
}

/**
 * What is kept of a failure: its code and message. The error itself holds the request with its headers, or bytes of
 * the answer, and so may hold the token.
 */
function bareCause(error: unknown): Error {
  const code = stringField(error, 'code');
  const cause = new Error(stringField(error, 'message'));
  return code === '' ? cause : Object.assign(cause, { code });
}

const adviceFor: Readonly<Record<string, string>> = {
  dns: 'its name could not be resolved; check the server and the DNS',
  refused: 'the connection was refused; check the server and the firewall',
  tls: 'its certificate was not accepted; check the server, the clock and the TLS configuration',
  timeout: 'it took too long to answer',
};

/** OpenSSL's verdicts on an answer that is not TLS at all. */
const notTls = /wrong version number|packet length too long|http request|unknown protocol/;

/** The alerts by which a server refuses the client's certificate, or misses one (RFC 8446, 6.2). */
const clientRefused = /_ALERT_(CERTIFICATE_|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|UNKNOWN_CA)/;

interface OptionProblem extends Required<Pick<Problem, 'field' | 'key'>> {
  readonly advice: string;
}

/**
 * What else than the server's certificate or the network is to blame: the port speaks the other of https and http, or it is the
 * client's certificate.
 */
function optionProblem(error: unknown, server: URL): OptionProblem | undefined {
  const field = 'server';
  if (server.protocol === 'https:' && notTls.test(stringField(error, 'message'))) {
    return { field, key: 'server-plain', advice: 'it does not speak https on this port; check the port of the server' };
  }
  // A TLS server hangs up on plain HTTP, or answers with an alert, which is not HTTP.
  const code = stringField(error, 'code');
  if (clientRefused.test(code)) {
    const advice = 'it requires a client certificate that it trusts; set certificate and key in the TLS configuration';
    return { field: 'tls', key: 'tls-client', advice };
  }
  if (code.endsWith('_KEY_VALUES_MISMATCH')) {
    const advice = 'the certificate and the key of the TLS configuration do not belong together';
    return { field: 'tls', key: 'tls-pair', advice };
  }
  if (server.protocol === 'http:' && (code === 'ECONNRESET' || code.startsWith('HPE_'))) {
    return { field, key: 'server-tls', advice: 'it hung up; if the port is for https, write https://' };
  }
  return undefined;
}

/** Failures before a request could be sent. */
const beforeSending: readonly unknown[] = ['dns', 'refused', 'tls', 'proxy'];

/** Whether a request that failed like this may have been carried out nevertheless: its answer is what was lost. */
export function mayBeCarriedOut(failure: OchnoError): boolean {
  return failure.code === 'OCHNO_NETWORK' && !beforeSending.includes(failure.reason);
}

/** Sends single HTTP requests to one origin, over a pool of connections. Knows no token and no retry. */
export class HttpExchange {
  /** The platform, as `parseServerUrl` gives it. */
  readonly server: URL;
  readonly #network: NetworkOptions;
  #axios: Promise<AxiosInstance> | undefined;
  /** Connections that are kept for the next request, and those that serve one only. */
  readonly #agents: { kept?: Promise<Agent>; single?: Promise<Agent> } = {};
  #closed = false;

  constructor(server: URL, network: NetworkOptions = {}) {
    this.server = server;
    this.#network = network;
  }

  /**
   * Sends a request and reads the whole answer, whatever its status.
   *
   * @throws OchnoError OCHNO_NETWORK (with a reason where there is one) if no answer came; OCHNO_HTTP if it was
   * larger than `maxAnswerBytes`; OCHNO_VALUE for another origin; the signal's reason if that was aborted
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { method, url, headers, body, maxAnswerBytes, signal } = request;
    if (url.origin !== this.server.origin) {
      throw new OchnoError('OCHNO_VALUE', `path: ${url.origin} is not the account's server ${this.server.origin}`);
    }
    if (this.#closed) throw new OchnoError('OCHNO_CLOSED', 'The account was closed.');
    const [axios, agent] = await Promise.all([this.#client(), this.#pool(method)]);
    if (signal.aborted) throw signal.reason;
    let statusCode: number | undefined;
    try {
      const answer = await axios.request<Buffer>({
        method,
        url: url.href,
        // Without a type of its own axios calls an empty body a form, which a JSON API may refuse.
        headers: {
          ...{ 'Content-Type': false, 'User-Agent': 'node-red-ochno', 'Accept-Encoding': 'gzip, deflate, br' },
          ...headers,
        },
        ...(body === undefined ? {} : { data: body }),
        httpAgent: agent,
        httpsAgent: agent,
        maxContentLength: maxAnswerBytes,
        signal,
      });
      statusCode = answer.status;
      const whole = { statusCode, headers: readHeaders({ ...answer.headers }), body: answer.data };
      return await decompressed(whole, maxAnswerBytes);
    } catch (error) {
      throw signal.aborted ? signal.reason : this.#failure(error, request, statusCode ?? statusOf(error));
    }
  }

  /** Closes all connections, those in use too. */
  close(): void {
    this.#closed = true;
    // An agent that could not be made has told its callers why.
    for (const agent of Object.values(this.#agents)) agent.then((made) => made.destroy()).catch(() => undefined);
  }

  #client(): Promise<AxiosInstance> {
    this.#axios ??= loadAxios();
    return this.#axios;
  }

  #pool(method: string): Promise<Agent> {
    // The others must never meet a connection that the server is just closing.
    if (isSafe(method)) {
      this.#agents.kept ??= agentFor(this.server, this.#network);
      return this.#agents.kept;
    }
    this.#agents.single ??= agentFor(this.server, this.#network, { keepAlive: false });
    return this.#agents.single;
  }

  #failure(error: unknown, { method, url, maxAnswerBytes }: HttpRequest, statusCode: number | undefined): OchnoError {
    const what = `${method} ${url.pathname}`;
    if (isTooLarge(error)) {
      const limit = `${Math.round(maxAnswerBytes / 1024)} KiB`;
      return new OchnoError('OCHNO_HTTP', `The answer to ${what} is larger than ${limit}; ask for less at a time.`, {
        statusCode,
      });
    }
    const known = findOchnoError(error);
    if (known !== undefined) return known;
    const reason = failureReason(error);
    const problem = optionProblem(error, this.server);
    const advice = problem?.advice ?? (reason && adviceFor[reason]) ?? adviceWithout(error);
    const code = stringField(error, 'code');
    const detail = code === '' || code.startsWith('ERR_BAD') ? '' : ` (${code})`;
    const isUnknown = !isSafe(method) && !beforeSending.includes(reason);
    const doubt = isUnknown ? '; whether it was carried out is not known' : '';
    return new OchnoError(
      'OCHNO_NETWORK',
      `No answer from ${this.server.host} to ${what}: ${advice}${detail}${doubt}.`,
      {
        cause: bareCause(error),
        retryable: reason !== 'tls',
        reason,
        problem: problem && { field: problem.field, key: problem.key },
      },
    );
  }
}

/** Axios takes a look at `Response`, which Node.js then compiles with all of `fetch`: not in the turn that axios takes. */
async function loadAxios(): Promise<AxiosInstance> {
  const loading = import('axios');
  Reflect.get(globalThis, 'Response');
  const { default: axios } = await loading;
  return axios.create(plainAxios);
}

/** Beyond the limit as it came, or once decompressed. */
function isTooLarge(error: unknown): boolean {
  return (
    stringField(error, 'message').startsWith('maxContentLength') ||
    stringField(error, 'code') === 'ERR_BUFFER_TOO_LARGE'
  );
}

/** What is said where neither the network nor the scheme is to blame. */
function adviceWithout(error: unknown): string {
  const code = stringField(error, 'code');
  if (/^(Z_|ERR__ERROR_|ERR_BROTLI_)/.test(code)) return 'its answer was cut, or is not compressed as it says';
  return code.startsWith('HPE_') ? 'its answer is not valid HTTP; see what is in between' : 'the connection broke off';
}

/** The status of the answer that axios gave up reading, as far as it tells. */
function statusOf(error: unknown): number | undefined {
  let found: unknown = error;
  for (const step of ['request', 'res', 'statusCode']) {
    found = typeof found === 'object' && found !== null ? Reflect.get(found, step) : undefined;
  }
  return typeof found === 'number' ? found : undefined;
}

/** The tunnel's own account of what failed, which axios wraps. */
function findOchnoError(error: unknown): OchnoError | undefined {
  if (error instanceof OchnoError) return error;
  return error instanceof Error && error.cause instanceof OchnoError ? error.cause : undefined;
}
