import type { Duplex } from 'node:stream';
import { Aedes, type AedesPublishPacket, type Client } from 'aedes';
import { generate, type IPublishPacket } from 'mqtt-packet';
import type { Broker } from './broker';
import { duplexPair } from './duplex-pair';
import { PublishTurns } from './publish-turns';
import { sendQueuedOnce } from './resumed-queue';

/** Room for what an eager client sends between CONNECT and CONNACK. */
const queuedPackets = 10_000;

/** The built-in broker. The gate in front of it does what AWS does otherwise. */
export class AedesBroker implements Broker {
  readonly speaksMqtt5 = false;
  readonly #aedes: Aedes;
  readonly #turns = new PublishTurns();

  private constructor(aedes: Aedes) {
    this.#aedes = aedes;
  }

  static async start(): Promise<AedesBroker> {
    const aedes = await Aedes.createBroker({ queueLimit: queuedPackets, maxClientsIdLength: 128, drainTimeout: 0 });
    sendQueuedOnce(aedes);
    // A connection that breaks is part of the game.
    aedes.on('clientError', () => undefined);
    aedes.on('connectionError', () => undefined);
    return new AedesBroker(aedes);
  }

  connect(): Duplex {
    const [near, far] = duplexPair();
    this.#aedes.handle(far);
    return near;
  }

  publish(topic: string, payload: string | Buffer, qos: 0 | 1, retain: boolean): Promise<void> {
    return this.#turns.run(qos, () => this.#publishNow({ topic, payload, qos, retain }));
  }

  #publishNow(event: Pick<IPublishPacket, 'topic' | 'payload' | 'qos' | 'retain'>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#aedes.publish({ cmd: 'publish', ...event, dup: false }, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  onAction(listener: (topic: string, payload: Buffer) => void): void {
    const deliver = ({ topic, payload }: AedesPublishPacket, done: () => void): void => {
      listener(topic, Buffer.from(payload));
      done();
    };
    this.#aedes.subscribe('/action/#', deliver, () => undefined);
  }

  /** A connection with a clean session; it is ready only after the old session's queue has been thrown away. */
  forgetSession(clientId: string): Promise<void> {
    return new Promise((resolve) => {
      const stream = this.connect();
      const ready = (client: Client): void => {
        if (client.id !== clientId) return;
        this.#aedes.off('clientReady', ready);
        client.close(() => resolve());
      };
      this.#aedes.on('clientReady', ready);
      stream.on('error', () => stream.destroy());
      stream.resume();
      stream.write(
        generate({ cmd: 'connect', clientId, clean: true, protocolVersion: 4, protocolId: 'MQTT', keepalive: 0 }),
      );
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#aedes.close(() => resolve()));
  }
}
