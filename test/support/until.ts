import { settle } from './fake-clock';

/** Waits, in real time, until something is so; fails after ten seconds, so that a wait in vain does not go on for ever. */
export async function until(condition: () => boolean): Promise<void> {
  const endMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > endMs) throw new Error(`waited in vain until ${condition.toString()}`);
    await settle();
  }
}
