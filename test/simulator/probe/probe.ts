import type { IncomingHttpHeaders } from 'node:http';
import { generate, type IPublishPacket, type ISubackPacket, type Packet, type PacketCmd, parser } from 'mqtt-packet';
import { WebSocket } from 'ws';
import type { Simulator } from '../simulator';
import { ApiProbe } from './probe-api';
import { signUrl } from './probe-url';

const patienceMs = 15_000;

/** Waits until something holds; rejects with what was waited for. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A refused upgrade. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;

  constructor(status: number, headers: IncomingHttpHeaders, body: string) {
    super(`The upgrade was refused: ${status} ${body}`);
    this.status = status;
    this.headers = headers;
    this.body = body;
  }
}

export interface DialOptions {
  readonly subprotocol?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly ca?: string | undefined;
}

/** Opens a WebSocket; rejects with `UpgradeRefused` or the network's error. */
export function dial(url: string, { subprotocol = 'mqtt', headers, ca }: DialOptions = {}): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, [subprotocol], { ...(headers && { headers }), ...(ca && { ca }) });
    socket.on('open', () => resolve(socket));
    socket.on('error', reject);
    socket.on('unexpected-response', (request, response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        reject(new UpgradeRefused(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString()));
        request.destroy();
      });
    });
  });
}

export interface ConnectOptions {
  readonly company?: string;
  readonly clientId?: string;
  readonly clean?: boolean;
  readonly keepalive?: number;
  /** Where false, events are not acknowledged. */
  readonly acknowledge?: boolean;
}

let probes = 0;

/** An MQTT client that does what a test says and nothing else. */
export class Probe {
  readonly socket: WebSocket;
  readonly packets: Packet[] = [];
  /** Length of each frame that came. */
  readonly frames: number[] = [];
  readonly texts: string[] = [];
  /** What the bytes broke, if they did. */
  malformed: Error | undefined;
  closed = false;
  /** Of the close frame; 1006 where there was none. */
  closeCode: number | undefined;
  #lastId = 0;

  constructor(socket: WebSocket, acknowledge = true) {
    this.socket = socket;
    const reader = parser({ protocolVersion: 4 });
    reader.on('packet', (packet) => {
      this.packets.push(packet);
      if (acknowledge && packet.cmd === 'publish' && packet.qos === 1) {
        this.send({ cmd: 'puback', messageId: packet.messageId ?? 0 });
      }
    });
    reader.on('error', (error: Error) => {
      this.malformed = error;
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        this.frames.push(data.length);
        reader.parse(data);
      } else this.texts.push(data.toString());
    });
    socket.on('close', (code) => {
      this.closed = true;
      this.closeCode = code;
    });
    socket.on('error', () => undefined);
  }

  /** Logs in, signs, upgrades, and sends CONNECT where asked; does not wait for CONNACK. */
  static async dial(simulator: Simulator, options: ConnectOptions = {}): Promise<Probe> {
    const api = await ApiProbe.logIn(simulator);
    const access = await api.streamAccess(options.company);
    return new Probe(await dial(signUrl(access), { ca: simulator.ca }), options.acknowledge);
  }

  /** A connection that has its CONNACK. */
  static async connect(simulator: Simulator, options: ConnectOptions = {}): Promise<Probe> {
    const probe = await Probe.dial(simulator, options);
    probe.sendConnect(options);
    await probe.wait('connack');
    return probe;
  }

  sendConnect({ clientId = `probe-${++probes}`, clean = true, keepalive = 60 }: ConnectOptions = {}): void {
    this.send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId, clean, keepalive });
  }

  send(packet: Packet): void {
    this.socket.send(generate(packet));
  }

  /** Waits for the n-th packet of a kind. */
  async wait(cmd: PacketCmd, count = 1): Promise<Packet> {
    await until(`${cmd} number ${count} comes`, () => this.closed || this.of(cmd).length >= count);
    const packet = this.of(cmd)[count - 1];
    if (packet === undefined) throw new Error(`The connection was closed before ${cmd} number ${count}`);
    return packet;
  }

  waitClosed(): Promise<void> {
    return until('the connection is closed', () => this.closed);
  }

  of(cmd: PacketCmd): Packet[] {
    return this.packets.filter((packet) => packet.cmd === cmd);
  }

  /** Events so far. */
  get events(): IPublishPacket[] {
    return this.packets.filter((packet): packet is IPublishPacket => packet.cmd === 'publish');
  }

  /** Payloads of the events so far. */
  get payloads(): string[] {
    return this.events.map(({ payload }) => payload.toString());
  }

  sendSubscribe(filters: readonly string[], qos: 0 | 1 | 2 = 1): number {
    const messageId = ++this.#lastId;
    this.send({ cmd: 'subscribe', messageId, subscriptions: filters.map((topic) => ({ topic, qos })) });
    return messageId;
  }

  /** Subscribes and gives the return codes. */
  async subscribe(...filters: string[]): Promise<unknown[]> {
    const messageId = this.sendSubscribe(filters);
    const isAnswer = (packet: Packet): packet is ISubackPacket =>
      packet.cmd === 'suback' && packet.messageId === messageId;
    await until('SUBACK comes', () => this.closed || this.packets.some(isAnswer));
    const suback = this.packets.find(isAnswer);
    if (suback === undefined) throw new Error('The connection was closed before SUBACK');
    return suback.granted;
  }

  sendPublish(topic: string, payload: string | Buffer, qos: 0 | 1 | 2 = 1): number {
    const messageId = ++this.#lastId;
    this.send({ cmd: 'publish', topic, payload, qos, messageId, dup: false, retain: false });
    return messageId;
  }

  /** A round trip: everything sent before has been dealt with. */
  async ping(): Promise<void> {
    const count = this.of('pingresp').length + 1;
    this.send({ cmd: 'pingreq' });
    await this.wait('pingresp', count);
  }

  close(): void {
    this.socket.terminate();
  }
}
