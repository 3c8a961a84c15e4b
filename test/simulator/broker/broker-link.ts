import type { Duplex } from 'node:stream';
import { PacketSplitter } from '../gateway/packet-splitter';

interface BrokerLinkListeners {
  /** The first packet. */
  onConnack(bytes: Buffer): void;
  /** Every packet after it, once released. */
  onPacket(bytes: Buffer): void;
  /** A listener threw. */
  onError(error: unknown): void;
  onClose(): void;
}

/** One gate's stream to the broker, in whole packets; what follows the CONNACK waits until it is released. */
export class BrokerLink {
  readonly #stream: Duplex;
  readonly #listeners: BrokerLinkListeners;
  readonly #splitter = new PacketSplitter();
  #greeted = false;
  #early: Buffer[] | undefined = [];

  constructor(stream: Duplex, listeners: BrokerLinkListeners) {
    this.#stream = stream;
    this.#listeners = listeners;
    stream.on('data', (bytes: Buffer) => {
      try {
        for (const packet of this.#splitter.push(bytes)) this.#take(packet);
      } catch (error) {
        listeners.onError(error);
      }
    });
    stream.on('error', () => stream.destroy());
    stream.on('close', () => listeners.onClose());
  }

  write(bytes: Buffer): void {
    this.#stream.write(bytes);
  }

  release(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const packet of early) this.#listeners.onPacket(packet);
  }

  end(): void {
    this.#stream.end();
  }

  #take(packet: Buffer): void {
    if (!this.#greeted) {
      this.#greeted = true;
      this.#listeners.onConnack(packet);
    } else if (this.#early !== undefined) {
      this.#early.push(packet);
    } else {
      this.#listeners.onPacket(packet);
    }
  }
}
