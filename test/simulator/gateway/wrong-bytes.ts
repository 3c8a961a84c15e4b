const wrong: Readonly<Record<string, readonly number[]>> = {
  // PUBLISH with both QoS bits set.
  qos3: [0x36, 0x07, 0x00, 0x01, 0x61, 0x00, 0x01, 0x7b, 0x7d],
  // A packet type that is reserved.
  type0: [0x00, 0x00],
  // A second CONNACK.
  connack: [0x20, 0x02, 0x00, 0x00],
  // A PUBACK for a publish there never was.
  puback: [0x40, 0x02, 0xff, 0xfe],
  // A remaining length of five bytes.
  length: [0x30, 0xff, 0xff, 0xff, 0xff, 0x01],
  // PUBLISH whose topic holds a NUL and bytes that are not UTF-8.
  topic: [0x30, 0x07, 0x00, 0x03, 0x2f, 0x00, 0xff, 0x7b, 0x7d],
};

/** Bytes no broker should send, by kind. */
export function wrongBytes(kind: string): Buffer {
  const bytes = wrong[kind === '' ? 'qos3' : kind];
  if (bytes === undefined) throw new Error(`malformed-packet knows ${Object.keys(wrong).join(', ')}, not "${kind}"`);
  return Buffer.from(bytes);
}
