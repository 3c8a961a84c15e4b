import type { ApiContext } from './http-api';
import { type ApiRequest, HttpProblem, type Reply } from './http-reply';

/** A picture of one grey pixel: what a floor plan has until somebody draws it. */
const blank = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

/** `GET` and `PUT` of a floor plan's picture: the one answer of the platform that is bytes, as they were put there. */
export function answerImage({ floorImages }: ApiContext, request: ApiRequest, floorPlanId: string): Reply {
  if (request.method === 'PUT') {
    const type = String(request.headers['content-type'] ?? '');
    if (!/^image\/[\w.+-]+$/.test(type)) throw new HttpProblem(415, 'Send a picture: image/png or the like');
    floorImages.set(floorPlanId, { type, bytes: request.bytes });
    return { status: 204 };
  }
  if (request.method !== 'GET') throw new HttpProblem(405, 'Use GET, PUT', { Allow: 'GET, PUT' });
  const { type, bytes } = floorImages.get(floorPlanId) ?? { type: 'image/png', bytes: blank };
  return { status: 200, body: bytes, headers: { 'Content-Type': type } };
}
