import type { Check, Reason } from '../dialog/option-checks';

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  level: [0, 100],
  altlevel: [0, 100],
  temp: [2700, 5700],
  alttemp: [2700, 5700],
  red: [0, 255],
  green: [0, 255],
  blue: [0, 255],
  altred: [0, 255],
  altgreen: [0, 255],
  altblue: [0, 255],
};

function checkFields(fields: object): Reason | undefined {
  const entries = Object.entries(fields).filter(([name]) => name !== 'transition');
  if (entries.length === 0) return { key: 'lamp-empty' };
  for (const [name, value] of entries) {
    const range = ranges[name];
    if (range === undefined) return { key: 'lamp-field', values: { name } };
    const [least, most] = range;
    if (typeof value !== 'number' || value < least || value > most) {
      return { key: 'lamp-range', values: { name, least: String(least), most: String(most) } };
    }
  }
  return undefined;
}

const checkText: Check = (text) => {
  if (/^(on|off|toggle)$/.test(text) || /^[+-]\d+(\.\d+)?$/.test(text)) return undefined;
  return checkNumber(text);
};

const checkNumber: Check = (text) => {
  const level = text.trim() === '' ? Number.NaN : Number(text);
  return level >= 0 && level <= 100 ? undefined : { key: 'lamp-level' };
};

/** A fixed value of the command `lamp`; what only the running flow knows is left to the runtime. */
export function checkLampValue(type: string, text: string): Reason | undefined {
  if (type === 'num') return checkNumber(text);
  if (type === 'str') return checkText(text);
  if (type !== 'json') return undefined;
  const value: unknown = JSON.parse(text);
  if (typeof value === 'number') return checkNumber(String(value));
  if (typeof value === 'string') return checkText(value);
  if (typeof value === 'boolean') return undefined;
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? checkFields(value)
    : { key: 'lamp-empty' };
}
