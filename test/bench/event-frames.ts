import mqttPacket from 'mqtt-packet';
import { eventFor } from './event';

/** One event of an arm's company. */
export interface EventPlace {
  readonly company: string;
  readonly topicIndex: number;
  /** Which event, among all. */
  readonly index: number;
  readonly qos: 0 | 1;
  readonly messageId: number;
}

/** So many different events a topic has. */
export const variants = 4;

interface Ready {
  readonly bytes: Buffer;
  /** Where in them the message id stands. */
  readonly messageIdAt: number;
}

/** PUBLISH packets that are made once and sent often: making them would take longer than an arm takes to read them. */
export class EventFrames {
  readonly #ready = new Map<string, Ready>();

  /** The packet, over WebSocket in a frame of its own as brokers send it (RFC 6455, 5.2: unmasked from the server). */
  frame(place: EventPlace, isWebSocket: boolean): Buffer {
    const { company, topicIndex, index, qos, messageId } = place;
    const key = `${company} ${topicIndex} ${index % variants} ${qos} ${isWebSocket}`;
    const known = this.#ready.get(key);
    const { bytes, messageIdAt } = known ?? make(place, isWebSocket);
    if (known === undefined) this.#ready.set(key, { bytes, messageIdAt });
    // The bytes are copied before the next one is asked for.
    if (qos === 1) bytes.writeUInt16BE(messageId, messageIdAt);
    return qos === 1 ? Buffer.from(bytes) : bytes;
  }
}

/** The topic of one of a company's ports: four to a hub, as in the flows. */
export function eventTopic(company: string, topicIndex: number): string {
  return `/ports/${company}/loc1/hub${Math.floor(topicIndex / 4)}/port${topicIndex}`;
}

function make({ company, topicIndex, index, qos, messageId }: EventPlace, isWebSocket: boolean): Ready {
  const payload = eventFor(index % variants);
  const packet = mqttPacket.generate({
    cmd: 'publish',
    topic: eventTopic(company, topicIndex),
    payload,
    qos,
    dup: false,
    retain: false,
    messageId,
  });
  const header = isWebSocket ? [0x82, 126, packet.length >> 8, packet.length & 0xff] : [];
  const bytes = Buffer.concat([Buffer.from(header), packet]);
  return { bytes, messageIdAt: bytes.length - Buffer.byteLength(payload) - 2 };
}
