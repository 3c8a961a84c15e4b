import type { Aedes, Client } from 'aedes';

/** An event of QoS 1 on its way to one client. */
interface OutgoingPacket {
  /** The broker's own number of the event. */
  readonly brokerCounter: number;
  /** Goes on to the next one. */
  writeCallback(): void;
}

/** The part of aedes's persistence that is asked before each event of QoS 1 is sent to a persistent session. */
interface OutgoingQueue {
  outgoingUpdate(client: Client, packet: OutgoingPacket): Promise<void>;
}

/** More than can be on its way to one connection by both ways at once. */
const mostRemembered = 20_000;

const isGone = (error: unknown): boolean => error instanceof Error && error.message === 'no such packet';

/**
 * Mends how aedes sends what it queues for a session, where it fails with "no such packet" and closes the connection:
 *
 * - An event that is published while a session is being resumed goes out live and once more from the queue, where a quick
 *   client has acknowledged it meanwhile. Here the second way goes on without it.
 * - One that is published while a client unsubscribes is queued for it no more, and goes out live all the same: aedes takes
 *   the filter out of its store at once, and out of what is live in the next turn of the event loop. Here it is too late.
 */
export function sendQueuedOnce(aedes: Aedes): void {
  const queue: OutgoingQueue = Reflect.get(aedes, 'persistence');
  const update = queue.outgoingUpdate.bind(queue);
  const sent = new WeakMap<Client, Set<number>>();
  const goOnWithout = (packet: OutgoingPacket): Promise<never> => {
    packet.writeCallback();
    return new Promise(() => undefined);
  };
  queue.outgoingUpdate = (client, packet) => {
    const numbers = sent.get(client) ?? new Set();
    sent.set(client, numbers);
    if (numbers.has(packet.brokerCounter)) return goOnWithout(packet);
    numbers.add(packet.brokerCounter);
    const [oldest] = numbers;
    if (numbers.size > mostRemembered && oldest !== undefined) numbers.delete(oldest);
    return update(client, packet).catch((error: unknown) => {
      if (isGone(error)) return goOnWithout(packet);
      throw error;
    });
  };
}
