import { parseExactly } from '../../protocol/json/exact-json';
import { isPlainObject } from '../../protocol/json/plain-object';
import { quoted } from '../../protocol/json/quoted';
import { bodyText, jsonText } from '../../protocol/json/request-body';
import { OchnoError } from '../../protocol/ochno-error';
import { chartPoints, metricSeries } from '../../protocol/rest/metric-series';
import { metricQuery } from '../../protocol/rest/metric-time';
import { type Query, readQuery } from '../../protocol/rest/request-query';
import { oneOf, operationsWithObject, resourceRequest, shapes } from '../../protocol/rest/resource-request';
import type { Surroundings } from '../surroundings';
import { isPage } from './http-failure';
import { ObjectUpdater } from './object-update';
import type { PortNames, Requester, ResourceCall, RestRequest, RestResponse } from './rest-request';

interface ResourceClientOptions extends Pick<Surroundings, 'clock' | 'random'> {
  readonly portNames: PortNames;
}

function refuseBody(operation: unknown, body: unknown): never {
  const advice = typeof body === 'string' || Buffer.isBuffer(body) ? '; a JSON node makes one of JSON text' : '';
  throw new OchnoError('OCHNO_VALUE', `body: ${operation} takes a JSON object, not ${quoted(body)}${advice}`);
}

/**
 * The body that goes out: JSON text as it is, an object as JSON reads it, without functions; what was read can't be changed
 * behind our back. For an update its numbers digit for digit.
 */
function readBodyFor(operation: unknown, body: unknown): unknown {
  if (operation === 'request') return body === '' || body === null ? undefined : body;
  if (!operationsWithObject.includes(operation)) return undefined;
  const text = jsonText(body);
  if (text === undefined && !isPlainObject(body)) return refuseBody(operation, body);
  const written: unknown = parseExactly(text ?? bodyText(body));
  if (!isPlainObject(written)) return refuseBody(operation, written);
  return operation === 'update' ? written : (text ?? written);
}

/** JSON text is read, since an environment variable holds nothing else. */
function queryIn(query: unknown): unknown {
  const text = jsonText(query);
  return text === undefined ? query : JSON.parse(text);
}

/** The platform speaks JSON: a page comes from something in between, which has done nothing of what was asked for. */
function refusePage({ body, statusCode, method, path }: RestResponse): void {
  if (!isPage(body)) return;
  throw new OchnoError(
    'OCHNO_HTTP',
    `A page came in place of the platform's answer to ${method} ${path}: something in between, such as a proxy or the log-in of a network, gave it; check the server and the network.`,
    { statusCode },
  );
}

/** The companies that URL parameters name. */
function companiesIn({ companyIds }: Query): readonly string[] {
  return [companyIds].flat().flatMap((id) => (id === undefined || id === null || id === '' ? [] : [String(id)]));
}

/** The platform's resources and what can be done with them, over whatever makes REST calls. */
export class ResourceClient {
  readonly #rest: Requester;
  readonly #options: ResourceClientOptions;
  readonly #updater: ObjectUpdater;

  constructor(rest: Requester, options: ResourceClientOptions) {
    this.#rest = rest;
    this.#options = options;
    this.#updater = new ObjectUpdater(rest, options);
  }

  /**
   * Carries out one operation. `update` reads the object, merges the body into it and puts the whole back; `replace` reads it
   * too, to know what became of it if the answer is lost. A list without a body in its answer is empty.
   *
   * @throws OchnoError OCHNO_VALUE for anything in the call that can't be used (nothing was sent); as
   * `RestClient.request` does
   */
  async call(call: ResourceCall): Promise<RestResponse> {
    const { operation, resource, shape: given = 'platform' } = call;
    const shape = oneOf('shape', given, shapes);
    const request = this.#request(call);
    const response = await this.#response(operation, request);
    if (resource !== 'custom') refusePage(response);
    if (operation === 'list' && response.body === '') return { ...response, body: [] };
    if (resource !== 'metrics' || shape === 'platform') return response;
    return { ...response, body: await this.#shaped(call, request.query ?? {}, response) };
  }

  #response(operation: unknown, request: RestRequest): Promise<RestResponse> {
    if (operation === 'update') return this.#updater.update(request);
    if (operation === 'replace') return this.#updater.replace(request);
    return this.#rest.request(request);
  }

  async #shaped({ id, shape }: ResourceCall, query: Query, { body, statusCode }: RestResponse): Promise<unknown> {
    const measurement = String(id);
    if (shape === 'series') return metricSeries(body, measurement, statusCode);
    const portName = await this.#options.portNames(companiesIn(query));
    return chartPoints(body, measurement, portName, statusCode);
  }

  #request(call: ResourceCall): RestRequest {
    const { operation, resource, signal, timeoutMs } = call;
    const { method, path } = resourceRequest(call);
    const nowMs = this.#options.clock.now();
    const given = queryIn(call.query);
    const query = readQuery(resource === 'metrics' ? metricQuery(given, nowMs) : given);
    const all = call.all === true && method === 'GET' && (operation === 'list' || operation === 'request');
    return { method, path, query, body: readBodyFor(operation, call.body), all, timeoutMs, signal };
  }
}
