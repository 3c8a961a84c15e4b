import { OchnoError } from '../ochno-error';
import { quoted } from './quoted';

const decimal = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)$/;

/**
 * The number that a value means: a finite number itself, or text that writes one in decimals, such as `"40"`, `"21.0"`,
 * `" .5 "` or `"-3"`. Platforms and flows hand on numbers as text all the time. `undefined` for anything else, also for
 * `""`, `"0x10"`, `"1e1"`, `"5,5"` and `"50%"`.
 */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'string') return decimal.test(value.trim()) ? finite(Number(value)) : undefined;
  return typeof value === 'number' ? finite(value) : undefined;
}

/** The sum turns -0 into 0. */
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value + 0 : undefined;
}

/** What an option that is a number may be. */
export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly unit: string;
  /** Nothing after the decimal point. */
  readonly isWhole?: boolean;
}

/** @throws OchnoError `OCHNO_VALUE` naming the option and its range, for what is not a number within it */
export function numberWithin(option: string, value: unknown, { least, most, unit, isWhole }: NumberRange): number {
  const number = numberIn(value);
  const isWithin = number !== undefined && number >= least && number <= most;
  if (isWithin && (!isWhole || Number.isInteger(number))) return number;
  const range = `${isWhole ? 'a whole number' : 'a number'} from ${least} to ${most}${unit === '' ? '' : ` ${unit}`}`;
  const key = isWhole ? 'number-whole' : 'number-range';
  throw new OchnoError('OCHNO_VALUE', `"${option}" has to be ${range}, not ${quoted(value)}`, {
    problem: { field: option, key, values: { least: String(least), most: String(most) } },
  });
}
