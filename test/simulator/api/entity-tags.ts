import { createHash } from 'node:crypto';
import type { PlatformObject } from './collection';
import type { ApiContext } from './http-api';
import { type ApiRequest, HttpProblem } from './http-reply';

/** A tag of an object's content; a port's live data is not content. */
function tagOf(object: PlatformObject): string {
  const isPort = 'hubId' in object;
  const text = JSON.stringify(object, (key, value: unknown) => (isPort && key === 'data' ? undefined : value));
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`;
}

/** The header that tells an object's tag, as what stands on the way leaves it. */
export function etag({ etags, faults }: ApiContext, object: PlatformObject): Record<string, string> {
  if (!etags) return {};
  const tag = tagOf(object);
  const how = faults.strike('etag-rewritten');
  if (how === undefined) return { ETag: tag };
  return { ETag: how === 'weak' ? `W/${tag}` : `${tag.slice(0, -1)}-gzip"` };
}

/** 412 where the object is not the one the client read (RFC 9110: compared strongly, so a weak tag is never it). */
export function checkIfMatch({ etags }: ApiContext, { headers }: ApiRequest, object: PlatformObject): void {
  const wanted = headers['if-match'];
  if (!etags || typeof wanted !== 'string' || wanted === '*') return;
  if (!wanted.split(/\s*,\s*/).includes(tagOf(object))) {
    throw new HttpProblem(412, 'The object has been changed in the meantime');
  }
}
