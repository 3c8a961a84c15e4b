import type { Agent } from 'node:http';
import type { AxiosInstance, AxiosRequestConfig } from 'axios';
import { OchnoError } from '../../protocol/ochno-error';
import { isSafe } from '../../protocol/rest/retry-rules';
import { codeOf, failureReason } from '../network/failure-reason';
import { agentFor, type NetworkOptions } from '../network/network-agent';
import { decompressed, type HttpAnswer, type HttpHeaders } from './http-answer';

export interface HttpRequest {
  readonly method: string;
  /** On the server's own origin; any other is refused. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | undefined;
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

/**
 * What is kept of a failure: its code and message. The error itself holds the request with its headers, or bytes of
 * the answer, and so may hold the token.
 */
interface BareError extends Error {
  readonly code?: string;
}

function bareError(error: unknown): BareError {
  const bare = new Error(error instanceof Error ? error.message : '');
  const code = codeOf(error);
  return code === undefined ? bare : Object.assign(bare, { code });
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

type OptionProblem = Readonly<Record<'field' | 'key' | 'advice', string>>;

/**
 * What else than the server's certificate or the network is to blame: the port speaks the other of https and http, or it is the
 * client's certificate.
 */
function optionProblem({ code = '', message }: BareError, server: URL): OptionProblem | undefined {
  const field = 'server';
  if (server.protocol === 'https:' && notTls.test(message)) {
    return { field, key: 'server-plain', advice: 'it does not speak https on this port; check the port of the server' };
  }
  if (clientRefused.test(code)) {
    const advice = 'it requires a client certificate that it trusts; set certificate and key in the TLS configuration';
    return { field: 'tls', key: 'tls-client', advice };
  }
  if (code.endsWith('_KEY_VALUES_MISMATCH')) {
    const advice = 'the certificate and the key of the TLS configuration do not belong together';
    return { field: 'tls', key: 'tls-pair', advice };
  }
  // A TLS server hangs up on plain HTTP, or answers with an alert, which is not HTTP.
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
  /** By whether their connections are kept for the next request. */
  readonly #agents = new Map<boolean, Agent>();
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
    const agent = this.#agentFor(method);
    this.#axios ??= loadAxios();
    const axios = await this.#axios;
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
        data: body,
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
    for (const agent of this.#agents.values()) agent.destroy();
  }

  #agentFor(method: string): Agent {
    // The others must never meet a connection that the server is just closing.
    const keepAlive = isSafe(method);
    const agent = this.#agents.get(keepAlive) ?? agentFor(this.server, this.#network, { keepAlive });
    this.#agents.set(keepAlive, agent);
    return agent;
  }

  #failure(error: unknown, { method, url, maxAnswerBytes }: HttpRequest, statusCode: number | undefined): OchnoError {
    const what = `${method} ${url.pathname}`;
    const cause = bareError(error);
    const { code = '', message } = cause;
    // Beyond the limit as it came, or once decompressed.
    if (message.startsWith('maxContentLength') || code === 'ERR_BUFFER_TOO_LARGE') {
      const limit = `${Math.round(maxAnswerBytes / 1024)} KiB`;
      return new OchnoError('OCHNO_HTTP', `The answer to ${what} is larger than ${limit}; ask for less at a time.`, {
        statusCode,
      });
    }
    // The tunnel's own account of what failed, which axios wraps.
    if (error instanceof Error && error.cause instanceof OchnoError) return error.cause;
    const reason = failureReason(error);
    const problem = optionProblem(cause, this.server);
    const advice = problem?.advice ?? (reason && adviceFor[reason]) ?? adviceWithout(code);
    const detail = code === '' || code.startsWith('ERR_BAD') ? '' : ` (${code})`;
    const isUnknown = !isSafe(method) && !beforeSending.includes(reason);
    const doubt = isUnknown ? '; whether it was carried out is not known' : '';
    return new OchnoError(
      'OCHNO_NETWORK',
      `No answer from ${this.server.host} to ${what}: ${advice}${detail}${doubt}.`,
      {
        cause,
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

/** What is said where neither the network nor the scheme is to blame. */
function adviceWithout(code: string): string {
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
