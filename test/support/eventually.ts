import { setTimeout as delay } from 'node:timers/promises';

/**
 * Resolves with what `condition` gives once that is truthy; asks every few milliseconds of real time. Its error says
 * what was waited for, and `state`, where given, how things stood.
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  what: string = condition.toString(),
  { timeoutMs = 10_000, state = () => '' }: { timeoutMs?: number; state?: () => string } = {},
): Promise<NonNullable<T>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutMs} ms. ${state()}`);
    await delay(2);
  }
}
