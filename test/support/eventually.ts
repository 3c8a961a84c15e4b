import { setTimeout as delay } from 'node:timers/promises';

const leastPauseMs = 2;

interface Patience {
  readonly timeoutMs?: number;
  /** Default: 50; 0 where asking is what brings the condition about. */
  readonly longestPauseMs?: number;
  /** How things stand, for the error. */
  readonly state?: () => string;
}

/**
 * Resolves with what `condition` gives once that is truthy. It asks every other millisecond first and more rarely the
 * longer it takes, which keeps no processor busy and wastes a tenth of the time at most. Its error says what was waited
 * for.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  what: string = condition.toString(),
  { timeoutMs = 10_000, longestPauseMs = 50, state = () => '' }: Patience = {},
): Promise<NonNullable<T>> {
  const start = performance.now();
  for (;;) {
    const value = await condition();
    if (value) return value;
    const passedMs = performance.now() - start;
    if (passedMs > timeoutMs) throw new Error(`${what}: not within ${timeoutMs} ms. ${state()}`);
    await delay(Math.max(leastPauseMs, Math.min(passedMs / 10, longestPauseMs)));
  }
}
