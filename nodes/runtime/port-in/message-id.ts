import { randomBytes } from 'node:crypto';

/** As many as fit into the small integers that the engine turns into text fastest. */
const idsPerPrefix = 2 ** 24;
let prefix = '';
let count = idsPerPrefix;

/** A new `_msgid`: 16 hexadecimal characters, unique, at a tenth of what the runtime's own generator costs. */
export function nextMessageId(): string {
  if (count === idsPerPrefix) {
    prefix = randomBytes(5).toString('hex');
    count = 0;
  }
  // Adding 2^24 and dropping its digit pads with zeros.
  const digits = (idsPerPrefix + count++).toString(16).slice(1);
  return prefix + digits;
}
