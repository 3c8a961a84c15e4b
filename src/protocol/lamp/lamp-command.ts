import { numberIn } from '../json/numeric-text';
import { isPlainObject } from '../json/plain-object';
import { quoted } from '../json/quoted';
import { OchnoError, type Problem } from '../ochno-error';
import { isLampField, type LampFields, lampRanges } from './lamp';

/** What a value asks of a lamp. `on`, `toggle` and `relative` depend on its present level. */
export type LampCommand =
  | { readonly kind: 'set'; readonly fields: LampFields; readonly transitionMs?: number }
  | { readonly kind: 'on' }
  | { readonly kind: 'toggle' }
  | { readonly kind: 'relative'; readonly delta: number };

/** What is known of a lamp's level, in %. */
export interface PresentLevel {
  readonly level?: number | undefined;
  /** The last level that was not 0. */
  readonly lastLitLevel?: number | undefined;
}

const longestTransitionSeconds = 24 * 3600;
const values =
  'a level from 0 to 100, true or "on", false or "off", "toggle", a step such as "+10" or "-10", or an object such as {"level": 50, "temp": 3000}';

/**
 * Reads a lamp value:
 *
 * - a number from 0 to 100, or one as text: the level
 * - `true` or `"on"`, `false` or `"off"`, `"toggle"`
 * - `"+10"`, `"-10"`: so much brighter or darker
 * - an object with any of `level`, `temp`, `red`, `green`, `blue` and the same with `alt`, numbers in range or such as
 *   text; with `level` or `temp` also `transition`, the seconds a fade takes (0–86400)
 *
 * Text is read without regard to case and to white space around it; its numbers are decimals (`0x10`, `1e1` and `5.` are
 * none). The edit dialog judges by this function too.
 *
 * @throws OchnoError `OCHNO_VALUE` for anything else, naming field, value and range
 */
export function parseLampCommand(value: unknown): LampCommand {
  if (typeof value === 'string') return readText(value);
  if (typeof value === 'number') return level(value);
  if (typeof value === 'boolean') return value ? { kind: 'on' } : level(0);
  if (isPlainObject(value)) return readFields(value);
  return refuse({ key: 'lamp-empty' }, `The lamp can't be set to ${quoted(value)}; give ${values}`);
}

function refuse(problem: Problem, message: string): never {
  throw new OchnoError('OCHNO_VALUE', message, { problem });
}

function level(value: unknown): LampCommand {
  return { kind: 'set', fields: { level: inRange('level', value) } };
}

function readText(text: string): LampCommand {
  const word = text.trim().toLowerCase();
  if (word === 'on') return { kind: 'on' };
  if (word === 'off') return level(0);
  if (word === 'toggle') return { kind: 'toggle' };
  const number = numberIn(word);
  if (number !== undefined) return /^[+-]/.test(word) ? { kind: 'relative', delta: number } : level(number);
  return refuse({ key: 'lamp-level' }, `The lamp can't be set to ${quoted(text)}; give ${values}`);
}

function readFields(object: Readonly<Record<string, unknown>>): LampCommand {
  const { transition, ...rest } = object;
  const fields: { [name: string]: number } = {};
  for (const [name, value] of Object.entries(rest)) fields[name] = inRange(name, value);
  if (!Object.hasOwn(object, 'transition')) {
    if (Object.keys(fields).length > 0) return { kind: 'set', fields };
    return refuse({ key: 'lamp-empty' }, `The lamp can't be set to an object without fields; give ${values}`);
  }
  const transitionMs = readTransition(transition);
  if (!('level' in fields) && !('temp' in fields)) {
    return refuse(
      { key: 'lamp-transition-alone' },
      'A lamp\'s transition needs a "level" or "temp" to fade to in the same object',
    );
  }
  return transitionMs > 0 ? { kind: 'set', fields, transitionMs } : { kind: 'set', fields };
}

/** The number, if the field may be that. */
function inRange(field: string, value: unknown): number {
  if (!isLampField(field)) {
    const known = [...Object.keys(lampRanges), 'transition'].join(', ');
    return refuse(
      { key: 'lamp-field', values: { name: field } },
      `A lamp has no field ${quoted(field)}; its fields are ${known}`,
    );
  }
  const { least, most, unit } = lampRanges[field];
  // A step such as "+10" stands alone: as a field it would be taken for the level 10.
  const number = isSigned(value) ? undefined : numberIn(value);
  if (number !== undefined && number >= least && number <= most) return number;
  const range = `a number from ${least} to ${most}${unit === '' ? '' : ` ${unit}`}`;
  const bounds = { name: field, least: String(least), most: String(most) };
  return refuse({ key: 'lamp-range', values: bounds }, `The lamp's ${field} can't be ${quoted(value)}; it is ${range}`);
}

function isSigned(value: unknown): boolean {
  return typeof value === 'string' && value.trim().startsWith('+');
}

function readTransition(value: unknown): number {
  const seconds = numberIn(value);
  if (seconds !== undefined && seconds >= 0 && seconds <= longestTransitionSeconds) return seconds * 1000;
  return refuse(
    { key: 'lamp-range', values: { name: 'transition', least: '0', most: String(longestTransitionSeconds) } },
    `The lamp's transition can't be ${quoted(value)}; it is a number from 0 to ${longestTransitionSeconds} seconds`,
  );
}

/**
 * The fields to set for a command, now that the present level is known. `on` gives the level the lamp has, else the
 * last one that was not 0, else 100; `toggle` turns a lit lamp to 0 and a dark one on; a step ends at 0 and 100.
 *
 * @throws OchnoError `OCHNO_VALUE` for `toggle` and a step if the present level is not known: it is never guessed
 */
export function resolveLampCommand(
  command: LampCommand,
  present: PresentLevel,
): { readonly fields: LampFields; readonly transitionMs?: number } {
  if (command.kind === 'set') {
    const { fields, transitionMs } = command;
    return transitionMs === undefined ? { fields } : { fields, transitionMs };
  }
  if (command.kind === 'on') return { fields: { level: litLevel(present) } };
  if (present.level === undefined) {
    throw new OchnoError(
      'OCHNO_VALUE',
      "The lamp's present level is not known, so it can't be changed relative to it; give a level from 0 to 100",
    );
  }
  if (command.kind === 'relative') return { fields: { level: clamped(present.level + command.delta) } };
  return { fields: { level: present.level > 0 ? 0 : litLevel(present) } };
}

function litLevel({ level: now, lastLitLevel }: PresentLevel): number {
  const level = now !== undefined && now > 0 ? now : lastLitLevel;
  return level !== undefined && level > 0 ? clamped(level) : 100;
}

function clamped(level: number): number {
  return Math.min(100, Math.max(0, level));
}
