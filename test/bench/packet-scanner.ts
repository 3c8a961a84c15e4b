const puback = 4;

/**
 * Splits a stream of MQTT packets (MQTT 3.1.1, 2.2) and counts the PUBACKs among them without a look at what they hold:
 * there are as many of them as events, and reading them must not slow down what is measured.
 */
export class PacketScanner {
  #rest: Buffer = Buffer.alloc(0);

  /** How many PUBACKs are complete now; all other packets go to `onPacket`. */
  scan(bytes: Buffer, onPacket: (packet: Buffer) => void): number {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let count = 0;
    let at = 0;
    for (;;) {
      const length = packetLength(all, at);
      if (length === undefined || all.length < at + length) break;
      if ((all[at] ?? 0) >> 4 === puback) count += 1;
      else onPacket(all.subarray(at, at + length));
      at += length;
    }
    this.#rest = all.subarray(at);
    return count;
  }
}

/** Header and all; undefined where the length is not there yet. */
function packetLength(bytes: Buffer, at: number): number | undefined {
  let remaining = 0;
  for (let digit = 0; digit < 4; digit += 1) {
    const byte = bytes[at + 1 + digit];
    if (byte === undefined) return undefined;
    remaining += (byte & 0x7f) * 128 ** digit;
    if (byte < 0x80) return 2 + digit + remaining;
  }
  throw new Error('a packet longer than MQTT allows');
}
