import { isUtf8 } from 'node:buffer';
import { quoted } from '../json/quoted';
import { OchnoError } from '../ochno-error';
import type { PortAddress } from '../topics/address';

export { copyJson } from '../json/copy-json';
export { parsePropertyPath, valueAt } from '../json/property-path';

/** Something a port said, or what the platform says of it where `kind` is `snapshot`. */
export interface PortEvent {
  readonly topic: string;
  readonly address: PortAddress;
  /** Any JSON value; its shape is the platform's. */
  readonly data: unknown;
  /** ms since 1970 by this computer's clock. */
  readonly receivedAt: number;
  readonly kind: 'event' | 'snapshot';
  /** Whether the broker kept it while there was no connection. */
  readonly queued?: boolean | undefined;
}

export type PayloadReading =
  | { readonly ok: true; readonly data: unknown }
  | {
      readonly ok: false;
      readonly error: OchnoError;
      /** What is wrong, without what was sent. */
      readonly problem: string;
    };

/** Deeper than any event needs, and shallow enough for recursion everywhere. */
export const deepestNesting = 500;

const quotationMark = 0x22;
const backslash = 0x5c;
const openingBracket = 0x5b;
const closingBracket = 0x5d;
/** The one bit in which `{` differs from `[`, and `}` from `]`. */
const caseBit = 0x20;
const byteOrderMark = 0xfeff;
const replacementCharacter = '\ufffd';
/** Only such a number, or one of hundreds of digits, can be beyond what a number holds. */
const longExponent = /\d[eE]\+?\d{3}/;
const digitProbeDistance = 100;

/**
 * Reads an event's payload: strict UTF-8, JSON, nested at most 500 deep, no number beyond what a JavaScript number
 * holds. A byte order mark before it is passed over, as over REST. Properties called `__proto__` are left out. Never throws: where the bytes are not readable
 * the answer holds an `OCHNO_PAYLOAD` error.
 */
export function readPayload(bytes: Buffer): PayloadReading {
  const marked = bytes.toString('utf8');
  const text = marked.charCodeAt(0) === byteOrderMark ? marked.slice(1) : marked;
  // Searching a text that is plain ASCII for this character costs nothing, unlike a check of every payload.
  if (text.includes(replacementCharacter) && !isUtf8(bytes)) return unreadable(text, bytes, 'it is not UTF-8');
  if (isTooDeep(bytes)) return unreadable(text, bytes, `it is nested more than ${deepestNesting} deep`);
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    return unreadable(text, bytes, 'it is not JSON', cause);
  }
  if ((longExponent.test(text) || mayHoldLongNumber(text)) && !holdsOnlyFinite(data)) {
    return unreadable(text, bytes, 'it holds a number too large to read');
  }
  if (text.includes('__proto__') || text.includes('\\u00')) dropProtoKeys(data);
  return { ok: true, data };
}

function unreadable(text: string, bytes: Buffer, problem: string, cause?: unknown): PayloadReading {
  const shown = bytes.length === 0 ? 'it is empty' : `${problem} (${bytes.length} bytes: ${quoted(text, 40)})`;
  const message = `The event's payload can't be read: ${shown}; see what publishes to this topic`;
  const error = new OchnoError('OCHNO_PAYLOAD', message, { cause });
  return { ok: false, error, problem };
}

/** Readable JSON closes what it opens, so one this short needs no look. In UTF-8 a byte of a sign is never another's. */
function isTooDeep(bytes: Buffer): boolean {
  return bytes.length > 2 * deepestNesting && countOpenings(bytes) > deepestNesting && depthOf(bytes) > deepestNesting;
}

/** Counts `[` and `{` wherever they are, in strings too: cheap, and enough for almost every text. */
function countOpenings(bytes: Buffer): number {
  let count = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    if (((bytes[index] ?? 0) & ~caseBit) === openingBracket) count += 1;
  }
  return count;
}

/** The depth of a text that may yet turn out not to be JSON. */
function depthOf(bytes: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const code = bytes[index] ?? 0;
    if (code === backslash && isInString) index += 1;
    else if (code === quotationMark) isInString = !isInString;
    else if (isInString) continue;
    else if ((code & ~caseBit) === openingBracket) depth += 1;
    else if ((code & ~caseBit) === closingBracket) depth -= 1;
    if (depth > deepest) deepest = depth;
  }
  return deepest;
}

/** A number too large that has no long exponent has 200 digits and more, which two probes in a row can't both miss. */
function mayHoldLongNumber(text: string): boolean {
  let wasDigit = false;
  for (let index = 0; index < text.length; index += digitProbeDistance) {
    const code = text.charCodeAt(index);
    const isDigit = code >= 0x30 && code <= 0x39;
    if (isDigit && wasDigit) return true;
    wasDigit = isDigit;
  }
  return false;
}

function holdsOnlyFinite(data: unknown): boolean {
  if (typeof data === 'number') return Number.isFinite(data);
  return typeof data !== 'object' || data === null || Object.values(data).every(holdsOnlyFinite);
}

function dropProtoKeys(data: unknown): void {
  if (typeof data !== 'object' || data === null) return;
  Reflect.deleteProperty(data, '__proto__');
  for (const item of Object.values(data)) dropProtoKeys(item);
}
