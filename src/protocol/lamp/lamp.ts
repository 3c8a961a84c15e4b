import { numberIn } from '../json/numeric-text';
import { isPlainObject } from '../json/plain-object';
import { valueAt } from '../json/property-path';

/** The fields of a lamp; those with `alt` are of the second light of a two-way lamp. */
export type LampField =
  | 'level'
  | 'temp'
  | 'red'
  | 'green'
  | 'blue'
  | 'altlevel'
  | 'alttemp'
  | 'altred'
  | 'altgreen'
  | 'altblue';

/** A lamp's state or what is to be set of it: levels in %, temperatures in K, colours 0–255. */
export type LampFields = { readonly [field in LampField]?: number };

export interface Range {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
}

const percent: Range = { least: 0, most: 100, unit: '%' };
const kelvin: Range = { least: 2700, most: 5700, unit: 'K' };
const colour: Range = { least: 0, most: 255, unit: '' };

/** What each field may be. */
export const lampRanges: Readonly<Record<LampField, Range>> = {
  level: percent,
  temp: kelvin,
  red: colour,
  green: colour,
  blue: colour,
  altlevel: percent,
  alttemp: kelvin,
  altred: colour,
  altgreen: colour,
  altblue: colour,
};

export function isLampField(name: string): name is LampField {
  return Object.hasOwn(lampRanges, name);
}

/** A device reports a level in steps of this many %, a temperature in steps of this share of it. */
const levelStep = 1;
const temperatureStepShare = 0.01;

/**
 * Whether a lamp that reports `shown` has obeyed a command for `wanted`: it rounds to steps of its own. Dark and lit are
 * never the same, unless less than the least step was wanted.
 */
export function isSameSetting(field: LampField, shown: number, wanted: number): boolean {
  const { unit } = lampRanges[field];
  if (unit === 'K') return Math.abs(shown - wanted) <= wanted * temperatureStepShare;
  if (unit === '') return isRounded(shown, wanted);
  if (shown === 0 || wanted === 0) return shown === wanted || (shown === 0 && wanted < levelStep);
  return Math.abs(shown - wanted) <= levelStep;
}

/** Whether `shown` is `wanted`, or one of the whole numbers next to it where that is a fraction. */
export function isRounded(shown: number, wanted: number): boolean {
  return shown === wanted || Math.floor(wanted) === shown || Math.ceil(wanted) === shown;
}

const lampPlaces = [['data', 'device', 'lamp'], ['device', 'lamp'], ['lamp']];

/**
 * The lamp in an event: its fields that are numbers or write one as text, from the first of `data.device.lamp`, `device.lamp` and `lamp` that
 * has any; `undefined` where none has.
 */
export function findLamp(data: unknown): LampFields | undefined {
  for (const place of lampPlaces) {
    const fields = numbersOf(valueAt(data, place).value);
    if (fields !== undefined) return fields;
  }
  return undefined;
}

function numbersOf(lamp: unknown): LampFields | undefined {
  if (!isPlainObject(lamp)) return undefined;
  const fields: { [field in LampField]?: number } = {};
  for (const [name, value] of Object.entries(lamp)) {
    const number = isLampField(name) ? numberIn(value) : undefined;
    if (isLampField(name) && number !== undefined) fields[name] = number;
  }
  return Object.keys(fields).length === 0 ? undefined : fields;
}
