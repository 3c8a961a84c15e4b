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

/**
 * Mends how aedes resumes a session while events go on: one that is published while the session is being restored goes
 * out live and once more from the queue, and where the client was quick to acknowledge it aedes fails with "no such
 * packet" and closes the connection. Here the second way finds that the event has gone, and goes on without it.
 */
export function sendQueuedOnce(aedes: Aedes): void {
  const queue: OutgoingQueue = Reflect.get(aedes, 'persistence');
  const update = queue.outgoingUpdate.bind(queue);
  const sent = new WeakMap<Client, Set<number>>();
  queue.outgoingUpdate = (client, packet) => {
    const numbers = sent.get(client) ?? new Set();
    sent.set(client, numbers);
    if (numbers.has(packet.brokerCounter)) {
      packet.writeCallback();
      return new Promise(() => undefined);
    }
    numbers.add(packet.brokerCounter);
    const [oldest] = numbers;
    if (numbers.size > mostRemembered && oldest !== undefined) numbers.delete(oldest);
    return update(client, packet);
  };
}
