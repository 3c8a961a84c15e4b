import type { PlatformObject } from './collection';
import type { ApiContext } from './http-api';
import type { ApiRequest, Reply } from './http-reply';

/** A list as an answer: whole, in pages, or in part. */
export function listReply(
  { faults, pageSize }: ApiContext,
  request: ApiRequest,
  objects: readonly PlatformObject[],
): Reply {
  const part = faults.strike('partial-lists', request.target);
  if (part !== undefined) return partialList(part, objects);
  return pageSize === undefined ? { status: 200, body: objects } : onePage(request, objects, pageSize);
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

/** The first half, and in a header how much there is; no word of where the rest is. */
function partialList(how: string, objects: readonly PlatformObject[]): Reply {
  if (how === '204') return { status: 204 };
  const body = objects.slice(0, Math.ceil(objects.length / 2));
  if (how !== '206') return { status: 200, body, headers: { 'X-Total-Count': String(objects.length) } };
  const range = `items 0-${Math.max(0, body.length - 1)}/${objects.length}`;
  return { status: 206, body, headers: { 'Content-Range': range } };
}
