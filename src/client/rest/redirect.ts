import { OchnoError } from '../../protocol/ochno-error';
import { checkPath } from '../../protocol/rest/path-rules';
import { isSafe } from '../../protocol/rest/retry-rules';
import { type HttpAnswer, headerText } from './http-answer';

/** So many in a row are followed. */
export const mostRedirects = 5;

const redirects = [301, 302, 303, 307, 308];

/** Where a reference of the platform's leads: to a URL that may have the token, or in words why it does not. */
type Target = { readonly url: URL } | { readonly elsewhere: string };

/**
 * Resolves a reference against `from`. The token goes to the account's server only: same scheme, same host and port, and
 * below the path that was given for it.
 */
export function resolveTarget(reference: string, from: URL, server: URL): Target {
  if (!URL.canParse(reference, from.href)) return { elsewhere: 'to something that is not a URL' };
  const url = new URL(reference, from);
  if (url.protocol !== server.protocol && url.hostname === server.hostname) {
    return { elsewhere: `to ${url.protocol} instead of ${server.protocol}` };
  }
  if (url.origin !== server.origin || url.username !== '' || url.password !== '') {
    return { elsewhere: 'to another server' };
  }
  if (!isBelow(url.pathname, server)) return { elsewhere: `out of ${server.pathname} on the server` };
  url.hash = '';
  return { url };
}

/** Read as strictly as a path that a flow gives: a server may undo an encoding before it looks for `..`. */
function isBelow(path: string, server: URL): boolean {
  const base = server.pathname.replace(/\/$/, '');
  if (path !== base && !path.startsWith(`${base}/`)) return false;
  try {
    checkPath(path.slice(base.length) || '/');
    return true;
  } catch {
    return false;
  }
}

/**
 * Where an answer to a GET sends us, if it does.
 *
 * @throws OchnoError OCHNO_HTTP if the token must not go there
 */
export function redirectTarget(answer: HttpAnswer, from: URL, server: URL): URL | undefined {
  const location = headerText(answer, 'location');
  if (location === undefined || !redirects.includes(answer.statusCode)) return undefined;
  const target = resolveTarget(location, from, server);
  if ('url' in target) return target.url;
  const { statusCode } = answer;
  throw new OchnoError(
    'OCHNO_HTTP',
    `The platform answered ${statusCode} to GET ${from.pathname} and redirects ${target.elsewhere}, which is not followed.`,
    { statusCode },
  );
}

/** Why an answer of 3xx was not followed, or not to its end; undefined for any other. */
export function redirectAdvice({ statusCode, headers }: HttpAnswer, method: string): string | undefined {
  if (statusCode < 300 || statusCode > 399) return undefined;
  if (headers.location === undefined) return 'it holds nothing to use, and names no address to look at instead';
  if (!isSafe(method)) return `redirects are followed for GET only; this was ${method}`;
  return `more than ${mostRedirects} redirects in a row are not followed`;
}
