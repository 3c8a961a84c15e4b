import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type { Aedes, Client } from 'aedes';

interface QueuedPacket {
  readonly brokerCounter: number;
}

/** The part of aedes's persistence that keeps the events of QoS 1 a client has not acknowledged. */
interface OutgoingQueue {
  outgoingUpdate(client: Client, packet: QueuedPacket): Promise<void>;
  outgoingStream(client: Client): Readable;
}

/** An event that was published before a session was resumed has reached the live connection by then, if it ever does. */
const settledMs = 50;

/**
 * Mends how aedes resumes a session while events go on: those that arrive between the restoring of its subscriptions
 * and the emptying of its queue go out live, then once more from the queue, and where the client was quick to acknowledge
 * them aedes fails with "no such packet" and closes the connection.
 */
export function sendQueuedOnce(aedes: Aedes): void {
  const queue: OutgoingQueue = Reflect.get(aedes, 'persistence');
  const update = queue.outgoingUpdate.bind(queue);
  const stream = queue.outgoingStream.bind(queue);
  /** What went out to a client while its queue waits. */
  const sent = new WeakMap<Client, Set<number>>();

  queue.outgoingUpdate = (client, packet) => {
    sent.get(client)?.add(packet.brokerCounter);
    return update(client, packet);
  };
  queue.outgoingStream = (client) => {
    const live = new Set<number>();
    sent.set(client, live);
    const queued = stream(client);
    return Readable.from(
      (async function* unsent(): AsyncGenerator<QueuedPacket> {
        await delay(settledMs);
        for await (const packet of queued) if (!live.has(packet.brokerCounter)) yield packet;
        sent.delete(client);
      })(),
    );
  };
}
