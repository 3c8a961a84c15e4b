import { isPlainObject } from '../../protocol/json/plain-object';
import { quoted } from '../../protocol/json/quoted';
import { OchnoError, type Problem } from '../../protocol/ochno-error';
import { pauseAskedMs } from '../../protocol/rest/retry-after';
import { echoesSecret } from '../../protocol/rest/secret-echo';
import { failureReason } from '../network/failure-reason';
import { answerDateMs, answerText, type HttpAnswer, headerText, readBody } from './http-answer';

/** More of a failure's answer is not looked at, and more of its text not passed on. */
const longestAnswerBytes = 64 * 1024;
const longestText = 10_000;
const longestQuote = 200;
const deepestMessage = 3;

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

/** A platform refuses permission in its own JSON. */
const refusals: readonly number[] = [401, 403];
/** What is said of a refusal that the platform did not give. */
export const refusedInBetween =
  'something in between, such as a proxy, a firewall or a CDN, seems to have refused the request; check the server and the network';

/** The same for a dialog. */
export function inBetweenProblem(statusCode: number): Problem {
  return { field: 'server', key: 'server-between', values: { status: `${statusCode}` } };
}

/** Whether a body is a page: the platform speaks JSON, so something in between gave it. */
export function isPage(body: unknown): boolean {
  return typeof body === 'string' && body.trimStart().startsWith('<');
}

/** Whether the same request may succeed later. */
export function isPassing(statusCode: number): boolean {
  return statusCode === 408 || statusCode === 425 || statusCode === 429 || statusCode >= 500;
}

/** An answer that an error may pass on and quote: as JSON, or as the beginning of its text. */
function readLeniently(answer: HttpAnswer): unknown {
  try {
    const body = readBody(answer, { what: 'the request' });
    return typeof body === 'string' ? body.slice(0, longestText) : body;
  } catch {
    // The status is what counts; an unreadable body comes with it as text.
    return answerText(answer).slice(0, longestText);
  }
}

/** The platform's own words in an error's body, wherever platforms use to put them. */
export function platformMessage(body: unknown, depth = 0): string | undefined {
  if (typeof body === 'string') return wordsOf(body.slice(0, longestText));
  if (depth > deepestMessage) return undefined;
  if (Array.isArray(body)) return platformMessage(body[0], depth + 1);
  if (!isPlainObject(body)) return undefined;
  for (const key of ['message', 'error_description', 'msg', 'detail', 'title', 'error', 'errors']) {
    const found = Object.hasOwn(body, key) ? platformMessage(body[key], depth + 1) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** So much of the platform's words stands in an error. */
function shortened(words: string): string {
  return words.length > longestQuote ? `${words.slice(0, longestQuote)}…` : words;
}

/** The text itself, or the title where it is a page. */
function wordsOf(text: string): string | undefined {
  const words = titleOf(text) ?? (isPage(text) ? '' : text);
  return words.split(/\s/).filter(Boolean).join(' ') || undefined;
}

function titleOf(page: string): string | undefined {
  const start = page.toLowerCase().indexOf('<title');
  const open = start < 0 ? -1 : page.indexOf('>', start);
  const end = open < 0 ? -1 : page.indexOf('<', open);
  return end < 0 ? undefined : page.slice(open + 1, end);
}

/** Whether an answer repeats a secret in what of it could be shown. */
function repeats(answer: HttpAnswer, secrets: readonly string[]): boolean {
  return echoesSecret(answerText(answer), secrets) || echoesSecret(answer.body.toString('latin1'), secrets);
}

/**
 * The error for an answer that is not 2xx, with the platform's own message, escaped and shortened. This is the one place
 * that decides what of a server's answer an error may quote: nothing of one that repeats a secret.
 *
 * @param what method and path, for the message; the query is left out since it may hold anything
 * @param secrets text that must not show up even if the platform sends it back, such as the token
 * @param advice what to do, where the caller knows better than the status
 */
export function httpFailure(answer: HttpAnswer, what: string, secrets: readonly string[], advice?: string): OchnoError {
  const { statusCode } = answer;
  const beginning = { ...answer, body: answer.body.subarray(0, longestAnswerBytes) };
  const isSecret = repeats(beginning, secrets);
  const response = isSecret ? undefined : readLeniently(beginning);
  const words = platformMessage(response);
  const quote = words === undefined ? '' : `: ${quoted(words, longestQuote)}`;
  const said = isSecret ? '; its answer repeats what was sent and is not shown' : quote;
  const problem = refusals.includes(statusCode) && isPage(response) ? inBetweenProblem(statusCode) : undefined;
  const pageAdvice = problem && `a page says nothing of the permission: ${refusedInBetween}`;
  const toDo = advice ?? pageAdvice ?? adviceFor[statusCode] ?? (statusCode >= 500 ? 'try again later' : undefined);
  const hint = toDo === undefined ? '' : ` (${toDo})`;
  // Without a Date header a Retry-After that is a date tells nothing.
  const nowMs = answerDateMs(answer) ?? Number.POSITIVE_INFINITY;
  return new OchnoError('OCHNO_HTTP', `The platform answered ${statusCode} to ${what}${said}${hint}.`, {
    statusCode,
    response,
    retryable: isPassing(statusCode),
    said: words && shortened(words),
    reason: failureReason({ statusCode }),
    problem,
    retryAfterMs: pauseAskedMs(statusCode, headerText(answer, 'retry-after'), nowMs),
  });
}
