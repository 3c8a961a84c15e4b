import { setTimeout as delay } from 'node:timers/promises';

/**
 * Resolves with what `condition` gives once that is truthy; asks every few milliseconds of real time, and rejects after
 * `timeoutMs`. Specs of every floor share it: its three arguments are all in use.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  what: string = condition.toString(),
  timeoutMs = 10_000,
): Promise<NonNullable<T>> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > endMs) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await delay(2);
  }
}
