import { isPlainObject } from '../../protocol/json/plain-object';
import { OchnoError, type Problem } from '../../protocol/ochno-error';
import { jwtExpiryMs } from '../../protocol/rest/jwt';
import type { Fetched } from '../time/expiring-value';
import { answerDateMs, type HttpAnswer, readBody } from './http-answer';
import { httpFailure, inBetweenProblem, platformMessage, refusedInBetween } from './http-failure';

const longestToken = 16 * 1024;
/** A token is given up this long before its end, so that it does not end on the way. */
const marginMs = 30_000;

/** What a platform says of the log-in itself: wrong, not allowed, locked. */
const refusals: readonly number[] = [400, 401, 403, 422, 423];
/** What says that there is nothing to log in at. */
const notThere: readonly number[] = [404, 405];
/** A proxy's or a CDN's own page is asked past again so much later. */
const strangerPauseMs = 2 * 60_000;

/** How long to use a token: until shortly before its `exp`, or until it is refused if it has none or seems over. */
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
    { statusCode: answer.statusCode, retryable: true },
  );
}

/** How platforms speak of what one logs in with. */
const ofLogIn = /password|credentials|account|user.?name|user.not.found|log.?in.failed|invalid.grant/i;

/**
 * Whether the platform refuses email and password by this. What is not a JSON object comes from something in between. So
 * may a 403 that is one: its reasons need not have to do with what one logs in with (RFC 9110, 15.5.4), and gateways,
 * firewalls and proxies speak JSON, too. It counts if it names that.
 */
function refusesLogIn(answer: HttpAnswer): boolean {
  if (!refusals.includes(answer.statusCode)) return false;
  try {
    const body = readBody(answer, { what: 'the log-in' });
    if (!isPlainObject(body)) return false;
    const words = [platformMessage(body), body.error, body.code];
    return answer.statusCode !== 403 || words.some((word) => typeof word === 'string' && ofLogIn.test(word));
  } catch {
    return false;
  }
}

/** What a dialog says of it where email and password may not be to blame: a platform seldom lies below a path. */
function problemOf(statusCode: number, server: URL, isRefusal: boolean): Problem | undefined {
  if (server.pathname !== '/' && (notThere.includes(statusCode) || refusals.includes(statusCode))) {
    return { field: 'server', key: 'server-path', values: { path: server.pathname } };
  }
  if (notThere.includes(statusCode)) return { field: 'server', key: 'server-other' };
  if (isRefusal || !refusals.includes(statusCode)) return undefined;
  return inBetweenProblem(statusCode);
}

/** What to do about a log-in answered like this. */
function advice(statusCode: number, server: URL, isRefusal: boolean): string | undefined {
  if (notThere.includes(statusCode)) return `check that ${server.href} is an Ochno platform`;
  if (statusCode >= 300 && statusCode < 400) return 'it redirects; give the address it redirects to as the server';
  if (!refusals.includes(statusCode)) return undefined;
  if (!isRefusal) return `that says nothing of email and password: ${refusedInBetween}`;
  return server.pathname === '/' ? 'check email and password' : `check the path of ${server.href}, email and password`;
}

/**
 * The error for a log-in that was not accepted: OCHNO_LOGIN where the platform refused email and password, else
 * OCHNO_HTTP. An answer that repeats the password goes no further.
 */
export function logInFailure(answer: HttpAnswer, server: URL, password: string): OchnoError {
  const { statusCode } = answer;
  const isRefusal = refusesLogIn(answer);
  const isStrangers = refusals.includes(statusCode) && !isRefusal;
  const toDo = advice(statusCode, server, isRefusal);
  const { message, said, retryable, retryAfterMs } = httpFailure(answer, 'the log-in', passwordParts(password), toDo);
  return new OchnoError(isRefusal ? 'OCHNO_LOGIN' : 'OCHNO_HTTP', message, {
    statusCode,
    said,
    problem: problemOf(statusCode, server, isRefusal),
    retryable: retryable || isStrangers,
    retryAfterMs: isStrangers ? strangerPauseMs : retryAfterMs,
  });
}

/** However it was escaped or cut on the way, its letters and digits are still there. */
function passwordParts(password: string): readonly string[] {
  return [password, ...(password.match(/[\p{L}\p{N}]{4,}/gu) ?? [])];
}
