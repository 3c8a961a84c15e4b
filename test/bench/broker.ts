import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { WebSocketServer } from 'ws';
import { eventFor } from './event';

/**
 * The other side of every arm, in a process of its own: a platform that lets anyone in, and an MQTT broker that has its
 * events ready and sends them as fast as they are taken. A real broker between a publisher and the arms would be what
 * gets saturated, not the arms.
 */
export type BrokerRequest =
  | {
      readonly ask: 'publish';
      readonly company: string;
      readonly topics: number;
      readonly count: number;
      readonly qos: 0 | 1;
    }
  | { readonly ask: 'last SUBACK'; readonly company: string };

export type BrokerAnswer =
  | { readonly tell: 'listening'; readonly port: number }
  | { readonly tell: 'last SUBACK'; readonly atMs: number };

/** What AWS IoT leaves unacknowledged at most. */
const window = 100;
/** So much is written at once, as TCP would gather it. */
const framesPerWrite = 64;

/** One connection of an arm. */
class Subscriber {
  readonly #socket: Socket;
  company = '';
  lastSubackAt = 0;
  #unacknowledged = 0;
  #messageId = 0;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', () => this.#wake());
  }

  handle(packet: Packet, send: (bytes: Buffer) => void): void {
    switch (packet.cmd) {
      case 'connect':
        send(mqttPacket.generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
        return;
      case 'subscribe':
        this.company = packet.subscriptions[0]?.topic.split('/')[2] ?? this.company;
        send(
          mqttPacket.generate({
            cmd: 'suback',
            messageId: packet.messageId ?? 0,
            granted: packet.subscriptions.map(() => 1),
          }),
        );
        this.lastSubackAt = Date.now();
        return;
      case 'puback':
        this.#unacknowledged -= 1;
        if (this.#unacknowledged < window) this.#wake();
        return;
      case 'publish':
        if (packet.qos === 1) send(mqttPacket.generate({ cmd: 'puback', messageId: packet.messageId ?? 0 }));
        return;
      case 'pingreq':
        send(mqttPacket.generate({ cmd: 'pingresp' }));
    }
  }

  async publish(topics: number, count: number, qos: 0 | 1): Promise<void> {
    for (let sent = 0; sent < count; ) {
      const room = qos === 1 ? window - this.#unacknowledged : framesPerWrite;
      const size = Math.min(framesPerWrite, room, count - sent);
      if (size === 0) {
        await this.#woken();
        continue;
      }
      const frames: Buffer[] = [];
      for (let index = 0; index < size; index += 1)
        frames.push(this.#frame((sent + index) % topics, sent + index, qos));
      sent += size;
      if (qos === 1) this.#unacknowledged += size;
      if (!this.#socket.write(Buffer.concat(frames))) await this.#woken();
    }
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** One PUBLISH in a WebSocket frame of its own, as brokers send it (RFC 6455, 5.2: unmasked from the server). */
  #frame(topicIndex: number, index: number, qos: 0 | 1): Buffer {
    this.#messageId = (this.#messageId % 65_535) + 1;
    const packet = mqttPacket.generate({
      cmd: 'publish',
      topic: `/ports/${this.company}/loc1/hub${Math.floor(topicIndex / 4)}/port${topicIndex}`,
      payload: eventFor(index),
      qos,
      dup: false,
      retain: false,
      messageId: this.#messageId,
    });
    const header = Buffer.from([0x82, 126, packet.length >> 8, packet.length & 0xff]);
    return Buffer.concat([header, packet]);
  }
}

const subscribers = new Set<Subscriber>();
const server = createServer((request, response) => {
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  response.setHeader('content-type', 'application/json');
  const credentials = {
    accessKeyId: 'bench',
    secretKey: 'bench',
    sessionToken: 'bench',
    expiration: new Date(Date.now() + 3_600_000).toISOString(),
    region: 'eu-west-1',
    host: '127.0.0.1',
    port,
    protocol: 'ws',
  };
  response.end(JSON.stringify(request.url === '/auth/jwt' ? { token: 'bench' } : credentials));
});
const gate = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on('upgrade', (request, socket: Socket, head) => {
  gate.handleUpgrade(request, socket, head, (webSocket) => {
    const subscriber = new Subscriber(socket);
    const parser = mqttPacket.parser();
    subscribers.add(subscriber);
    parser.on('packet', (packet) => subscriber.handle(packet, (bytes) => webSocket.send(bytes)));
    webSocket.on('message', (bytes: Buffer) => parser.parse(bytes));
    webSocket.on('close', () => subscribers.delete(subscriber));
    webSocket.on('error', () => webSocket.terminate());
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') tell({ tell: 'listening', port: address.port });
});

function tell(answer: BrokerAnswer): void {
  process.send?.(answer);
}

process.on('message', (request: BrokerRequest) => {
  const wanted = [...subscribers].find(({ company }) => company === request.company);
  if (request.ask === 'last SUBACK') tell({ tell: 'last SUBACK', atMs: wanted?.lastSubackAt ?? 0 });
  else void wanted?.publish(request.topics, request.count, request.qos);
});
process.on('disconnect', () => process.exit(0));
