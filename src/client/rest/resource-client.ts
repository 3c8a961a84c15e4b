import { isPlainObject } from '../../protocol/json/plain-object';
import { quoted } from '../../protocol/json/quoted';
import { OchnoError } from '../../protocol/ochno-error';
import { metricSeries } from '../../protocol/rest/metric-series';
import { metricQuery } from '../../protocol/rest/metric-time';
import { readQuery } from '../../protocol/rest/request-query';
import { type ResourceRequest, resourceRequest } from '../../protocol/rest/resource-request';
import { type Clock, systemClock } from '../time/clock';
import { ObjectUpdater, type ObjectUpdaterOptions, type Requester } from './object-update';
import { bodyText, type RestRequest, type RestResponse } from './rest-request';

/** One operation on one of the platform's resources, as a flow or a program asks for it; all of it is checked. */
export interface ResourceCall extends ResourceRequest {
  /** URL parameters; with metrics, `from` and `to` as `metricTime` takes them. */
  readonly query?: unknown;
  /** For create, replace and update a JSON object; for request anything JSON has a form for, empty for none. */
  readonly body?: unknown;
  /** With `list`, and with `request` by GET: follow the pages and give one array. */
  readonly all?: boolean | undefined;
  /** With metrics: the answer as it is (`platform`, the default), or as series for a chart. */
  readonly shape?: unknown;
  /** For all of it, retries and pages included. Default: 15 s. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const defaultTimeoutMs = 15_000;

function refuseBody(operation: string, body: unknown): never {
  const shown = Buffer.isBuffer(body) ? 'a Buffer' : quoted(body);
  const problem = shown === 'an object' ? 'an object of another kind, as a Date is' : shown;
  const advice = typeof body === 'string' || Buffer.isBuffer(body) ? '; a JSON node makes one of JSON text' : '';
  throw new OchnoError('OCHNO_VALUE', `body: ${operation} takes a JSON object, not ${problem}${advice}`);
}

/** The body that goes out, as JSON reads it: without functions, and what was read can't be changed behind our back. */
function readBodyFor(operation: unknown, body: unknown): unknown {
  if (operation === 'request') return body === '' || body === null ? undefined : body;
  if (operation !== 'create' && operation !== 'replace' && operation !== 'update') return undefined;
  if (!isPlainObject(body)) return refuseBody(operation, body);
  const written: unknown = JSON.parse(bodyText(body) ?? '{}');
  return isPlainObject(written) ? written : refuseBody(operation, written);
}

/** The platform's resources and what can be done with them, over whatever makes REST calls. */
export class ResourceClient {
  readonly #rest: Requester;
  readonly #clock: Clock;
  readonly #updater: ObjectUpdater;

  constructor(rest: Requester, options: ObjectUpdaterOptions = {}) {
    this.#rest = rest;
    this.#clock = options.clock ?? systemClock;
    this.#updater = new ObjectUpdater(rest, options);
  }

  /**
   * Carries out one operation. `update` reads the object, merges the body into it and puts the whole back.
   *
   * @throws OchnoError OCHNO_VALUE for anything in the call that can't be used (nothing was sent); as
   * `RestClient.request` does
   */
  async call(call: ResourceCall): Promise<RestResponse> {
    const { operation, resource, signal, shape = 'platform' } = call;
    if (shape !== 'platform' && shape !== 'series') {
      throw new OchnoError('OCHNO_VALUE', `shape: ${quoted(shape)} is neither platform nor series`);
    }
    const request = this.#request(call);
    if (operation === 'update') {
      const { path, query, body: patch, timeoutMs = defaultTimeoutMs } = request;
      return this.#updater.update({ path, query, patch, timeoutMs, signal });
    }
    const response = await this.#rest.request(request);
    if (resource !== 'metrics' || shape === 'platform') return response;
    return { ...response, body: metricSeries(response.body, String(call.id), response.statusCode) };
  }

  #request(call: ResourceCall): RestRequest {
    const { operation, resource, signal, timeoutMs } = call;
    const { method, path } = resourceRequest(call);
    const given = readQuery(call.query);
    const query = resource === 'metrics' ? metricQuery(given, this.#clock.now()) : given;
    const all = call.all === true && method === 'GET' && (operation === 'list' || operation === 'request');
    return { method, path, query, body: readBodyFor(operation, call.body), all, timeoutMs, signal };
  }
}
