import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { PortIds, Simulator } from '../simulator';
import { eventually } from '../support/eventually';
import type { RunningFlow } from '../support/node-red';

/** Publishes from before the deploys to after them: each event's `data.n` has to come to `out`, in one message. */
export async function publishMeanwhile(
  { simulator, address, flow }: { simulator: Simulator; address: PortIds; flow: RunningFlow },
  deploys: () => Promise<void>,
): Promise<void> {
  let published = 0;
  let isOver = false;
  const publishing = (async () => {
    for (; !isOver; published += 1) {
      await simulator.emit(address, { n: published });
      await delay(2);
    }
  })();
  try {
    await deploys();
  } finally {
    isOver = true;
    await publishing;
  }
  // The inbox is filled once more by each deploy: what counts is which messages came.
  const came = (): Map<unknown, unknown> =>
    new Map(flow.received('out').map(({ _msgid, payload }) => [_msgid, payload]));
  const events = (): number => new Set(came().values()).size;
  await eventually(() => events() === published, `${published} events`, { state: () => `${events()} came.` });
  assert.equal(came().size, published, 'none twice');
}
