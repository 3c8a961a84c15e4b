/** A few milliseconds to parse. */
const shareBytes = 128 * 1024;

const comma = 0x2c;
const quotationMark = 0x22;
const backslash = 0x5c;
const openingBracket = 0x5b;
const closingBracket = 0x5d;
/** The one bit in which `{` differs from `[`, and `}` from `]`. */
const caseBit = 0x20;
/** Space, tab, line feed and carriage return (RFC 8259, 2). */
const whiteSpace: readonly (number | undefined)[] = [0x20, 0x09, 0x0a, 0x0d];
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts the JSON of a long array into that of short ones, which hold the same items in the same order, so that whoever parses
 * it can let others have their turn in between. What is between the cuts is not checked: the shares of what is not JSON can't
 * all be parsed, or one of them is nothing.
 *
 * @param bytes UTF-8
 * @returns each share, or `undefined` in place of one that can't be had since this is not an array, or not to its end
 */
export function* arrayShares(bytes: Buffer): Generator<Buffer | undefined> {
  let at = afterWhiteSpace(bytes, bytes.subarray(0, 3).equals(byteOrderMark) ? 3 : 0);
  if (bytes[at] !== openingBracket) return yield undefined;
  at += 1;
  let depth = 1;
  let from = at;
  let isInString = false;
  for (; at < bytes.length && depth > 0; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isInString) {
      if (byte === backslash) at += 1;
      else if (byte === quotationMark) isInString = false;
    } else if (byte === quotationMark) isInString = true;
    else if ((byte & ~caseBit) === openingBracket) depth += 1;
    else if ((byte & ~caseBit) === closingBracket) depth -= 1;
    else if (byte === comma && depth === 1 && at - from >= shareBytes) {
      yield share(bytes.subarray(from, at));
      from = at + 1;
    }
  }
  const isWhole = depth === 0 && bytes[at - 1] === closingBracket && afterWhiteSpace(bytes, at) === bytes.length;
  const last = bytes.subarray(from, at - 1);
  // After a comma something has to follow.
  const isEmpty = afterWhiteSpace(last, 0) === last.length && bytes[from - 1] === comma;
  yield isWhole && !isEmpty ? share(last) : undefined;
}

function share(items: Buffer): Buffer {
  return Buffer.concat([Buffer.from('['), items, Buffer.from(']')]);
}

function afterWhiteSpace(bytes: Buffer, from: number): number {
  let at = from;
  while (whiteSpace.includes(bytes[at])) at += 1;
  return at;
}
