import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliDecompress, inflate, inflateRaw, unzip, type ZlibOptions } from 'node:zlib';
import { arrayShares } from '../../protocol/json/array-shares';
import { parseExactly } from '../../protocol/json/exact-json';
import { OchnoError } from '../../protocol/ochno-error';
import { readMediaType } from '../../protocol/rest/media-type';
import { readPayload } from '../../protocol/stream/port-event';

export type HttpHeaders = Record<string, string | string[]>;

/** An answer of any status. */
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: HttpHeaders;
  readonly body: Buffer;
}

interface BodyReading {
  /** What was asked for, for the message. */
  readonly what: string;
  /** Numbers that JavaScript can't hold digit for digit come as `ExactNumber`. */
  readonly exactNumbers?: boolean | undefined;
}

/** More values in one call are not read: empty ones cost ten times the memory that their bytes do. */
export const mostValues = 3_000_000;

/** Reading fewer bytes takes no longer than a turn should. */
const longBytes = 256 * 1024;

/** Byte order marks (Unicode, 23.8) and what follows them. */
const byteOrderMarks: readonly (readonly [mark: readonly number[], charset: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xfe, 0xff], 'utf-16be'],
  [[0xff, 0xfe], 'utf-16le'],
];

/** What undoes a coding, by its name (RFC 9110, 8.4.1). */
function decompressorOf(coding: string | undefined, bytes: Buffer): typeof unzip | typeof brotliDecompress | undefined {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return unzip;
    case 'br':
      return brotliDecompress;
    case 'deflate':
      // From some servers it comes without its zlib header.
      return ((bytes[0] ?? 0) & 0x0f) === 8 ? inflate : inflateRaw;
    default:
      return undefined;
  }
}

export function isSuccess({ statusCode }: Pick<HttpAnswer, 'statusCode'>): boolean {
  return statusCode >= 200 && statusCode < 300;
}

/**
 * An answer with its compression undone; without a body where that fails and the status is a failure's, since that is what
 * counts then.
 *
 * @throws Error of zlib's, if it is cut or not compressed as it says; with code `ERR_BUFFER_TOO_LARGE` beyond `mostBytes`
 */
export async function decompressed(answer: HttpAnswer, mostBytes: number): Promise<HttpAnswer> {
  const coding = headerText(answer, 'content-encoding')?.trim().toLowerCase();
  const decompressor = decompressorOf(coding, answer.body);
  if (decompressor === undefined || answer.body.length === 0) return answer;
  const { 'content-encoding': _, 'content-length': __, ...headers } = answer.headers;
  try {
    const decompress = promisify<Buffer, ZlibOptions, Buffer>(decompressor);
    return { ...answer, headers, body: await decompress(answer.body, { maxOutputLength: mostBytes }) };
  } catch (error) {
    if (isSuccess(answer)) throw error;
    return { ...answer, headers, body: Buffer.alloc(0) };
  }
}

