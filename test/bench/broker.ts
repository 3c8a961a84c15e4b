/**
 * The other side of every arm, in a process of its own: a platform that lets anyone in, and an MQTT broker that has its
 * events ready and sends them as fast as they are taken. A real broker between a publisher and the arms would be what
 * gets saturated, not the arms.
 */

import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { makeAuthority } from '../support/certificates';
import { type BrokerAnswer, type BrokerRequest, overTls, type PublishRequest } from './broker-protocol';
import { EventFrames, eventTopic } from './event-frames';
import { FrameReader } from './frame-reader';
import { PacketScanner } from './packet-scanner';

/** What AWS IoT leaves unacknowledged at most. */
const window = 100;
/** So much is written at once, as TCP would gather it. */
const framesPerWrite = 256;
const frames = new EventFrames();

/** One connection of an arm. */
class Subscriber {
  readonly #socket: Socket;
  readonly #isWebSocket: boolean;
  readonly #filters = new Set<string>();
  company = '';
  lastSubackAt = 0;
  #unacknowledged = 0;
  #messageId = 0;
  #wake: () => void = () => undefined;

  constructor(socket: Socket, isWebSocket: boolean) {
    this.#socket = socket;
    this.#isWebSocket = isWebSocket;
    socket.on('drain', () => this.#wake());
  }

  handle(packet: Packet, send: (bytes: Buffer) => void): void {
    switch (packet.cmd) {
      case 'connect':
        send(mqttPacket.generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
        return;
      case 'subscribe':
        this.company = packet.subscriptions[0]?.topic.split('/')[2] ?? this.company;
        for (const { topic } of packet.subscriptions) this.#filters.add(topic);
        send(
          mqttPacket.generate({
            cmd: 'suback',
            messageId: packet.messageId ?? 0,
            granted: packet.subscriptions.map(() => 1),
          }),
        );
        this.lastSubackAt = Date.now();
        return;
      case 'unsubscribe':
        for (const filter of packet.unsubscriptions) this.#filters.delete(filter);
        send(mqttPacket.generate({ cmd: 'unsuback', messageId: packet.messageId ?? 0, granted: [] }));
        return;
      case 'publish':
        if (packet.qos === 1) send(mqttPacket.generate({ cmd: 'puback', messageId: packet.messageId ?? 0 }));
        return;
      case 'pingreq':
        send(mqttPacket.generate({ cmd: 'pingresp' }));
    }
  }

  acknowledged(count: number): void {
    this.#unacknowledged -= count;
    if (this.#unacknowledged < window) this.#wake();
  }

  /** Whether one of its filters takes the topic (MQTT 3.1.1, 4.7). */
  takes(topic: string): boolean {
    if (this.#filters.has(topic)) return true;
    const levels = topic.split('/');
    return [...this.#filters].some((filter) => {
      const wanted = filter.split('/');
      const isOpen = wanted.at(-1) === '#';
      const prefix = isOpen ? wanted.slice(0, -1) : wanted;
      return (
        (isOpen || wanted.length === levels.length) &&
        prefix.every((level, index) => level === '+' || level === levels[index])
      );
    });
  }

  /** Publishes one event now, the one of this index among all. */
  publishOne(topic: number, index: number, qos: 0 | 1): void {
    if (qos === 1) this.#unacknowledged += 1;
    this.#socket.write(this.#frame(topic, index, qos));
  }

  /** Publishes so many events, the topics of these numbers in turn. Copies for several are equal where they are `counted` by topic. */
  async publish(topics: readonly number[], count: number, qos: 0 | 1, counted: 'in all' | 'by topic'): Promise<void> {
    const numberOf = (index: number): number => (counted === 'in all' ? index : Math.floor(index / topics.length));
    for (let sent = 0; sent < count; ) {
      const room = qos === 1 ? window - this.#unacknowledged : framesPerWrite;
      const size = Math.min(framesPerWrite, room, count - sent);
      if (size === 0) {
        await this.#woken();
        continue;
      }
      const batch: Buffer[] = [];
      for (let index = sent; index < sent + size; index += 1)
        batch.push(this.#frame(topics[index % topics.length] ?? 0, numberOf(index), qos));
      sent += size;
      if (qos === 1) this.#unacknowledged += size;
      if (!this.#socket.write(Buffer.concat(batch))) await this.#woken();
    }
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #frame(topicIndex: number, index: number, qos: 0 | 1): Buffer {
    this.#messageId = (this.#messageId % 65_535) + 1;
    return frames.frame(
      { company: this.company, topicIndex, index, qos, messageId: this.#messageId },
      this.#isWebSocket,
    );
  }
}

const subscribers = new Set<Subscriber>();
const server = createServer((request, response) => {
  const isSecure = (request.url ?? '').includes(`${overTls}/`);
  response.setHeader('content-type', 'application/json');
  const credentials = {
    accessKeyId: 'bench',
    secretKey: 'bench',
    sessionToken: 'bench',
    expiration: new Date(Date.now() + 3_600_000).toISOString(),
    region: 'eu-west-1',
    host: '127.0.0.1',
    port: portOf(isSecure ? secureServer : server),
    protocol: isSecure ? 'wss' : 'ws',
  };
  response.end(JSON.stringify(request.url === '/auth/jwt' ? { token: 'bench' } : credentials));
});
const authority = makeAuthority();
const secureServer = createTlsServer(authority.issue(['127.0.0.1']));

/** A new connection; the function returned takes what its client sends. */
function serve(socket: Socket, isWebSocket: boolean, send: (bytes: Buffer) => void): (bytes: Buffer) => void {
  const subscriber = new Subscriber(socket, isWebSocket);
  const scanner = new PacketScanner();
  const parser = mqttPacket.parser();
  subscribers.add(subscriber);
  socket.setNoDelay(true);
  socket.on('close', () => subscribers.delete(subscriber));
  // An upgraded socket stays half open when its arm is gone.
  socket.on('end', () => socket.destroy());
  socket.on('error', () => socket.destroy());
  parser.on('packet', (packet) => subscriber.handle(packet, send));
  return (bytes) => {
    const count = scanner.scan(bytes, (packet) => parser.parse(packet));
    if (count > 0) subscriber.acknowledged(count);
  };
}

/** RFC 6455, 4.2.2: what the server makes of the client's key. */
const handshakeGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

function upgrade(request: IncomingMessage, socket: Socket): void {
  const key = request.headers['sec-websocket-key'] ?? '';
  const accept = createHash('sha1').update(`${key}${handshakeGuid}`).digest('base64');
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  socket.write([...head, `Sec-WebSocket-Accept: ${accept}`, 'Sec-WebSocket-Protocol: mqtt', '', ''].join('\r\n'));
  const frames = new FrameReader();
  const take = serve(socket, true, (bytes) => socket.write(Buffer.concat([Buffer.from([0x82, bytes.length]), bytes])));
  socket.on('data', (bytes: Buffer) => take(frames.read(bytes)));
}

server.on('upgrade', upgrade);
secureServer.on('upgrade', upgrade);
const tcp = createTcpServer((socket) => {
  socket.on(
    'data',
    serve(socket, false, (bytes) => socket.write(bytes)),
  );
});

function listen(one: Server): Promise<number> {
  return new Promise((resolve) => {
    one.listen(0, '127.0.0.1', () => resolve(portOf(one)));
  });
}

function portOf(one: Server): number {
  const address = one.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

void Promise.all([listen(server), listen(tcp), listen(secureServer)]).then(([port, tcpPort]) =>
  tell({ tell: 'listening', port, tcpPort, authority: authority.ca }),
);

function tell(answer: BrokerAnswer): void {
  process.send?.(answer);
}

/** An arm's events, each on all of its connections that are subscribed to it: while a filter moves, two of them are. */
function publish({ company, topics, count, qos }: PublishRequest, wanted: readonly Subscriber[]): void {
  const numbers = Array.from({ length: topics }, (_, index) => index);
  const [first] = wanted;
  if (wanted.length === 1 && first !== undefined) {
    void first.publish(numbers, count, qos, 'in all');
    return;
  }
  for (const subscriber of wanted) {
    const own = numbers.filter((index) => subscriber.takes(eventTopic(company, index)));
    const oneMore = own.filter((index) => index < count % topics).length;
    void subscriber.publish(own, Math.floor(count / topics) * own.length + oneMore, qos, 'by topic');
  }
}

/** The same at a pace that AWS IoT passes: each event on its own, when its time has come. */
async function publishPaced(
  { company, topics, count, qos }: PublishRequest,
  perSecond: number,
  wanted: readonly Subscriber[],
): Promise<void> {
  const ofTopic = Array.from({ length: topics }, (_, index) =>
    wanted.filter((subscriber) => wanted.length === 1 || subscriber.takes(eventTopic(company, index))),
  );
  const startedAt = performance.now();
  for (let sent = 0; sent < count; await delay(1)) {
    const due = Math.min(count, Math.floor(((performance.now() - startedAt) * perSecond) / 1000));
    for (; sent < due; sent += 1) {
      for (const subscriber of ofTopic[sent % topics] ?? []) subscriber.publishOne(sent % topics, sent, qos);
    }
  }
}

process.on('message', (request: BrokerRequest) => {
  const wanted = [...subscribers].filter(({ company }) => company === request.company);
  if (request.ask === 'publish') {
    if (request.perSecond === undefined) publish(request, wanted);
    else void publishPaced(request, request.perSecond, wanted);
  } else tell({ tell: 'last SUBACK', atMs: Math.max(0, ...wanted.map(({ lastSubackAt }) => lastSubackAt)) });
});
process.on('disconnect', () => process.exit(0));
