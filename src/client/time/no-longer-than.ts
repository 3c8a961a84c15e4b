import type { Clock } from './clock';

/** Waits for `work`, whether it succeeds or not, but not for longer. */
export async function noLongerThan(clock: Clock, longestMs: number, work: Promise<unknown>): Promise<void> {
  await new Promise<void>((resolve) => {
    const cancel = clock.after(longestMs, resolve);
    const finish = (): void => {
      cancel();
      resolve();
    };
    work.then(finish, finish);
  });
}
