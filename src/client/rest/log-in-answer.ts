import { isPlainObject } from '../../protocol/json/plain-object';
import { OchnoError, type Problem } from '../../protocol/ochno-error';
import { jwtExpiryMs } from '../../protocol/rest/jwt';
import type { Fetched } from '../time/expiring-value';
import { answerDateMs, readBody } from './http-answer';
import type { HttpAnswer } from './http-exchange';
import { httpFailure } from './http-failure';

const longestToken = 16 * 1024;
/** A token is given up this long before its end, so that it does not end on the way. */
const marginMs = 30_000;

/** 4xx that say nothing of the log-in itself: try later, or this is no Ochno platform. */
const notRefusals = [404, 405, 408, 425, 429];

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
  const body = readBody(answer, 'the log-in');
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

function isRefusal(statusCode: number): boolean {
  return statusCode >= 400 && statusCode < 500 && !notRefusals.includes(statusCode);
}

/** What a dialog says of it where email and password may not be to blame: a platform seldom lies below a path. */
function problemOf(statusCode: number, server: URL): { problem?: Problem } {
  const isElsewhere = statusCode === 404 || statusCode === 405;
  if (server.pathname !== '/' && (isElsewhere || isRefusal(statusCode))) {
    return { problem: { field: 'server', key: 'server-path', values: { path: server.pathname } } };
  }
  return isElsewhere ? { problem: { field: 'server', key: 'server-other' } } : {};
}

/** What to do about a log-in answered like this. */
function advice(statusCode: number, server: URL): string | undefined {
  if (statusCode === 404 || statusCode === 405) return `check that ${server.href} is an Ochno platform`;
  if (statusCode >= 300 && statusCode < 400) return 'it redirects; give the address it redirects to as the server';
  if (!isRefusal(statusCode)) return undefined;
  return server.pathname === '/' ? 'check email and password' : `check the path of ${server.href}, email and password`;
}

/**
 * The answer, without its body if that seems to repeat the secret. However it was escaped on the way, its letters and
 * digits are still there.
 */
function withoutSecret(answer: HttpAnswer, secret: string): HttpAnswer {
  const text = answer.body.toString('utf8');
  const parts = secret.match(/[\p{L}\p{N}]{4,}/gu) ?? [];
  return [secret, ...parts].some((part) => text.includes(part)) ? { ...answer, body: Buffer.alloc(0) } : answer;
}

/**
 * The error for a log-in that was not accepted: OCHNO_LOGIN where email and password were refused, else OCHNO_HTTP.
 * The answer itself may repeat what was sent, so it goes no further.
 */
export function logInFailure(answer: HttpAnswer, server: URL, password: string): OchnoError {
  const { statusCode } = answer;
  const said = httpFailure(withoutSecret(answer, password), 'the log-in', [], advice(statusCode, server));
  const { retryable, retryAfterMs } = said;
  const words = said.said === undefined ? {} : { said: said.said };
  const pause = retryAfterMs === undefined ? {} : { retryAfterMs };
  const details = {
    statusCode,
    cause: { statusCode },
    retryable,
    ...pause,
    ...words,
    ...problemOf(statusCode, server),
  };
  return new OchnoError(isRefusal(statusCode) ? 'OCHNO_LOGIN' : 'OCHNO_HTTP', said.message, details);
}
