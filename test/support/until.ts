import { settle } from './fake-clock';

/** Waits, in real time, until something is so; the test's own time limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await settle();
}
