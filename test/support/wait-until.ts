import { setTimeout as delay } from 'node:timers/promises';

const patienceMs = 10_000;

/** Resolves once `condition` holds; looks every few milliseconds and rejects after ten seconds, saying what it waited for. */
export async function waitUntil(condition: () => boolean, what: string | (() => string)): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${typeof what === 'string' ? what : what()}`);
    await delay(5);
  }
}
