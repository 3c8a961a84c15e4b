import { OchnoError } from '../protocol/ochno-error';
import { headerText } from './answer-body';
import type { HttpAnswer } from './http-exchange';

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
