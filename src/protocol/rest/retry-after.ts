/** Longer than this nobody is kept waiting, whatever the platform asks for. */
const longestMs = 15 * 60_000;

/** The three forms of date that HTTP allows (RFC 9110, 5.6.7); each names the day of the week first. */
const httpDate = /^(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?,? [\w :-]+$/i;

/**
 * How long an answer asks to be left alone: what its Retry-After header says, which counts with 429 and 503 only. See
 * `retryAfterMs`.
 */
export function pauseAskedMs(statusCode: number, header: string | undefined, nowMs: number): number | undefined {
  return statusCode === 429 || statusCode === 503 ? retryAfterMs(header, nowMs) : undefined;
}

/**
 * Reads a Retry-After header (RFC 9110, 10.2.3): seconds, or a date.
 *
 * @param nowMs the time by the clock that the date refers to, best that of the answer's own Date header
 * @returns how long to wait in ms, at most 15 minutes, 0 for a date that has passed; undefined if it is missing or no
 * such header
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, longestMs);
  if (!httpDate.test(text)) return undefined;
  // The asctime form names no zone; it is always UTC.
  const ms = Date.parse(/GMT$/i.test(text) ? text : `${text} GMT`);
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms - nowMs), longestMs);
}
