import { OchnoError } from '../ochno-error';
import { deepestNesting } from '../stream/port-event';
import { isPlainObject } from './plain-object';
import { kindOf, messageOf, quoted } from './quoted';

export type JsonObject = Readonly<Record<string, unknown>>;

/** AWS IoT closes the connection on a larger payload (message broker limits, "maximum payload size"). */
const longestPayloadBytes = 128 * 1024;

/** JSON writes these as an empty object, and what they hold is lost without a word. Told by name, since of any realm. */
const hollow = /^(Map|Set|RegExp|Error|Promise|ArrayBuffer)$/;

/**
 * A replacer for `JSON.stringify` that refuses what JSON would write as something else: NaN and the infinite numbers as
 * null, a Map as an object without fields.
 *
 * @throws RangeError naming it
 */
export function refuseFormless(name: string, item: unknown): unknown {
  const isHollow = typeof item === 'object' && item !== null && hollow.test(kindOf(item));
  const isFormless = typeof item === 'number' ? !Number.isFinite(item) : isHollow;
  if (!isFormless) return item;
  throw new RangeError(`${name === '' ? 'it' : quoted(name)} is ${quoted(item)}`);
}

/**
 * Writes an object as JSON.
 *
 * @param what names the object in a message
 * @throws OchnoError `OCHNO_VALUE` for what JSON can't hold (cycles, NaN, infinite numbers, BigInt, a Map) and for more than
 * 128 KiB
 */
function writeJson(what: string, value: object): string {
  let text: string;
  try {
    text = JSON.stringify(value, refuseFormless);
  } catch (cause) {
    return refuse(what, `it can't be written as JSON (${messageOf(cause)})`, cause);
  }
  return checkSize(what, text ?? '');
}

/**
 * Returns the text if the broker takes so much.
 *
 * @throws OchnoError `OCHNO_VALUE` for more than 128 KiB
 */
export function checkSize(what: string, text: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= longestPayloadBytes) return text;
  return refuse(what, `it has ${bytes} bytes, and the broker takes ${longestPayloadBytes} at most`);
}

/**
 * A plain object as it will be once written as JSON, in a copy of its own.
 *
 * @param what names the object in a message
 * @throws OchnoError `OCHNO_VALUE` for anything but a plain object, for what `writeJson` refuses, and for an object nested
 * more than 500 deep
 */
export function outgoingCopy(what: string, value: unknown): JsonObject {
  if (!isPlainObject(value)) {
    return refuse(what, `it is ${quoted(value)}, but a plain object is needed`);
  }
  const copy: unknown = JSON.parse(writeJson(what, value) || 'null');
  if (!isPlainObject(copy)) return refuse(what, 'its toJSON does not make an object of it');
  return isDeeperThan(deepestNesting, copy) ? refuse(what, `it is nested more than ${deepestNesting} deep`) : copy;
}

function refuse(what: string, problem: string, cause?: unknown): never {
  throw new OchnoError('OCHNO_VALUE', `The ${what} can't be sent: ${problem}`, { cause });
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(levels - 1, item));
}
