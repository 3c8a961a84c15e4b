import { generate, type Packet, type Parser, parser } from 'mqtt-packet';
import { MalformedPacket } from './packet-splitter';

/** Reads and writes single MQTT packets of one protocol version. */
export class PacketCodec {
  readonly #version: number;
  readonly #parser: Parser;
  #packet: Packet | undefined;
  #error: Error | undefined;

  constructor(protocolVersion: number) {
    this.#version = protocolVersion;
    this.#parser = parser({ protocolVersion });
    this.#parser.on('packet', (packet) => {
      this.#packet = packet;
    });
    this.#parser.on('error', (error: Error) => {
      this.#error = error;
    });
  }

  /** Reads one whole packet; throws `MalformedPacket`. */
  decode(bytes: Buffer): Packet {
    this.#packet = undefined;
    this.#error = undefined;
    this.#parser.parse(bytes);
    if (this.#packet === undefined) throw new MalformedPacket(this.#readError()?.message ?? 'Not a whole packet');
    return this.#packet;
  }

  encode(packet: Packet): Buffer {
    return generate(packet, { protocolVersion: this.#version });
  }

  #readError(): Error | undefined {
    return this.#error;
  }
}

/** Where the packet id of a QoS 1 PUBLISH stands. */
export function publishIdAt(bytes: Buffer): number {
  let at = 1;
  while (((bytes[at] ?? 0) & 0x80) !== 0) at++;
  return at + 3 + bytes.readUInt16BE(at + 1);
}

/** The same PUBLISH without its DUP flag, which AWS never sets. */
export function withoutDup(bytes: Buffer): Buffer {
  const [first = 0] = bytes;
  if ((first & 0x08) === 0) return bytes;
  const copy = Buffer.from(bytes);
  copy[0] = first & ~0x08;
  return copy;
}
