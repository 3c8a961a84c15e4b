import type { Aedes, Client } from 'aedes';

/** An event of QoS 1 on its way to one client. */
interface OutgoingPacket {
  /** The broker's own number of the event. */
  readonly brokerCounter: number;
  /** What the client acknowledges it by. */
  messageId?: number;
  /** Goes on to the next one. */
  writeCallback(): void;
}

/** The part of aedes's persistence that is asked before each event of QoS 1 is sent to a persistent session. */
interface OutgoingQueue {
  outgoingUpdate(client: Client, packet: OutgoingPacket): Promise<void>;
  /** An event is acknowledged. */
  outgoingClearMessageId(client: Client, packet: Pick<OutgoingPacket, 'messageId'>): Promise<unknown>;
}

/** More than can be on its way to one connection by both ways at once. */
const mostRemembered = 20_000;

const highestPacketId = 65_535;

const isGone = (error: unknown): boolean => error instanceof Error && error.message === 'no such packet';

/**
 * Mends how aedes sends what it queues for a session. It fails with "no such packet" and closes the connection:
 *
 * - An event that is published while a session is being resumed goes out live and once more from the queue, where a quick
 *   client has acknowledged it meanwhile. Here the second way goes on without it.
 * - One that is published while a client unsubscribes is queued for it no more, and goes out live all the same: aedes takes
 *   the filter out of its store at once, and out of what is live in the next turn of the event loop. Here it is too late.
 *
 * And it begins to count packet ids anew with each connection, anywhere: in a session that was left with some hundred events
 * an id is soon given twice, one acknowledgement takes the other event out of the queue, and that is lost. Here an id is
 * given again when its event was acknowledged (MQTT 3.1.1, 2.3.1).
 */
export function sendQueuedOnce(aedes: Aedes): void {
  const queue: OutgoingQueue = Reflect.get(aedes, 'persistence');
  const update = queue.outgoingUpdate.bind(queue);
  const clear = queue.outgoingClearMessageId.bind(queue);
  const ids = new PacketIds();
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
    packet.messageId = ids.take(client.id, packet);
    return update(client, packet).catch((error: unknown) => {
      if (isGone(error)) return goOnWithout(packet);
      throw error;
    });
  };
  queue.outgoingClearMessageId = (client, packet) => {
    ids.release(client.id, packet.messageId);
    return clear(client, packet);
  };
}

/** The packet ids that events of each session go by. */
class PacketIds {
  /** By client id, the broker's number of the event that goes by an id. */
  readonly #events = new Map<string, Map<number, number>>();

  /** The id that the packet has, or the next one that no other event of its session goes by. */
  take(clientId: string, { messageId = 1, brokerCounter }: OutgoingPacket): number {
    const events = this.#events.get(clientId) ?? new Map<number, number>();
    this.#events.set(clientId, events);
    let id = messageId;
    while ((events.get(id) ?? brokerCounter) !== brokerCounter) id = (id % highestPacketId) + 1;
    events.set(id, brokerCounter);
    return id;
  }

  release(clientId: string, messageId = 0): void {
    const events = this.#events.get(clientId);
    events?.delete(messageId);
    if (events?.size === 0) this.#events.delete(clientId);
  }
}
