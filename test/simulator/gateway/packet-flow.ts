import type { IPublishPacket, ISubackPacket, ISubscribePacket, IUnsubscribePacket } from 'mqtt-packet';
import type { Session } from '../broker/sessions';
import { remember } from '../records';
import type { GateContext } from './gate-context';
import { type PacketCodec, publishIdAt, withoutDup } from './packet-codec';
import { PublishWindow } from './publish-window';
import { SubscribeDesk } from './subscribe-desk';
import { TokenBucket } from './token-bucket';
import { filterTakes, mostFiltersPerSubscribe, mostPayloadBytes, mostSubscriptions, topicProblem } from './topic-rules';

/** The ways out of a flow. */
export interface FlowEnds {
  toClient(bytes: Buffer): void;
  toBroker(bytes: Buffer): void;
  /** Whether the client reads so slowly that its events are to be thrown away. */
  isFull(): boolean;
  close(reason: string): void;
  /** The client said DISCONNECT: what follows is its own wish. */
  farewell(): void;
}

/** The packets of one accepted connection, between client and broker, under AWS's rules and the faults. */
export class PacketFlow {
  readonly #context: GateContext;
  readonly #company: string;
  readonly #session: Session;
  readonly #codec: PacketCodec;
  readonly #ends: FlowEnds;
  readonly #desk: SubscribeDesk;
  readonly #window: PublishWindow;
  /** For what comes and what goes together. */
  readonly #bucket: TokenBucket | undefined;
  readonly #muted = new Set<number>();

  constructor(context: GateContext, company: string, session: Session, codec: PacketCodec, ends: FlowEnds) {
    this.#context = context;
    this.#company = company;
    this.#session = session;
    this.#codec = codec;
    this.#ends = ends;
    this.#desk = new SubscribeDesk(context, company, session);
    if (context.rate !== undefined) this.#bucket = new TokenBucket(context.rate, performance.now());
    this.#window = new PublishWindow((bytes) => ends.toClient(bytes));
  }

  /** One whole packet from the client; throws `MalformedPacket`. */
  fromClient(bytes: Buffer): void {
    const packet = this.#codec.decode(bytes);
    switch (packet.cmd) {
      case 'publish':
        this.#clientPublish(packet, bytes);
        break;
      case 'puback':
        this.#clientPuback(packet.messageId ?? 0);
        break;
      case 'subscribe':
        this.#clientSubscribe(packet);
        break;
      case 'unsubscribe':
        this.#clientUnsubscribe(packet, bytes);
        break;
      case 'pingreq':
        this.#ends.toBroker(bytes);
        break;
      case 'disconnect':
        this.#context.records.disconnects++;
        this.#ends.toBroker(bytes);
        this.#ends.farewell();
        break;
      case 'pubrec':
      case 'pubrel':
      case 'pubcomp':
        // Part of QoS 2, which AWS does not have.
        break;
      default:
        this.#ends.close(`unexpected ${packet.cmd.toUpperCase()}`);
    }
  }

  /** One whole packet from the broker. */
  fromBroker(bytes: Buffer): void {
    const packet = this.#codec.decode(bytes);
    if (packet.cmd === 'publish') this.#brokerPublish(packet, bytes);
    else if (packet.cmd === 'puback') this.#brokerPuback(packet.messageId ?? 0, bytes);
    else if (packet.cmd === 'suback') this.#answerSubscribe(this.#desk.complete(packet));
    else this.#ends.toClient(bytes);
  }

