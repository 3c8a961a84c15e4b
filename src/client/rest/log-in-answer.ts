import { isPlainObject } from '../../protocol/json/plain-object';
import { OchnoError, type Problem } from '../../protocol/ochno-error';
import { jwtExpiryMs } from '../../protocol/rest/jwt';
import type { Fetched } from '../time/expiring-value';
import type { HttpAnswer } from './http-answer';
import { answerDateMs, readBody } from './http-answer';
import { httpFailure } from './http-failure';

const longestToken = 16 * 1024;
/** A token is given up this long before its end, so that it does not end on the way. */
const marginMs = 30_000;

/** What a platform says of the log-in itself: wrong, not allowed, locked. */
const refusals: readonly number[] = [400, 401, 403, 422, 423];
/** A proxy's or a CDN's own page is asked past again so much later. */
const strangerPauseMs = 2 * 60_000;

/**
 * How long to use a token: up to shortly before its `exp`, or until it is refused if it has none or seems over
 * already.
 */
function tokenLifeMs(token: string, platformNowMs: number): number {
  const expiryMs = jwtExpiryMs(token);
  const lifeMs = expiryMs === undefined ? Number.POSITIVE_INFINITY : expiryMs - platformNowMs;
  return lifeMs > 0 ? lifeMs - Math.min(marginMs, lifeMs / 10) : Number.POSITIVE_INFINITY;
}

/**
 * The token in the answer to an accepted log-in, and how long to use it, counted from the platform's own clock where
 * the answer tells it.
 *
 * @throws OchnoError OCHNO_HTTP if there is no usable token in it
 */
export function readLogIn(answer: HttpAnswer, nowMs: number): Fetched<string> {
  const body = readBody(answer, { what: 'the log-in' });
  const token = isPlainObject(body) ? body.token : undefined;
  if (typeof token === 'string' && token.length <= longestToken && /^[\x21-\x7e]+$/.test(token)) {
    return { value: token, lifeMs: tokenLifeMs(token, answerDateMs(answer) ?? nowMs) };
  }
  throw new OchnoError(
    'OCHNO_HTTP',
    'The platform accepted the log-in, but its answer holds no usable token; check that the server is an Ochno platform.',
    { statusCode: answer.statusCode, cause: { statusCode: answer.statusCode }, retryable: true },
  );
}

/** Whether this is the platform's own answer: what is not JSON comes from something in between, and says nothing of it. */
function isPlatformsOwn(answer: HttpAnswer): boolean {
  try {
    return isPlainObject(readBody(answer, { what: 'the log-in' }));
  } catch {
    return false;
  }
}

/** What says that there is nothing to log in at. */
function isElsewhere(statusCode: number): boolean {
  return statusCode === 404 || statusCode === 405;
}

/** What a dialog says of it where email and password may not be to blame: a platform seldom lies below a path. */
function problemOf(statusCode: number, server: URL): { problem?: Problem } {
  if (server.pathname !== '/' && (isElsewhere(statusCode) || refusals.includes(statusCode))) {
    return { problem: { field: 'server', key: 'server-path', values: { path: server.pathname } } };
  }
  return isElsewhere(statusCode) ? { problem: { field: 'server', key: 'server-other' } } : {};
}

/** What to do about a log-in answered like this. */
function advice(statusCode: number, server: URL, own: boolean): string | undefined {
  if (isElsewhere(statusCode)) return `check that ${server.href} is an Ochno platform`;
  if (statusCode >= 300 && statusCode < 400) return 'it redirects; give the address it redirects to as the server';
  if (!refusals.includes(statusCode)) return undefined;
  if (!own) {
    return "the answer is not the platform's own: something in between, such as a proxy or a CDN, refused the request; check the server and the network";
  }
  return server.pathname === '/' ? 'check email and password' : `check the path of ${server.href}, email and password`;
}

/**
 * The error for a log-in that was not accepted: OCHNO_LOGIN where the platform refused email and password, else
 * OCHNO_HTTP. An answer that repeats the password goes no further.
 */
export function logInFailure(answer: HttpAnswer, server: URL, password: string): OchnoError {
  const { statusCode } = answer;
  const own = isPlatformsOwn(answer);
  const isRefusal = refusals.includes(statusCode);
  const said = httpFailure(answer, 'the log-in', passwordParts(password), advice(statusCode, server, own));
  const { retryable, retryAfterMs } = said;
  const details = {
    statusCode,
    cause: { statusCode },
    ...(said.said === undefined ? {} : { said: said.said }),
    ...problemOf(statusCode, server),
  };
  if (isRefusal && own) return new OchnoError('OCHNO_LOGIN', said.message, details);
  const pauseMs = isRefusal ? strangerPauseMs : retryAfterMs;
  const pause = pauseMs === undefined ? {} : { retryAfterMs: pauseMs };
  return new OchnoError('OCHNO_HTTP', said.message, { ...details, retryable: retryable || isRefusal, ...pause });
}

/** However it was escaped or cut on the way, its letters and digits are still there. */
function passwordParts(password: string): readonly string[] {
  return [password, ...(password.match(/[\p{L}\p{N}]{4,}/gu) ?? [])];
}
