import { OchnoError } from '../ochno-error';
import { pauseAskedMs } from './retry-after';

/** Whether a method changes nothing, so that nobody has to know whether it was carried out (RFC 9110, 9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** Methods that may be repeated: doing the same twice is doing it once (RFC 9110, 9.2.2). POST and PATCH are not. */
const repeatable = ['GET', 'HEAD', 'PUT', 'DELETE'];

/**
 * How often a call is repeated of our own accord; a platform that names a time is asked again for as long as the
 * deadline allows.
 */
const mostRepeats = 4;
const limits = { firstMs: 500, longestMs: 8000 };
/** Everybody who was turned away at once comes back spread over this part more than they were told. */
const spread = 0.1;

export interface FailedAttempt {
  readonly method: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** The status of the answer, where there was one. */
  readonly statusCode?: number;
  readonly retryAfter?: string | undefined;
  /** What went wrong where there was no answer, or where the log-in before it failed, which may ask for a pause too. */
  readonly error?: OchnoError;
  /** The platform's clock, for a Retry-After that is a date. */
  readonly nowMs: number;
  /** From 0 to 1. */
  readonly random: number;
}

/**
 * How long to wait before a failed request is sent again: GET, HEAD, PUT and DELETE after a network fault, 429 or 5xx,
 * obeying Retry-After on 429 and 503; POST and PATCH never.
 *
 * @returns ms, or undefined if it is not to be sent again
 */
export function repeatDelayMs(failed: FailedAttempt): number | undefined {
  const { method, attempt, statusCode, retryAfter, error, nowMs, random } = failed;
  if (!repeatable.includes(method)) return undefined;
  const askedMs = statusCode === undefined ? error?.retryAfterMs : pauseAskedMs(statusCode, retryAfter, nowMs);
  if (askedMs !== undefined && askedMs > 0) return Math.round(askedMs * (1 + spread * random));
  const passing = statusCode === undefined ? error?.retryable === true : statusCode === 429 || statusCode >= 500;
  return passing && attempt <= mostRepeats ? backoffDelayMs(attempt, random, limits) : undefined;
}

/**
 * How long to wait, in ms, after so many failures in a row: no shorter than the platform asked for in the last one.
 * `random` is from 0 to 1.
 */
export function retryPauseMs(failures: number, random: number, last: Error | undefined): number {
  const askedMs = last instanceof OchnoError ? (last.retryAfterMs ?? 0) : 0;
  return Math.max(backoffDelayMs(failures, random), askedMs * (1 + spread * random));
}

export interface BackoffLimits {
  readonly firstMs: number;
  readonly longestMs: number;
}

const usualLimits: BackoffLimits = { firstMs: 1_000, longestMs: 120_000 };

/**
 * How long to wait, in ms, before attempt `attempt` + 1 after that many failures: anywhere between the shortest delay
 * and twice as much as at the attempt before ("full jitter", so that a thousand clients do not come back together).
 *
 * Never below `firstMs`, since AWS IoT takes one CONNECT per second and client id; never above `longestMs`.
 *
 * @param attempt counts from 1
 * @param random from 0 up to 1, as of `Math.random`
 */
export function backoffDelayMs(attempt: number, random: number, limits: BackoffLimits = usualLimits): number {
  const { firstMs, longestMs } = limits;
  const ceilingMs = Math.min(longestMs, firstMs * 2 ** Math.max(1, attempt));
  return firstMs + random * (ceilingMs - firstMs);
}
