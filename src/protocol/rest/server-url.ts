import { quoted } from '../json/quoted';
import { OchnoError } from '../ochno-error';
import { isLoopbackHost } from './local-host';

/** What dialogs say of a server; each has its words in their catalogue. */
type ServerProblem = 'missing' | 'server-url' | 'server-http' | 'server-secret';

function refuse(key: ServerProblem, problem: string): never {
  throw new OchnoError('OCHNO_VALUE', `server: ${problem}`, { problem: { field: 'server', key } });
}

function parse(text: string): URL {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    refuse('server-url', `${quoted(text)} is not a URL; write it in full, for example https://operated.ochno.com`);
  }
  try {
    return new URL(text);
  } catch {
    return refuse('server-url', `${quoted(text)} is not a URL; write it like https://operated.ochno.com`);
  }
}

function withoutSlashesAtEnd(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}

/**
 * Reads the platform's address as the user typed it. White space around it and slashes at its end are dropped; a
 * sub-path is kept, so that a platform behind a reverse proxy can be named.
 *
 * @returns the URL; its `pathname` is `/` or a sub-path without a slash at its end
 * @throws OchnoError OCHNO_VALUE if it is not a URL, not `https:` (`http:` only to this computer), or holds a user, a
 * query or a fragment
 */
export function parseServerUrl(text: unknown): URL {
  if (typeof text !== 'string') return refuse('server-url', `it must be text, not ${quoted(text)}`);
  const trimmed = text.trim();
  if (trimmed === '') return refuse('missing', 'it is empty; the platform is at https://operated.ochno.com');
  // Such a URL may hold a password, so it is not quoted.
  if (/^[^/?#]*\/\/[^/?#]*@/.test(trimmed))
    return refuse('server-secret', 'leave out the user before @; email and password have fields');
  if (/[\s\\]/.test(trimmed)) return refuse('server-url', `${quoted(trimmed)} holds a space or a backslash`);
  const url = parse(trimmed);
  if (url.username !== '' || url.password !== '')
    return refuse('server-secret', 'leave out the user; email and password have fields');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    return refuse('server-url', `${quoted(trimmed)} must begin with https://`);
  }
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return refuse('server-http', `${quoted(trimmed)} must begin with https:// (http:// is for this computer only)`);
  }
  if (/[?#]/.test(trimmed)) return refuse('server-url', `${quoted(trimmed)} must end before ? and #`);
  const path = withoutSlashesAtEnd(url.pathname);
  if (/%|\/\.\.?(\/|$)/.test(trimmed) || path.includes('//')) {
    return refuse('server-url', `${quoted(trimmed)} holds % or an empty, . or .. segment; give the path as it is`);
  }
  url.pathname = path;
  return url;
}
