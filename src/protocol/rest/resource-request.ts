import { quoted } from '../json/quoted';
import { OchnoError } from '../ochno-error';
import { readId } from '../topics/ids';
import { fillPath } from './path-rules';

/** The platform's objects, and one of them in words for messages. */
const objects = {
  companies: 'company',
  locations: 'location',
  floorPlans: 'floor plan',
  hubs: 'hub',
  ports: 'port',
} as const;
/** What the platform keeps, by the name it has in the path; `custom` is any path. */
export const resources = ['companies', 'locations', 'floorPlans', 'hubs', 'ports', 'metrics', 'custom'] as const;

/** What to do with it, and the HTTP method that means. `update` reads and then replaces. */
const methodOf = {
  list: 'GET',
  get: 'GET',
  create: 'POST',
  replace: 'PUT',
  update: 'PUT',
  delete: 'DELETE',
} as const;
type ObjectOperation = keyof typeof methodOf;
type Operation = ObjectOperation | 'request';
const objectOperations: readonly ObjectOperation[] = ['list', 'get', 'create', 'replace', 'update', 'delete'];
export const operations: readonly Operation[] = [...objectOperations, 'request'];
/** These are on all objects of a resource; the others are on one, by its id. */
export const operationsOnAll: readonly unknown[] = ['list', 'create'];
/** These send an object; a request may send anything, and the others send nothing. */
export const operationsWithObject: readonly unknown[] = ['create', 'replace', 'update'];

/** How metrics are given: as the platform does, as series, or as the points of a chart. */
export const shapes = ['platform', 'series', 'chart'] as const;

/** What can be done with a resource; metrics are only read, and a custom request says by itself what it does. */
export function operationsOf(resource: string): readonly Operation[] {
  if (resource === 'custom') return ['request'];
  return resource === 'metrics' ? ['list'] : objectOperations;
}

/** The HTTP methods of an operation in their order: an update reads before it writes. */
export function methodsOf(operation: Operation): readonly string[] {
  if (operation === 'request') return ['GET'];
  return operation === 'update' ? ['GET', methodOf.update] : [methodOf[operation]];
}

/** The methods a request may have. */
const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Reads a method, in upper or lower case.
 *
 * @throws OchnoError OCHNO_VALUE for any other
 */
export function checkMethod(method: unknown): string {
  const upper = typeof method === 'string' ? method.trim().toUpperCase() : '';
  const known = httpMethods.find((name) => name === upper);
  if (known !== undefined) return known;
  throw new OchnoError('OCHNO_VALUE', `method: ${quoted(method)} is not one of ${httpMethods.join(', ')}`, {
    problem: { key: 'method' },
  });
}

export interface ResourceRequest {
  readonly resource: unknown;
  readonly operation: unknown;
  /** The object's id; for metrics the measurement. Left aside where it has no meaning (list, create, custom). */
  readonly id?: unknown;
  /** For custom only. */
  readonly method?: unknown;
  readonly path?: unknown;
  /** Values for the `{name}` places of `path`. */
  readonly params?: unknown;
}

function refuse(problem: string): never {
  throw new OchnoError('OCHNO_VALUE', problem);
}

/** @throws OchnoError OCHNO_VALUE naming the field, if the value is none of those known */
export function oneOf<T extends string>(field: string, value: unknown, known: readonly T[]): T {
  const found = known.find((name) => name === value);
  return found ?? refuse(`${field}: ${quoted(value)} is not one of ${known.join(', ')}`);
}

/**
 * An id as one segment of a path. Numbers are taken as text: flows get them from forms and counters.
 *
 * @param kind what the id is of, in words
 */
function idSegment(field: string, kind: string, id: unknown): string {
  if (id === undefined || id === null || id === '') return refuse(`${field}: it is empty; say which ${kind}`);
  if (typeof id !== 'string' && typeof id !== 'number') return refuse(`${field}: must be text, not ${quoted(id)}`);
  return readId(kind, id);
}

function objectRequest(
  resource: keyof typeof objects,
  operation: ObjectOperation,
  id: unknown,
): { method: string; path: string } {
  const method = methodOf[operation];
  if (operationsOnAll.includes(operation)) return { method, path: `/api/${resource}` };
  return { method, path: fillPath(`/api/${resource}/{id}`, { id: idSegment('id', objects[resource], id) }) };
}

function metricsRequest(operation: Operation, id: unknown): { method: string; path: string } {
  if (operation !== 'list' && operation !== 'get') {
    return refuse(`operation: metrics can only be read (list or get), not ${quoted(operation)}`);
  }
  const measurement = idSegment('measurement', 'measurement', id);
  return { method: 'GET', path: fillPath('/api/metrics/{measurement}', { measurement }) };
}

/**
 * The method and path of an operation on one of the platform's resources.
 *
 * - companies, locations, floorPlans, hubs, ports: `list` and `create` on `/api/<resource>`; `get`, `replace`,
 *   `update` and `delete` on `/api/<resource>/<id>`. For `update` it is the PUT that ends it.
 * - metrics: `list` and `get` alike read `/api/metrics/<measurement>`.
 * - custom: `request` only; method and path as given, the path's `{name}` places filled from `params`.
 *
 * @throws OchnoError OCHNO_VALUE for a combination that makes no sense, and for an id, method or path that can't be
 * used
 */
export function resourceRequest(request: ResourceRequest): { method: string; path: string } {
  const resource = oneOf('resource', request.resource, resources);
  const operation = oneOf('operation', request.operation, operations);
  if (resource === 'custom') {
    if (operation !== 'request') return refuse(`operation: custom takes request only, not ${quoted(operation)}`);
    const { method = 'GET' } = request;
    if (typeof method !== 'string') return refuse(`method: must be text, not ${quoted(method)}`);
    return {
      method: method.trim() === '' ? 'GET' : method.trim().toUpperCase(),
      path: fillPath(request.path, request.params),
    };
  }
  if (resource === 'metrics') return metricsRequest(operation, request.id);
  if (operation === 'request')
    return refuse(`operation: request is for custom only; ${resource} takes ${objectOperations.join(', ')}`);
  return objectRequest(resource, operation, request.id);
}
