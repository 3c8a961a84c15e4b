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
