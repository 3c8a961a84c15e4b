import { randomUUID } from 'node:crypto';
import type { IConnectPacket } from 'mqtt-packet';
import type { WebSocket } from 'ws';
import { BrokerLink } from '../broker/broker-link';
import type { Session } from '../broker/sessions';
import { type ConnectRecord, remember } from '../records';
import { ClientSocket } from './client-socket';
import { connectRefusal, othersOf } from './connect-check';
import type { GateContext } from './gate-context';
import { KeepAlive } from './keep-alive';
import { PacketCodec } from './packet-codec';
import { PacketFlow } from './packet-flow';
import { MalformedPacket, PacketSplitter } from './packet-splitter';

/** A CONNECT that is being answered. */
interface Opening {
  readonly session: Session;
  readonly present: boolean;
  readonly record: ConnectRecord;
}

const normalClosure = 1000;
const unsupportedData = 1003;
const firstProtocolVersion = 4;

/** One client's connection: its CONNECT, its keep-alive and its end. What lies between is `PacketFlow`'s. */
export class PacketGate {
  readonly company: string;
  readonly socket: ClientSocket;
  readonly #context: GateContext;
  readonly #keepAlive: KeepAlive;
  readonly #splitter = new PacketSplitter();
  readonly #gone: Promise<void>;
  #tellGone: () => void = () => undefined;
  #codec = new PacketCodec(firstProtocolVersion);
  #state: 'waiting' | 'opening' | 'open' | 'closed' = 'waiting';
  /** Packets that came between CONNECT and CONNACK. */
  readonly #early: Buffer[] = [];
  #clientId = '';
  /** Whether it is one connection too many, to be closed at its first packet. */
  #isSurplus = false;
  #session: Session | undefined;
  #link: BrokerLink | undefined;
  #flow: PacketFlow | undefined;