  #clientPublish(packet: IPublishPacket, bytes: Buffer): void {
    const { clock, faults, records } = this.#context;
    const { topic, qos, retain } = packet;
    const reason = this.#publishProblem(packet);
    if (reason !== undefined) {
      this.#ends.close(reason);
      return;
    }
    if (qos === 2) return;
    if (this.#bucket?.take(performance.now()) === false) {
      records.discardedPublishes++;
      return;
    }
    if (!this.#mayPublish(topic)) {
      if (qos === 1) this.#ends.toClient(this.#codec.encode({ cmd: 'puback', messageId: packet.messageId ?? 0 }));
      return;
    }
    const { clientId } = this.#session;
    remember(records.publishes, { clientId, topic, payload: String(packet.payload), qos, retain, at: clock.now() });
    if (qos === 1 && faults.strikesText('puback-never', [topic])) this.#muted.add(packet.messageId ?? 0);
    this.#ends.toBroker(bytes);
  }

  #publishProblem({ topic, payload }: IPublishPacket): string | undefined {
    if (Buffer.byteLength(payload) > mostPayloadBytes) return `payload of more than ${mostPayloadBytes} bytes`;
    if (/[+#]/.test(topic)) return 'wildcard in a PUBLISH';
    const problem = topicProblem(topic);
    if (problem !== undefined) return problem;
    const { faults, policy } = this.#context;
    if (policy.refusal === 'close' && !this.#mayPublish(topic)) return 'not authorized to publish';
    return faults.strikesText('publish-closes', [topic]) ? 'fault publish-closes' : undefined;
  }

  #mayPublish(topic: string): boolean {
    return this.#context.policy.mayPublish(this.#company, topic);
  }

  #clientPuback(messageId: number): void {
    const brokerId = this.#window.acknowledge(messageId);
    if (brokerId !== undefined) this.#ends.toBroker(this.#codec.encode({ cmd: 'puback', messageId: brokerId }));
  }

  #clientSubscribe(packet: ISubscribePacket): void {
    const verdict = this.#desk.judge(packet);
    if (verdict.kind === 'close') this.#ends.close(verdict.reason);
    else if (verdict.kind === 'forward') this.#ends.toBroker(this.#codec.encode(verdict.packet));
    else if (verdict.kind === 'answer') this.#answerSubscribe(verdict.packet);
  }

  #clientUnsubscribe(packet: IUnsubscribePacket, bytes: Buffer): void {
    const { messageId = 0, unsubscriptions: filters } = packet;
    remember(this.#context.records.unsubscribes, { clientId: this.#session.clientId, filters });
    if (filters.length > mostFiltersPerSubscribe) {
      // AWS acknowledges it and does nothing.
      this.#ends.toClient(this.#codec.encode({ cmd: 'unsuback', messageId, granted: [] }));
      return;
    }
    for (const filter of filters) this.#session.subscriptions.delete(filter);
    this.#ends.toBroker(bytes);
  }

  #answerSubscribe(suback: ISubackPacket | undefined): void {
    if (suback === undefined) return;
    const bytes = this.#codec.encode(suback);
    this.#toClientAfter(this.#context.faults.strikeNumber('slow-suback', 2000), bytes);
  }

  #brokerPuback(messageId: number, bytes: Buffer): void {
    if (this.#muted.delete(messageId)) return;
    this.#toClientAfter(this.#context.faults.strikeNumber('slow-puback', 2000), bytes);
  }

  #toClientAfter(delayMs: number | undefined, bytes: Buffer): void {
    if (delayMs === undefined) this.#ends.toClient(bytes);
    else setTimeout(() => this.#ends.toClient(bytes), delayMs).unref();
  }

  #brokerPublish(packet: IPublishPacket, bytes: Buffer): void {
    const { qos, messageId = 0 } = packet;
    const plain = withoutDup(bytes);
    if (!this.#mayDeliver(packet)) {
      if (qos > 0) this.#ends.toBroker(this.#codec.encode({ cmd: 'puback', messageId }));
    } else if (qos === 0) {
      this.#ends.toClient(plain);
    } else {
      const publish = { bytes: plain, idAt: publishIdAt(plain) };
      this.#window.push(publish, messageId);
      if (this.#context.faults.strike('redeliver') !== undefined) this.#window.push(publish, undefined);
    }
  }

  /** Whether an event reaches the client: not where only AWS sees no match, and not where it is one too many. */
  #mayDeliver({ topic, qos, retain }: IPublishPacket): boolean {
    const { faults, policy, records } = this.#context;
    const filters = [...this.#session.subscriptions.keys()];
    const heard = faults.isOn('silent-filters') ? filters.slice(0, mostSubscriptions) : filters;
    // AWS brings what it retains to a filter without wildcards only.
    const isExact = retain && !faults.isOn('retained-on-wildcards');
    const takes = (filter: string): boolean => (isExact ? filter === topic : filterTakes(filter, topic));
    if (!policy.mayReceive(topic) || !heard.some(takes)) return false;
    const tooMany = this.#bucket?.take(performance.now()) === false;
    // What has QoS 1 waits in the window instead.
    if (!tooMany && (qos > 0 || !this.#ends.isFull())) return true;
    records.discardedEvents++;
    return false;
  }
}
