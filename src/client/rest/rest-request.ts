import { quoted } from '../../protocol/json/quoted';
import { OchnoError } from '../../protocol/ochno-error';
import { checkPath, requestUrl } from '../../protocol/rest/path-rules';
import type { Query } from '../../protocol/rest/request-query';
import { checkMethod } from '../../protocol/rest/resource-request';
import type { HttpHeaders } from './http-exchange';

/** One call of the platform's HTTP API. */
export interface RestRequest {
  /** GET, HEAD, POST, PUT, PATCH or DELETE; upper or lower case. */
  readonly method: string;
  /** Under the server, as `checkPath` allows it, for example `/api/companies`. */
  readonly path: string;
  /** URL parameters; arrays are repeated. */
  readonly query?: Query | undefined;
  /** Sent as JSON with POST, PUT and PATCH; not with the others. */
  readonly body?: unknown;
  /** GET only: follow `Link: <…>; rel="next"` and give one array. */
  readonly all?: boolean | undefined;
  /** For the whole call, waiting, log-in, retries and pages included. Default: 15 s. */
  readonly timeoutMs?: number | undefined;
  /** Ends the call with OCHNO_CLOSED. */
  readonly signal?: AbortSignal | undefined;
  /** The ETag the object must still have (RFC 9110, 13.1.1). */
  readonly ifMatch?: string | undefined;
  /** The most bytes one answer may have, after decompression. Default: 16 MB. */
  readonly maxAnswerBytes?: number | undefined;
  /** Does not wait for its turn behind other calls; for what keeps a stream alive. */
  readonly urgent?: boolean | undefined;
}

/** A 2xx answer. */
export interface RestResponse {
  readonly statusCode: number;
  /** By lower-case name; cookies and headers about the connection are left out. With `all`, those of the last page. */
  readonly headers: HttpHeaders;
  /** Parsed JSON; text where the platform says it is something else; `''` where there is none. */
  readonly body: unknown;
  readonly method: string;
  /** As it was asked for, without the parameters of `query`. */
  readonly path: string;
}

/** A request that was found good and is ready to be sent. */
export interface PreparedRequest {
  readonly method: string;
  readonly path: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly all: boolean;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  /** Method and path, for messages. */
  readonly what: string;
}

const methodsWithBody = ['POST', 'PUT', 'PATCH'];
const defaultTimeoutMs = 15_000;
const defaultMaxAnswerBytes = 16 * 1024 * 1024;

function checkTimeout(timeoutMs: number): number {
  if (Number.isFinite(timeoutMs) && timeoutMs > 0) return timeoutMs;
  throw new OchnoError('OCHNO_VALUE', `timeout: ${quoted(timeoutMs)} is no time above 0`);
}

/** JSON writes NaN and the infinite numbers as null, which in an update removes the field. */
function refuseNonFinite(name: string, item: unknown): unknown {
  if (typeof item !== 'number' || Number.isFinite(item)) return item;
  throw new RangeError(name === '' ? `it is ${item}` : `${quoted(name)} is ${item}`);
}

/**
 * JSON text of a value; what JSON has no form for (a function, NaN, a BigInt, something circular) is OCHNO_VALUE.
 */
export function bodyText(body: unknown): string | undefined {
  if (body === undefined) return undefined;
  let why = `it is ${quoted(body)}`;
  try {
    const text: unknown = JSON.stringify(body, refuseNonFinite);
    if (typeof text === 'string') return text;
  } catch (error) {
    // V8 draws a circle on the lines that follow.
    why = (error instanceof Error ? error.message : quoted(error)).split('\n', 1)[0] ?? '';
  }
  throw new OchnoError('OCHNO_VALUE', `body: it can't be written as JSON (${why})`);
}

/**
 * Checks a request and makes it ready for sending.
 *
 * @throws OchnoError OCHNO_VALUE for a method, path, query, body, ETag or timeout that is not usable
 */
export function prepareRequest(server: URL, request: RestRequest): PreparedRequest {
  const method = checkMethod(request.method);
  const path = checkPath(request.path);
  const all = request.all === true;
  if (all && method !== 'GET')
    throw new OchnoError('OCHNO_VALUE', `all: pages are followed with GET only, not ${method}`);
  const body = methodsWithBody.includes(method) ? bodyText(request.body) : undefined;
  const { ifMatch } = request;
  // More than an ETag should hold (RFC 9110, 8.8.3): it is the platform's own, and has to go back as it came.
  if (ifMatch !== undefined && !/^[\x20-\x7e]+$/.test(ifMatch)) {
    throw new OchnoError('OCHNO_VALUE', `ifMatch: ${quoted(ifMatch)} is no ETag`);
  }
  const url = requestUrl(server, path, request.query);
  return {
    method,
    path,
    url,
    headers: {
      Accept: 'application/json',
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
    },
    body,
    all,
    timeoutMs: checkTimeout(request.timeoutMs ?? defaultTimeoutMs),
    maxAnswerBytes: request.maxAnswerBytes ?? defaultMaxAnswerBytes,
    what: `${method} ${url.pathname}`,
  };
}
