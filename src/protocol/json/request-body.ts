import { isAnyArrayBuffer } from 'node:util/types';
import { OchnoError } from '../ochno-error';
import { ExactNumber, mayLackDigits } from './exact-json';
import { refuseFormless } from './outgoing-json';
import { messageOf, quoted } from './quoted';

/** A null in the place of NaN would remove the field in an update; and a whole number beyond 2^53 may have lost digits. */
function refuseInexact(name: string, item: unknown): unknown {
  if (item instanceof ExactNumber) throw new RangeError(`${quoted(name)} can't be held exactly`);
  if (!mayLackDigits(item)) return refuseFormless(name, item);
  const problem = `${item}, which may have lost digits: send the body as JSON text`;
  throw new RangeError(name === '' ? `it is ${problem}` : `${quoted(name)} is ${problem}`);
}

/**
 * JSON text of a value; what JSON has no form for (a function, NaN, a BigInt, something circular) and what JavaScript
 * can't hold exactly is OCHNO_VALUE.
 */
export function bodyText(body: unknown): string {
  let why = `it is ${quoted(body)}`;
  try {
    const text: unknown = JSON.stringify(body, refuseInexact);
    if (typeof text === 'string') return text;
  } catch (error) {
    // V8 draws a circle on the lines that follow.
    why = messageOf(error);
  }
  throw new OchnoError('OCHNO_VALUE', `body: it can't be written as JSON (${why})`);
}

/** Text that is JSON as it stands; a byte order mark before it, as files have it, is not sent. */
export function jsonText(body: unknown): string | undefined {
  if (typeof body !== 'string') return undefined;
  const text = body.replace(/^\ufeff/, '');
  try {
    JSON.parse(text);
    return text;
  } catch {
    // Then it is text like any other.
    return undefined;
  }
}

/** The bytes of a Buffer, of another view or of an ArrayBuffer, also of the realm that function nodes run in. */
function bytesOf(body: unknown): Buffer | undefined {
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return isAnyArrayBuffer(body) ? Buffer.from(body) : undefined;
}

/**
 * A body as it is sent, and its media type: bytes as they are, text that is JSON as it stands, anything else written as JSON.
 * `undefined` for none.
 *
 * @throws OchnoError OCHNO_VALUE as `bodyText` does
 */
export function requestBody(body: unknown): { readonly body: string | Buffer; readonly type: string } | undefined {
  if (body === undefined) return undefined;
  const bytes = bytesOf(body);
  if (bytes !== undefined) return { body: Buffer.from(bytes), type: 'application/octet-stream' };
  return { body: jsonText(body) ?? bodyText(body), type: 'application/json' };
}
