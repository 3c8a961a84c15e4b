import type { Company } from '../building/building-model';
import { type Collection, newId, type PlatformObject } from './collection';
import { checkIfMatch, etag } from './entity-tags';
import { answerImage } from './floor-image';
import type { ApiContext } from './http-api';
import { type ApiRequest, bodyObject, HttpProblem, type Reply } from './http-reply';
import { listReply } from './lists';
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
  if (id === undefined) return answerList(context, request, name, collection);
  const object = ownObject(context, collection, id);
  if (part === undefined) return answerObject(context, request, collection, object);
  if (name === 'floorPlans' && part === 'image') return answerImage(context, request, id);
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

function answerList(context: ApiContext, request: ApiRequest, name: string, collection: Collection): Reply {
  allowOnly(request, 'GET', 'POST');
  if (request.method === 'POST') {
    const object = collection.put(newId(), bodyObject(request));
    return { status: 201, body: object, headers: etag(context, object) };
  }
  const own = collection.list(request.query).filter((object) => context.building.owns(companyOf(object)));
  const objects = name === 'companies' ? [...own, ...oddCompanies(context)] : own;
  return listReply(context, request, objects);
}

/** A company that others may have, whose id no topic can hold. */
function oddCompanies({ faults }: ApiContext): PlatformObject[] {
  const id = faults.strike('odd-company');
  if (id === undefined) return [];
  const company: Company = { id: id || 'ACME/West', name: 'ACME', type: 'Building Tenant', logotype: '', website: '' };
  return [company];
}

function answerObject(context: ApiContext, request: ApiRequest, collection: Collection, object: PlatformObject): Reply {
  allowOnly(request, 'GET', 'PUT', 'DELETE');
  if (request.method === 'GET') return { status: 200, body: object, headers: etag(context, object) };
  checkIfMatch(context, request, object);
  if (request.method === 'DELETE') {
    collection.remove(object);
    return { status: 204 };
  }
  const replaced = collection.put(object.id, bodyObject(request));
  return { status: 200, body: replaced, headers: etag(context, replaced) };
}
