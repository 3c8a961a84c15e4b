import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  generate,
  type IConnectPacket,
  type IPublishPacket,
  type ISubscribePacket,
  type IUnsubscribePacket,
  type Packet,
  parser,
} from 'mqtt-packet';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';

/** What the broker does with what arrives; where it says nothing, a broker's usual answer is given. */
export interface Script {
  onConnect?(connection: ScriptedConnection, packet: IConnectPacket): void;
  onSubscribe?(connection: ScriptedConnection, packet: ISubscribePacket): void;
  onUnsubscribe?(connection: ScriptedConnection, packet: IUnsubscribePacket): void;
  onPublish?(connection: ScriptedConnection, packet: IPublishPacket): void;
  onPing?(connection: ScriptedConnection): void;
}

/** One client's connection to the scripted broker. */
export class ScriptedConnection {
  /** Every packet that arrived, in order. */
  readonly received: Packet[] = [];
  clientId = '';
  isOpen = true;
  readonly #socket: WebSocket;
  #lastId = 0;

  constructor(socket: WebSocket, script: () => Script) {
    this.#socket = socket;
    const packets = parser({ protocolVersion: 4 });
    packets.on('packet', (packet) => this.#take(packet, script()));
    socket.on('message', (data: RawData) => packets.parse(toBuffer(data)));
    socket.on('close', () => {
      this.isOpen = false;
    });
    socket.on('error', () => socket.terminate());
  }

  /** The packets of one kind that arrived. */
  all<Kind extends Packet['cmd']>(cmd: Kind): Extract<Packet, { cmd: Kind }>[] {
    return this.received.filter((packet): packet is Extract<Packet, { cmd: Kind }> => packet.cmd === cmd);
  }

  send(...packets: readonly Packet[]): void {
    this.sendBytes(Buffer.concat(packets.map((packet) => generate(packet))));
  }

  /** One binary frame. */
  sendBytes(bytes: Buffer): void {
    this.#socket.send(bytes);
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  /** A message to the client; at QoS 1 under a new packet id unless one is given. Returns the packet id. */
  publish(topic: string, payload: string | Buffer, { qos = 1, messageId = 0, dup = false } = {}): number {
    const id = messageId === 0 ? ++this.#lastId : messageId;
    const packet = { cmd: 'publish', topic, payload, qos: qos === 0 ? 0 : 1, dup, retain: false } as const;
    this.send(qos === 0 ? packet : { ...packet, messageId: id });
    return id;
  }

  /** A WebSocket's orderly close, MQTT 3.1.1's only way to say no. */
  close(): void {
    this.#socket.close(1000);
  }

  reset(): void {
    this.#socket.terminate();
  }

  #take(packet: Packet, script: Script): void {
    this.received.push(packet);
    switch (packet.cmd) {
      case 'connect':
        this.clientId = packet.clientId;
        (script.onConnect ?? accept)(this, packet);
        break;
      case 'subscribe':
        (script.onSubscribe ?? grant)(this, packet);
        break;
      case 'unsubscribe':
        (script.onUnsubscribe ?? release)(this, packet);
        break;
      case 'publish':
        (script.onPublish ?? acknowledge)(this, packet);
        break;
      case 'pingreq':
        (script.onPing ?? answerPing)(this);
        break;
      case 'disconnect':
        this.close();
        break;
      default:
        break;
    }
  }
}

/** CONNACK 0; `sessionPresent` as the test wants it. */
export function accept(connection: ScriptedConnection, _packet?: IConnectPacket, sessionPresent = false): void {
  connection.send({ cmd: 'connack', returnCode: 0, sessionPresent });
}

/** Grants every filter at QoS 1. */
export function grant(connection: ScriptedConnection, { messageId = 0, subscriptions }: ISubscribePacket): void {
  connection.send({ cmd: 'suback', messageId, granted: subscriptions.map(() => 1) });
}

function release(connection: ScriptedConnection, { messageId = 0 }: IUnsubscribePacket): void {
  connection.send({ cmd: 'unsuback', messageId, granted: [] });
}

export function acknowledge(connection: ScriptedConnection, { qos, messageId = 0 }: IPublishPacket): void {
  if (qos === 1) connection.send({ cmd: 'puback', messageId });
}

function answerPing(connection: ScriptedConnection): void {
  connection.send({ cmd: 'pingresp' });
}

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

export interface ScriptedBroker {
  readonly port: number;
  /** Every connection there has been, in order. */
  readonly connections: readonly ScriptedConnection[];
  /** The newest connection. */
  readonly last: ScriptedConnection;
  /** Follows another script from now on. */
  follow(script: Script): void;
  close(): Promise<void>;
}

/** An MQTT broker over WebSocket on 127.0.0.1 that does as the test says. Any signature will do. */
export async function startScriptedBroker(script: Script = {}): Promise<ScriptedBroker> {
  let present = script;
  const connections: ScriptedConnection[] = [];
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  sockets.on('connection', (socket) => connections.push(new ScriptedConnection(socket, () => present)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    get last() {
      const last = connections.at(-1);
      if (last === undefined) throw new Error('no client has connected yet');
      return last;
    },
    follow(next) {
      present = next;
    },
    close: () =>
      new Promise((resolve) => {
        for (const connection of connections) connection.reset();
        sockets.close(() => server.close(() => resolve()));
        server.closeAllConnections();
      }),
  };
}
