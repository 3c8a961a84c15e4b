/** What a WebSocket client sends, taken out of its frames (RFC 6455, 5.2); fragments and control frames do not come. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The unmasked payloads of the frames that are complete now, one after the other. */
  read(bytes: Buffer): Buffer {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const payloads: Buffer[] = [];
    let at = 0;
    for (;;) {
      if (all.length < at + 2) break;
      const short = (all[at + 1] ?? 0) & 0x7f;
      const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
      const maskAt = at + 2 + lengthBytes;
      if (all.length < maskAt + 4) break;
      const length =
        lengthBytes === 0 ? short : lengthBytes === 2 ? all.readUInt16BE(at + 2) : Number(all.readBigUInt64BE(at + 2));
      const start = maskAt + 4;
      if (all.length < start + length) break;
      const payload = all.subarray(start, start + length);
      for (let index = 0; index < length; index += 1) {
        payload[index] = (payload[index] ?? 0) ^ (all[maskAt + (index & 3)] ?? 0);
      }
      if (((all[at] ?? 0) & 0x0f) < 8) payloads.push(payload);
      at = start + length;
    }
    this.#rest = all.subarray(at);
    return payloads.length === 1 && payloads[0] !== undefined ? payloads[0] : Buffer.concat(payloads);
  }
}
