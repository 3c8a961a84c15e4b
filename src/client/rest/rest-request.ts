import { quoted } from '../../protocol/json/quoted';
import { requestBody } from '../../protocol/json/request-body';
import { OchnoError } from '../../protocol/ochno-error';
import type { PortNaming } from '../../protocol/rest/metric-series';
import { checkPath, requestUrl } from '../../protocol/rest/path-rules';
import type { Query } from '../../protocol/rest/request-query';
import { checkMethod, type ResourceRequest } from '../../protocol/rest/resource-request';
import { isSafe } from '../../protocol/rest/retry-rules';
import type { HttpHeaders } from './http-answer';

/** One call of the platform's HTTP API. */
export interface RestRequest {
  /** GET, HEAD, POST, PUT, PATCH or DELETE; upper or lower case. */
  readonly method: string;
  /** Under the server, as `checkPath` allows it, for example `/api/companies`. */
  readonly path: string;
  /** URL parameters; arrays are repeated. */
  readonly query?: Query | undefined;
  /**
   * Sent with every method but GET and HEAD, as JSON: text that is JSON as it stands, bytes as they are, anything else
   * written as JSON.
   */
  readonly body?: unknown;
  /** GET only: follow `Link: <…>; rel="next"` and give one array. */
  readonly all?: boolean | undefined;
  /** With `all`: take what there is where the platform tells of more and not where it is; `missing` says so. */
  readonly allowPart?: boolean | undefined;
  /** For the whole call, waiting, log-in, retries and pages included. Default: 15 s. */
  readonly timeoutMs?: number | undefined;
  /** Ends the call with OCHNO_CLOSED. */
  readonly signal?: AbortSignal | undefined;
  /** The ETag the object must still have (RFC 9110, 13.1.1). */
  readonly ifMatch?: string | undefined;
  /** PUT only: the object as it was before; where the answer is lost, it tells whether the change was carried out. */
  readonly replaces?: unknown;
  /** Numbers that JavaScript can't hold digit for digit come as `ExactNumber`. */
  readonly exactNumbers?: boolean | undefined;
  /** The most bytes one answer may have, after decompression. Default: 16 MB. */
  readonly maxAnswerBytes?: number | undefined;
  /**
   * Where it waits for its turn: among what flows ask for (`flow`, the default), among what commands, snapshots and lists
   * need (`state`), or nowhere (`none`): what keeps a stream alive.
   */
  readonly queue?: 'flow' | 'state' | 'none' | undefined;
}

/** A 2xx answer. */
export interface RestResponse {
  readonly statusCode: number;
  /** By lower-case name; cookies and headers about the connection are left out. With `all`, those of the last page. */
  readonly headers: HttpHeaders;
  /** Parsed JSON; text where the platform says so; a Buffer where it is neither; `''` where there is none. */
  readonly body: unknown;
  readonly method: string;
  /** As it was asked for, without the parameters of `query`. */
  readonly path: string;
  /** In words, what the platform tells of and has not given; with `allowPart` only. */
  readonly missing?: string | undefined;
}

/** One operation on one of the platform's resources, as a flow or a program asks for it; all of it is checked. */
export interface ResourceCall extends ResourceRequest {
  /** URL parameters; with metrics, `from` and `to` as `metricTime` takes them. */
  readonly query?: unknown;
  /**
   * For create, replace and update a JSON object or its text; for request anything JSON has a form for, JSON text as it is,
   * a Buffer as its bytes, empty for none.
   */
  readonly body?: unknown;
  /** With `list`, and with `request` by GET: follow the pages and give one array. */
  readonly all?: boolean | undefined;
  /** With metrics: the answer as it is (`platform`, the default), as series, or as the points of a chart. */
  readonly shape?: unknown;
  /** For all of it, retries and pages included. Default: 15 s. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How the ports of these companies are named; of those of the account where there are none. Never rejects. */
export type PortNames = (companies: readonly string[]) => Promise<PortNaming>;

/** Whatever makes REST calls: a `RestClient`, an account, a test's stand-in. */
export interface Requester {
  request(request: RestRequest): Promise<RestResponse>;
}

/** A request that was found good and is ready to be sent. */
export interface PreparedRequest
  extends Pick<RestRequest, 'method' | 'path' | 'allowPart' | 'replaces' | 'exactNumbers'> {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
  readonly all: boolean;
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  readonly queue: 'flow' | 'state' | 'none';
  /** Method and path, for messages. */
  readonly what: string;
}

/** For one call. */
export const defaultTimeoutMs = 15_000;
const defaultMaxAnswerBytes = 16 * 1024 * 1024;

function checkTimeout(timeoutMs: number): number {
  if (Number.isFinite(timeoutMs) && timeoutMs > 0) return timeoutMs;
  throw new OchnoError('OCHNO_VALUE', `timeout: ${quoted(timeoutMs)} is not a time above 0`);
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
  const sent = isSafe(method) ? undefined : requestBody(request.body);
  const { ifMatch } = request;
  // More than an ETag should hold (RFC 9110, 8.8.3): it is the platform's own, and has to go back as it came.
  if (ifMatch !== undefined && !/^[\x20-\x7e]+$/.test(ifMatch)) {
    throw new OchnoError('OCHNO_VALUE', `ifMatch: ${quoted(ifMatch)} is not an ETag`);
  }
  const url = requestUrl(server, path, request.query);
  return {
    ...request,
    ...{ method, path, url, all },
    headers: {
      Accept: 'application/json',
      ...(sent && { 'Content-Type': sent.type }),
      ...(ifMatch === undefined ? {} : { 'If-Match': ifMatch }),
    },
    body: sent?.body,
    timeoutMs: checkTimeout(request.timeoutMs ?? defaultTimeoutMs),
    maxAnswerBytes: request.maxAnswerBytes ?? defaultMaxAnswerBytes,
    queue: request.queue ?? 'flow',
    what: `${method} ${url.pathname}`,
  };
}
