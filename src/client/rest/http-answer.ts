import { OchnoError } from '../../protocol/ochno-error';
import { readPayload } from '../../protocol/stream/port-event';
import type { HttpAnswer } from './http-exchange';

/** One header as text; repeated ones are joined as HTTP allows. */
export function headerText(answer: HttpAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** The wall clock of whoever answered, in ms, from the Date header. */
export function answerDateMs(answer: HttpAnswer): number | undefined {
  const ms = Date.parse(headerText(answer, 'date') ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

function isJson(answer: HttpAnswer): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(headerText(answer, 'content-type') ?? 'application/json');
}

function withoutByteOrderMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/**
 * The body of an answer: parsed where it is JSON, text where it says it is something else, `''` where there is none.
 *
 * @param what was asked for, for the message
 * @throws OchnoError OCHNO_HTTP if it says it is JSON and is not
 */
export function readBody(answer: HttpAnswer, what: string): unknown {
  const bytes = withoutByteOrderMark(answer.body);
  if (bytes.length === 0) return '';
  if (!isJson(answer)) return bytes.toString('utf8');
  const reading = readPayload(bytes);
  if (reading.ok) return reading.data;
  const { statusCode } = answer;
  throw new OchnoError(
    'OCHNO_HTTP',
    `The platform answered ${statusCode} to ${what}, but its answer is no readable JSON.`,
    {
      statusCode,
      // Not the answer itself: half of a log-in's or of the stream's credentials is still a secret.
      cause: { statusCode },
      retryable: true,
    },
  );
}
