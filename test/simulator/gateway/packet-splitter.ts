/** Longest packet the gateway takes: AWS's 128 KiB of payload and room for the topic. */
const mostBytes = 512 * 1024;

/** Thrown for bytes that are not MQTT. */
export class MalformedPacket extends Error {
  override readonly name = 'MalformedPacket';
}

/** Length of the fixed header and of the rest, or undefined while there are too few bytes. */
function measure(bytes: Buffer): { header: number; rest: number } | undefined {
  let rest = 0;
  for (let i = 0; i < 4; i++) {
    const digit = bytes[1 + i];
    if (digit === undefined) return undefined;
    rest += (digit & 0x7f) * 128 ** i;
    if ((digit & 0x80) === 0) return { header: 2 + i, rest };
  }
  throw new MalformedPacket('The remaining length is longer than four bytes');
}

/** Cuts a byte stream into whole MQTT packets, however it was sliced on the way. */
export class PacketSplitter {
  #held: Buffer = Buffer.alloc(0);

  /** The packets that are complete now; throws `MalformedPacket`. */
  push(chunk: Buffer): Buffer[] {
    let bytes: Buffer = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const packets: Buffer[] = [];
    for (;;) {
      const size = measure(bytes);
      if (size === undefined) break;
      const length = size.header + size.rest;
      if (length > mostBytes) throw new MalformedPacket('The packet is too long');
      if (bytes.length < length) break;
      packets.push(bytes.subarray(0, length));
      bytes = bytes.subarray(length);
    }
    this.#held = bytes;
    return packets;
  }
}
