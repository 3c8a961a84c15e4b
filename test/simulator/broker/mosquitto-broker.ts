import { randomBytes } from 'node:crypto';
import { connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Broker } from './broker';

const host = '127.0.0.1';

/** A real mosquitto behind the gate; the platform is an ordinary client of it. */
export class MosquittoBroker implements Broker {
  readonly speaksMqtt5 = true;
  readonly #port: number;
  readonly #client: MqttClient;

  private constructor(port: number, client: MqttClient) {
    this.#port = port;
    this.#client = client;
  }

  static async start(port: number): Promise<MosquittoBroker> {
    const clientId = `platform-${randomBytes(6).toString('hex')}`;
    const client = await connectAsync({ protocol: 'mqtt', host, port, clientId, clean: false, reconnectPeriod: 200 });
    // mqtt.js connects again by itself.
    client.on('error', () => undefined);
    await client.subscribeAsync('/action/#', { qos: 1 });
    return new MosquittoBroker(port, client);
  }

  connect(): Duplex {
    const socket = connectTcp({ host, port: this.#port });
    socket.setNoDelay(true);
    return socket;
  }

  async publish(topic: string, payload: string | Buffer, qos: 0 | 1, retain: boolean): Promise<void> {
    await this.#client.publishAsync(topic, payload, { qos, retain });
  }

  onAction(listener: (topic: string, payload: Buffer) => void): void {
    this.#client.on('message', listener);
  }

  async forgetSession(clientId: string): Promise<void> {
    const client = await connectAsync({
      protocol: 'mqtt',
      host,
      port: this.#port,
      clientId,
      clean: true,
      reconnectPeriod: 0,
    });
    await client.endAsync();
  }

  async close(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
