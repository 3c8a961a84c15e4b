import { setTimeout as delay } from 'node:timers/promises';
import type { Arm } from './arm';

/** AWS IoT takes 100 publishes a second on a connection; a little later the next 100 may leave. */
const publishesAtOnce = 100;
const everyMs = 1_100;
const times = 3;
/** What the engine needs to compile what runs often. */
const warmUpTimes = 10;

/**
 * CPU µs per publish at QoS 1, from a message to its acknowledgement, at the pace AWS IoT takes: what the process uses
 * over some seconds of publishing, less what it uses over as many of rest.
 */
export async function publishCost(arm: Arm): Promise<number> {
  const rest = await cpuOf(arm, () => Promise.resolve());
  const work = await cpuOf(arm, () => arm.publish(publishesAtOnce));
  return (work - rest) / (publishesAtOnce * times);
}

/** Publishes at that pace until the code is warm. */
export async function warmUpPublishing(arm: Arm): Promise<void> {
  for (let turn = 0; turn < warmUpTimes; turn += 1) await Promise.all([arm.publish(publishesAtOnce), delay(everyMs)]);
}

async function cpuOf(arm: Arm, act: () => Promise<void>): Promise<number> {
  const before = await arm.cpu();
  for (let turn = 0; turn < times; turn += 1) {
    const acted = act();
    await delay(everyMs);
    await acted;
  }
  return (await arm.cpu()) - before;
}
