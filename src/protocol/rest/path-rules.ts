import { mayLackDigits } from '../json/exact-json';
import { isPlainObject } from '../json/plain-object';
import { quoted } from '../json/quoted';
import { OchnoError } from '../ochno-error';
import { encodeQuery, percentEncoded } from './request-query';

/** How often a path may be percent-encoded before it is refused unread; nobody does so by accident. */
const mostEncodings = 5;
const place = /\{([^{}]+)\}/g;

/** What dialogs say of a path; each has its words in their catalogue. */
type PathProblem = 'path-missing' | 'path-server' | 'path-character' | 'path-dots' | 'path-encoding';

/** Why a path is refused: the word for dialogs, and the words for the log. */
type Objection = readonly [key: PathProblem, words: string];

function refuse(path: string, [key, words]: Objection): never {
  throw new OchnoError(
    'OCHNO_VALUE',
    `path: ${quoted(path, 80)} ${words}; give a path under the server, like /api/ports`,
    { problem: { key } },
  );
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return true;
  }
  return false;
}

/** What is wrong with one reading of a path, whose percent-encoding was undone zero or more times. */
function objectionTo(reading: string): Objection | undefined {
  if (hasControlCharacter(reading)) return ['path-character', 'holds a line break or another control character'];
  if (reading.includes('//')) return ['path-server', 'holds //'];
  // Some servers cut `;…` off a segment and ignore spaces around it before they look at it, or take a backslash for a slash.
  const segments = reading.split(/[/\\?#]/).map((segment) => segment.split(';', 1)[0]?.trim());
  if (segments.includes('.') || segments.includes('..')) return ['path-dots', 'holds a . or .. segment'];
  return undefined;
}

/** Undoes percent-encoding once, byte by byte: what is looked for is ASCII, whatever encoding the rest has. */
function decodeOnce(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function checkEveryReading(path: string, shown: string): void {
  let reading = path;
  for (let round = 0; round <= mostEncodings; round += 1) {
    const objection = objectionTo(reading);
    if (objection !== undefined) refuse(shown, objection);
    // A server may read a byte of UTF-8 as a character of its own, so high bytes are not control characters here.
    const next = decodeOnce(reading).replace(/[\u0080-\u009f]/g, '\u00ff');
    if (next === reading) return;
    reading = next;
  }
  refuse(shown, ['path-encoding', 'is percent-encoded too many times']);
}

function checkEncoding(path: string): void {
  try {
    // Throws for a lone % and for bytes that are not UTF-8, such as the overlong forms of a dot.
    decodeURIComponent(path);
  } catch {
    refuse(path, ['path-encoding', 'holds a % that encodes nothing (write a literal one as %25)']);
  }
}

/**
 * Checks that a path cannot leave the server it is sent to: no scheme, no `//`, no control character, no `.` or `..`
 * segment, whether written plainly or percent-encoded any number of times; a backslash percent-encoded only. A query may
 * follow after `?`; only its characters are checked, since it leads nowhere. No space and no fragment anywhere.
 *
 * @returns the path, beginning with `/`
 * @throws OchnoError OCHNO_VALUE saying what is wrong
 */
export function checkPath(path: unknown): string {
  const text = path ?? '';
  if (typeof text !== 'string') throw new OchnoError('OCHNO_VALUE', `path: must be text, not ${quoted(path)}`);
  if (text.trim() === '')
    throw new OchnoError('OCHNO_VALUE', 'path: it is empty; give a path under the server, like /api/ports', {
      problem: { key: 'path-missing' satisfies PathProblem },
    });
  if (/^[a-z][a-z0-9+.-]*:/i.test(text)) refuse(text, ['path-server', 'begins with a scheme']);
  if (/\s/.test(text) || hasControlCharacter(text))
    refuse(text, ['path-character', 'holds a space or a line break (write a space as %20)']);
  if (text.includes('#')) refuse(text, ['path-character', 'holds a # (write a literal one as %23)']);
  if (/[{}]/.test(text)) refuse(text, ['path-character', 'holds a brace that is not part of a {name}']);
  if (text.includes('\\')) refuse(text, ['path-server', 'holds a backslash (write a literal one as %5C)']);
  const full = text.startsWith('/') ? text : `/${text}`;
  const queryStart = full.indexOf('?');
  const pathOnly = queryStart < 0 ? full : full.slice(0, queryStart);
  checkEncoding(pathOnly);
  checkEveryReading(pathOnly, text);
  return full;
}

/** Checks a path whose `{name}` places are still to be filled. @throws OchnoError OCHNO_VALUE as {@link checkPath} does */
export function checkPathTemplate(template: string): void {
  checkPath(template.trim().replace(place, 'x'));
}

/**
 * Fills the `{name}` places of a path from `params`, each value percent-encoded, and checks the result.
 *
 * @param params values by name: text, numbers or booleans
 * @throws OchnoError OCHNO_VALUE if a value is missing, empty or of another type, or the result breaks {@link
 * checkPath}
 */
export function fillPath(template: unknown, params: unknown): string {
  if (typeof template !== 'string') return checkPath(template);
  const filled = template.trim().replace(place, (_, name: string) => {
    const value = isPlainObject(params) && Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined || value === null || value === '') {
      throw new OchnoError('OCHNO_VALUE', `path: {${name}} has no value; give it as msg.params.${name}`);
    }
    if (typeof value !== 'string' && typeof value !== 'boolean' && !Number.isFinite(value)) {
      throw new OchnoError('OCHNO_VALUE', `path: {${name}} must be text or a number, not ${quoted(value)}`);
    }
    if (mayLackDigits(value)) {
      throw new OchnoError('OCHNO_VALUE', `path: {${name}} is ${value}, which may have lost digits; give it as text`);
    }
    return percentEncoded(`path: {${name}}`, String(value));
  });
  return checkPath(filled);
}

/**
 * The URL of a path under a server, checked by {@link checkPath} and again on what the URL parser made of it.
 *
 * @param server as `parseServerUrl` gives it
 * @param query URL parameters, added to those the path already has
 * @throws OchnoError OCHNO_VALUE if the path would leave the server or its sub-path, or a parameter is unusable
 */
export function requestUrl(server: URL, path: unknown, query?: unknown): URL {
  const checked = checkPath(path);
  const base = server.pathname.replace(/\/$/, '');
  const parameters = encodeQuery(query);
  const joined = parameters === '' ? checked : `${checked}${checked.includes('?') ? '&' : '?'}${parameters}`;
  const url = new URL(`${server.origin}${base}${joined}`);
  if (url.origin !== server.origin || !url.pathname.startsWith(`${base}/`))
    refuse(checked, ['path-server', 'leaves the server']);
  return url;
}
