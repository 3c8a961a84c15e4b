import { createHash } from 'node:crypto';
import { type Collection, newId, type PlatformObject } from './collection';
import type { ApiContext } from './http-api';
import { type ApiRequest, bodyObject, HttpProblem, type Reply } from './http-reply';
import { readMetrics } from './metrics';
import { streamAccess } from './stream-access';

/** Everything under `/api`, the token already checked. */
export function answerApi(context: ApiContext, request: ApiRequest): Reply {
  const [, name = '', id, part, ...rest] = request.segments;
  if (rest.length > 0) throw nothingHere();
  if (name === 'metrics' && part === undefined) {
    allowOnly(request, 'GET');
    return { status: 200, body: readMetrics(request, context.building, context.clock.now()) };
  }
  const collection = context.collections.get(name);
  if (collection === undefined) throw nothingHere();
  if (id === undefined) return answerList(context, request, collection);
  const object = ownObject(context, collection, id);
  if (part === undefined) return answerObject(context, request, collection, object);
  if (name !== 'companies' || part !== 'iotAccess') throw nothingHere();
  allowOnly(request, 'GET');
  context.records.iotAccesses++;
  return { status: 200, body: streamAccess(context.credentials, id, context.gateway, context.faults) };
}

function nothingHere(): HttpProblem {
  return new HttpProblem(404, 'There is nothing here');
}

function allowOnly(request: ApiRequest, ...methods: readonly string[]): void {
  if (!methods.includes(request.method)) {
    throw new HttpProblem(405, `Use ${methods.join(', ')}`, { Allow: methods.join(', ') });
  }
}

function companyOf(object: PlatformObject): string {
  return object.companyId ?? object.id;
}

/** 404 where there is no such thing, 403 where it is someone else's. */
function ownObject({ building }: ApiContext, collection: Collection, id: string): PlatformObject {
  const object = collection.find(id);
  if (object === undefined) throw new HttpProblem(404, `There is no "${id}"`);
  if (!building.owns(companyOf(object))) throw new HttpProblem(403, 'You have no permission to do this');
  return object;
}

function answerList(context: ApiContext, request: ApiRequest, collection: Collection): Reply {
  allowOnly(request, 'GET', 'POST');
  if (request.method === 'POST') {
    const object = collection.put(newId(), bodyObject(request));
    return { status: 201, body: object, headers: etag(context, object) };
  }
  const objects = collection.list(request.query).filter((object) => context.building.owns(companyOf(object)));
  return context.pageSize === undefined ? { status: 200, body: objects } : onePage(request, objects, context.pageSize);
}

/** One page of a list, and where the next one is (RFC 8288). */
function onePage(request: ApiRequest, objects: readonly PlatformObject[], pageSize: number): Reply {
  const page = Math.max(1, Number(request.query.get('page') ?? 1) || 1);
  const body = objects.slice((page - 1) * pageSize, page * pageSize);
  if (page * pageSize >= objects.length) return { status: 200, body };
  const query = new URLSearchParams(request.query);
  query.set('page', String(page + 1));
  const path = request.target.replace(/\?.*/s, '');
  return { status: 200, body, headers: { Link: `<${path}?${query}>; rel="next"` } };
}

function answerObject(context: ApiContext, request: ApiRequest, collection: Collection, object: PlatformObject): Reply {
  allowOnly(request, 'GET', 'PUT', 'DELETE');
  if (request.method === 'GET') return { status: 200, body: object, headers: etag(context, object) };
  checkIfMatch(context, request, object);
  if (request.method === 'DELETE') {
    collection.remove(object.id);
    return { status: 204 };
  }
  const replaced = collection.put(object.id, bodyObject(request));
  return { status: 200, body: replaced, headers: etag(context, replaced) };
}

/** A tag of an object's content; a port's live data is no content. */
function tagOf(object: PlatformObject): string {
  const isPort = 'hubId' in object;
  const text = JSON.stringify(object, (key, value: unknown) => (isPort && key === 'data' ? undefined : value));
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`;
}

function etag({ etags }: ApiContext, object: PlatformObject): Record<string, string> {
  return etags ? { ETag: tagOf(object) } : {};
}

function checkIfMatch({ etags }: ApiContext, { headers }: ApiRequest, object: PlatformObject): void {
  const wanted = headers['if-match'];
  if (!etags || typeof wanted !== 'string' || wanted === '*') return;
  if (!wanted.split(/\s*,\s*/).includes(tagOf(object))) {
    throw new HttpProblem(412, 'The object has been changed in the meantime');
  }
}
