import { OchnoError } from '../../protocol/ochno-error';
import { headerText } from './http-answer';
import type { HttpAnswer } from './http-exchange';

/** So many in a row are followed. */
export const mostRedirects = 5;

const redirects = [301, 302, 303, 307, 308];

/**
 * Where an answer to a GET sends us, if it does.
 *
 * @throws OchnoError OCHNO_HTTP if that is on another origin: the token must not go there
 */
export function redirectTarget(answer: HttpAnswer, from: URL): URL | undefined {
  const location = headerText(answer, 'location');
  if (location === undefined || !redirects.includes(answer.statusCode)) return undefined;
  const target = sameOriginUrl(location, from);
  if (target !== undefined) return target;
  const { statusCode } = answer;
  throw new OchnoError(
    'OCHNO_HTTP',
    `The platform answered ${statusCode} to GET ${from.pathname} and redirects to another server, which is not followed.`,
    { statusCode, cause: { statusCode } },
  );
}

/** Why an answer of 3xx was not followed, or not to its end; undefined for any other. */
export function redirectAdvice({ statusCode, headers }: HttpAnswer, method: string): string | undefined {
  if (statusCode < 300 || statusCode > 399) return undefined;
  if (headers.location === undefined) return 'it is no answer to be used, and names no place to look for one';
  if (method !== 'GET' && method !== 'HEAD') return `redirects are followed for GET only; this was ${method}`;
  return `more than ${mostRedirects} redirects in a row are not followed`;
}

/** A reference resolved against `from`, if that leads to the same origin. */
export function sameOriginUrl(reference: string, from: URL): URL | undefined {
  try {
    const target = new URL(reference, from);
    if (target.origin !== from.origin || target.username !== '' || target.password !== '') return undefined;
    target.hash = '';
    return target;
  } catch {
    return undefined;
  }
}
