import { OchnoError } from '../ochno-error';
import { backoffDelayMs } from '../stream/backoff';

/** Everybody whom the platform turned away at once comes back spread over this part more than it asked for. */
const askedSpread = 0.1;

/**
 * How long to wait, in ms, after so many failures in a row: no shorter than the platform asked for in the last one.
 * `random` is from 0 to 1.
 */
export function retryPauseMs(failures: number, random: number, last: Error | undefined): number {
  const askedMs = last instanceof OchnoError ? (last.retryAfterMs ?? 0) : 0;
  return Math.max(backoffDelayMs(failures, random), askedMs * (1 + askedSpread * random));
}