  constructor(socket: WebSocket, company: string, context: GateContext) {
    this.#context = context;
    this.company = company;
    this.#gone = new Promise((resolve) => {
      this.#tellGone = resolve;
    });
    this.#keepAlive = new KeepAlive(context.minKeepAliveSeconds, (reason) => this.close(reason));
    this.socket = new ClientSocket(socket, context.faults, {
      onBytes: (bytes) => this.#guard(() => this.#readClient(bytes)),
      onText: () => this.close('text frame', unsupportedData),
      onClose: () => this.#end(),
    });
  }

  /** Closes the connection as AWS does: without a word in MQTT 3.1.1. */
  close(reason: string, code = normalClosure): void {
    if (this.#state === 'closed') return;
    remember(this.#context.records.closes, { clientId: this.#clientId, reason });
    this.#hangUp(code);
  }

  /** Makes room for a new connection of the same client; resolves when the broker has let go of this one. */
  giveWay(): Promise<void> {
    this.close('DUPLICATE_CLIENTID');
    return this.#gone;
  }

  #hangUp(code: number): void {
    this.#end();
    this.socket.close(code);
  }

  /** A last word before closing. */
  #refuse(returnCode: number): void {
    const connack = { cmd: 'connack', returnCode, reasonCode: returnCode, sessionPresent: false } as const;
    this.socket.send(this.#codec.encode(connack));
    this.close(`CONNACK ${returnCode}`);
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.close(error instanceof Error ? error.message : String(error));
    }
  }

  #readClient(bytes: Buffer): void {
    if (this.#isClosed()) return;
    for (const packet of this.#splitter.push(bytes)) {
      this.#keepAlive.heard();
      if (this.#isSurplus && this.#state === 'open') this.close('one connection too many');
      else if (this.#state === 'open') this.#flow?.fromClient(packet);
      else if (this.#state === 'opening') this.#early.push(packet);
      else if (this.#state === 'waiting') this.#readConnect(packet);
    }
  }

  #readConnect(bytes: Buffer): void {
    const packet = this.#codec.decode(bytes);
    if (packet.cmd !== 'connect') throw new MalformedPacket(`${packet.cmd.toUpperCase()} before CONNECT`);
    this.#codec = new PacketCodec(packet.protocolVersion ?? firstProtocolVersion);
    this.#state = 'opening';
    this.#open(packet).catch((error: unknown) => this.close(String(error)));
  }

  async #open(packet: IConnectPacket): Promise<void> {
    const { broker, faults, gates, records, sessions } = this.#context;
    const { clean = true, keepalive = 0 } = packet;
    const record: ConnectRecord = { clientId: packet.clientId, clean, company: this.company, keepalive };
    remember(records.connects, record);
    const refusal = connectRefusal(packet, this.company, this.#context);
    if (refusal === 'close') {
      this.close('not authorized to connect');
      return;
    }
    if (refusal !== undefined) {
      record.returnCode = refusal.returnCode;
      this.#refuse(refusal.returnCode);
      return;
    }
    if (faults.strike('connack-never') !== undefined) return;
    this.#clientId = packet.clientId === '' ? `anonymous-${randomUUID()}` : packet.clientId;
    const old = gates.get(this.#clientId);
    gates.set(this.#clientId, this);
    await old?.giveWay();
    this.#settleSurplus();
    if (this.#isClosed()) return;
    const { session, present, stale } = sessions.open(this.#clientId, clean);
    this.#session = session;
    record.subscriptions = session.subscriptions;
    if (stale) await broker.forgetSession(this.#clientId);
    if (this.#isClosed()) return;
    this.#keepAlive.agree(keepalive);
    this.#connectBroker({ ...packet, clientId: this.#clientId, keepalive: 0 }, { session, present, record });
  }

  #settleSurplus(): void {
    const { gates, policy } = this.#context;
    const others = othersOf(gates, this.company, this.#clientId);
    if (policy.hasRoom(others.length)) return;
    this.#isSurplus = policy.surplus === 'late';
    if (policy.surplus === 'oldest') for (const other of others) other.close('one connection too many');
  }

  #isClosed(): boolean {
    return this.#state === 'closed';
  }

  #connectBroker(connect: IConnectPacket, opening: Opening): void {
    const link = new BrokerLink(this.#context.broker.connect(), {
      onConnack: (bytes) => this.#readConnack(bytes, opening),
      onPacket: (bytes) => {
        if (!this.#isClosed()) flow.fromBroker(bytes);
      },
      onError: (error) => this.close(String(error)),
      onClose: () => {
        this.#tellGone();
        this.close('the broker closed the connection');
      },
    });
    const flow = new PacketFlow(this.#context, this.company, opening.session, this.#codec, {
      toClient: (bytes) => this.socket.send(bytes),
      toBroker: (bytes) => link.write(bytes),
      isFull: () => this.socket.isFull,
      close: (reason) => this.close(reason),
      farewell: () => this.#hangUp(normalClosure),
    });
    this.#link = link;
    this.#flow = flow;
    link.write(this.#codec.encode(connect));
  }

  /** The broker's CONNACK; whether the session was there is for the gateway to say. */
  #readConnack(bytes: Buffer, { session, present, record }: Opening): void {
    const packet = this.#codec.decode(bytes);
    if (packet.cmd !== 'connack') throw new MalformedPacket(`${packet.cmd.toUpperCase()} before CONNACK`);
    const sessionPresent = present && (packet.sessionPresent || session.subscriptions.size === 0);
    if (!sessionPresent) session.subscriptions.clear();
    record.sessionPresent = sessionPresent;
    record.returnCode = packet.returnCode ?? packet.reasonCode ?? 0;
    const answer = this.#codec.encode({ ...packet, sessionPresent });
    const delayMs = this.#context.faults.strikeNumber('connack-slow', 2000);
    if (delayMs === undefined) this.#admit(answer);
    else setTimeout(() => this.#admit(answer), delayMs).unref();
  }

  #admit(connack: Buffer): void {
    if (this.#isClosed()) return;
    this.socket.send(connack);
    this.#state = 'open';
    this.#guard(() => {
      this.#link?.release();
      for (const packet of this.#early.splice(0)) this.#flow?.fromClient(packet);
    });
  }

  /** Everything but the socket is over; safe to call again. */
  #end(): void {
    this.#keepAlive.stop();
    if (this.#isClosed()) return;
    this.#state = 'closed';
    const { gates, sessions } = this.#context;
    if (this.#session !== undefined) sessions.close(this.#session);
    // Until the broker has let go of this one, the next connection of the client has to wait.
    void this.#gone.then(() => {
      if (gates.get(this.#clientId) === this) gates.delete(this.#clientId);
    });
    if (this.#link === undefined) this.#tellGone();
    else this.#link.end();
  }
}
