import { isPlainObject } from '../../protocol/json/plain-object';
import { quoted } from '../../protocol/json/quoted';
import { OchnoError } from '../../protocol/ochno-error';
import { retryAfterMs } from '../../protocol/rest/retry-after';
import { failureReason } from '../network/failure-reason';
import { answerDateMs, headerText, readBody } from './http-answer';
import type { HttpAnswer } from './http-exchange';

/** Shorter secrets are not looked for in an answer: they would be found in innocent text. */
const shortestSecret = 8;
const longestText = 10_000;

const adviceFor: Readonly<Record<number, string>> = {
  400: 'check the parameters and the body',
  401: 'the log-in works, but this request is not allowed',
  403: 'the account has no permission for this',
  404: 'check the id and the path',
  409: 'it conflicts with the present state',
  412: 'the object was changed meanwhile; read it again',
  413: 'the body is too large',
  415: 'the platform does not take this kind of body',
  422: 'check the body',
  429: 'too many requests; slow down',
};

/** Whether the same request may succeed later. */
export function isPassing(statusCode: number): boolean {
  return statusCode === 408 || statusCode === 425 || statusCode === 429 || statusCode >= 500;
}

function readLeniently(answer: HttpAnswer, secrets: readonly string[]): unknown {
  const text = secrets
    .filter((secret) => secret.length >= shortestSecret)
    .reduce((cleaned, secret) => cleaned.replaceAll(secret, '[redacted]'), answer.body.toString('utf8'));
  try {
    const body = readBody({ ...answer, body: Buffer.from(text) }, 'the request');
    return typeof body === 'string' ? body.slice(0, longestText) : body;
  } catch {
    // The status is what counts; an unreadable body comes with it as text.
    return text.slice(0, longestText);
  }
}

/** The platform's own words in an error's body, wherever platforms use to put them. */
function platformMessage(body: unknown, depth = 0): string | undefined {
  if (typeof body === 'string') {
    const title = /<title[^>]*>([^<]*)</i.exec(body)?.[1];
    const text = (title ?? (body.trimStart().startsWith('<') ? '' : body)).replace(/\s+/g, ' ').trim();
    return text === '' ? undefined : text;
  }
  if (depth > 3) return undefined;
  if (Array.isArray(body)) return platformMessage(body[0], depth + 1);
  if (!isPlainObject(body)) return undefined;
  for (const key of ['message', 'error_description', 'msg', 'detail', 'title', 'error', 'errors']) {
    const found = Object.hasOwn(body, key) ? platformMessage(body[key], depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

const longestWords = 200;

function shortened(words: string): string {
  return words.length > longestWords ? `${words.slice(0, longestWords)}…` : words;
}

/**
 * The error for an answer that is not 2xx, with the platform's own message, escaped and shortened.
 *
 * @param what method and path, for the message; the query is left out since it may hold anything
 * @param secrets text that must not show up even if the platform sends it back, such as the token
 * @param advice what to do, where the caller knows better than the status
 */
export function httpFailure(
  answer: HttpAnswer,
  what: string,
  secrets: readonly string[],
  advice = adviceFor[answer.statusCode] ?? (answer.statusCode >= 500 ? 'try again later' : undefined),
): OchnoError {
  const { statusCode } = answer;
  const response = readLeniently(answer, secrets);
  const words = platformMessage(response);
  const reason = failureReason({ statusCode });
  const said = words === undefined ? '' : `: ${quoted(words, longestWords)}`;
  const hint = advice === undefined ? '' : ` (${advice})`;
  return new OchnoError('OCHNO_HTTP', `The platform answered ${statusCode} to ${what}${said}${hint}.`, {
    statusCode,
    response,
    cause: { statusCode, response },
    retryable: isPassing(statusCode),
    ...(words === undefined ? {} : { said: shortened(words) }),
    ...(reason === undefined ? {} : { reason }),
    ...askedPause(answer),
  });
}

/** Without a Date header a Retry-After that is a date tells nothing. */
function askedPause(answer: HttpAnswer): { retryAfterMs?: number } {
  if (answer.statusCode !== 429 && answer.statusCode !== 503) return {};
  const pauseMs = retryAfterMs(headerText(answer, 'retry-after'), answerDateMs(answer) ?? Number.POSITIVE_INFINITY);
  return pauseMs === undefined ? {} : { retryAfterMs: pauseMs };
}