/** One header as text; repeated ones are joined as HTTP allows. */
export function headerText(answer: Pick<HttpAnswer, 'headers'>, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** The wall clock of whoever answered, in ms, from the Date header. */
export function answerDateMs(answer: Pick<HttpAnswer, 'headers'>): number | undefined {
  const ms = Date.parse(headerText(answer, 'date') ?? '');
  return Number.isNaN(ms) ? undefined : ms;
}

/** An answer's bytes as text: by their byte order mark, else by the declared character set, else UTF-8. */
export function answerText(answer: Pick<HttpAnswer, 'headers' | 'body'>): string {
  const decoder = decoderOf(answer);
  const text = decoder.decode(answer.body);
  // Node.js 20 and 22 read it as ISO-8859-1, which has control characters where this has signs.
  return decoder.encoding === 'windows-1252' ? text.replace(/[\u0080-\u009f]/g, windowsSign) : text;
}

/** What windows-1252 has from 0x80 to 0x9f (WHATWG Encoding, index windows-1252). */
const windowsSigns = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function windowsSign(character: string): string {
  return windowsSigns[character.charCodeAt(0) - 0x80] ?? character;
}

/** As UTF-8, which most answers are: a list of thousands is then not decoded to be encoded again. */
function utf8Bytes(answer: HttpAnswer): Buffer {
  if (decoderOf(answer).encoding === 'utf-8' && isUtf8(answer.body)) return answer.body;
  return Buffer.from(answerText(answer));
}

function decoderOf({ headers, body }: Pick<HttpAnswer, 'headers' | 'body'>): InstanceType<typeof TextDecoder> {
  const marked = byteOrderMarks.find(([mark]) => mark.every((byte, index) => body[index] === byte));
  const charset = marked?.[1] ?? readMediaType(headerText({ headers }, 'content-type')).charset ?? 'utf-8';
  try {
    return new TextDecoder(charset);
  } catch {
    // A character set that nobody knows; most of what is not UTF-8 shares its letters.
    return new TextDecoder();
  }
}

/**
 * The body of an answer: parsed where it is JSON, text where it says so, its bytes where it is neither, `''` where there
 * is none.
 *
 * @throws OchnoError OCHNO_HTTP if it says it is JSON and is not, or holds too many values
 */
export function readBody(answer: HttpAnswer, { what, exactNumbers = false }: BodyReading): unknown {
  const { kind } = readMediaType(headerText(answer, 'content-type'));
  if (answer.body.length === 0) return '';
  if (kind === 'binary') return answer.body;
  if (kind === 'text') return answerText(answer);
  if (answer.body.length > mostValues && countValues(answer.body) > mostValues) throw tooManyValues(answer, what);
  const reading = readPayload(utf8Bytes(answer));
  if (!reading.ok) throw unusable(answer, what, 'is not readable JSON', true);
  return exactNumbers ? parseExactly(answerText(answer)) : reading.data;
}

/**
 * The same as `readBody`, but a list that is too long for one turn is read a share at a time: ten thousand ports would hold
 * up the flows for longer than it takes to ask for them. Tells how many values there are, too.
 */
export async function readLongBody(
  answer: HttpAnswer,
  reading: BodyReading,
): Promise<{ readonly body: unknown; readonly values: number }> {
  const { kind } = readMediaType(headerText(answer, 'content-type'));
  const isLong = kind === 'json' && answer.body.length > longBytes;
  const list = isLong && !reading.exactNumbers ? await readLongList(answer, reading) : undefined;
  return list ?? { body: readBody(answer, reading), values: countValues(answer.body) };
}

/** The list, or `undefined` if the answer is none: what it is instead, or why it can't be read, is for `readBody` to say. */
async function readLongList(
  answer: HttpAnswer,
  { what }: BodyReading,
): Promise<{ readonly body: unknown; readonly values: number } | undefined> {
  const body: unknown[] = [];
  let values = 0;
  // It has taken its time already to be put together.
  await nextTurn();
  for (const share of arrayShares(utf8Bytes(answer))) {
    if (share === undefined) return undefined;
    const read = readPayload(share);
    if (!read.ok || !Array.isArray(read.data)) return undefined;
    for (const item of read.data) body.push(item);
    values += countValues(share);
    if (values > mostValues) throw tooManyValues(answer, what);
    await nextTurn();
  }
  return { body, values };
}

/** Every value but the outermost follows a comma or an opening bracket; those in texts are counted too. */
function countValues(bytes: Buffer): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x2c || byte === 0x5b || byte === 0x7b) count += 1;
  }
  return count;
}

function tooManyValues(answer: HttpAnswer, what: string): OchnoError {
  const problem = `holds more than the ${mostValues} values that are read; ask for less at a time`;
  return unusable(answer, what, problem, false);
}

/** Without the answer itself: half of a log-in's or of the stream's credentials is still a secret. */
function unusable({ statusCode }: HttpAnswer, what: string, problem: string, retryable: boolean): OchnoError {
  return new OchnoError('OCHNO_HTTP', `The platform answered ${statusCode} to ${what}, but its answer ${problem}.`, {
    statusCode,
    retryable,
  });
}
