/** A number that JavaScript's own can't hold digit for digit, kept as it was written. */
export class ExactNumber {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

/** From here on JavaScript writes a whole number with an exponent: nobody takes it for an id. */
const leastExponent = 1e21;

/** Whether a number is one that may have lost digits before it came here, as a 64-bit id in an answer does. */
export function mayLackDigits(value: unknown): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(Number(value)) < leastExponent;
}

/** A string or a number of readable JSON; after a string, the colon that makes a name of it. */
const token = /"(?:[^"\\]|\\.)*"(\s*:)?|-?\d[\d.eE+-]*/g;
/** JSON can hold this character escaped only, so no text begins with it unless it was written so. */
const mark = '\\u0001';
const marked = '\u0001';

/**
 * Parses JSON that is known to be readable, and keeps every number: one that would lose digits, such as a 64-bit id, is an
 * {@link ExactNumber}.
 */
export function parseExactly(text: string): unknown {
  const markedText = text.replace(token, (whole, colon?: string) => {
    if (whole.startsWith('"'))
      return colon === undefined && whole.startsWith(`"${mark}`) ? `"${mark}${whole.slice(1)}` : whole;
    return isExact(whole) ? whole : `"${mark}${whole}"`;
  });
  return JSON.parse(markedText, (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(marked)) return value;
    const rest = value.slice(marked.length);
    return rest.startsWith(marked) ? rest : new ExactNumber(rest);
  });
}

/** JSON text of what {@link parseExactly} gave, or of parts of it; every number digit for digit. */
export function writeExactly(value: unknown): string {
  if (value instanceof ExactNumber) return value.digits;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(writeExactly).join(',')}]`;
  return `{${Object.entries(value).map(writeEntry).join(',')}}`;
}

function writeEntry([name, value]: [string, unknown]): string {
  return `${JSON.stringify(name)}:${writeExactly(value)}`;
}

/** Whether a number, read and written again, is still the same number. */
function isExact(digits: string): boolean {
  return sameNumber(digits, String(Number(digits)));
}

function sameNumber(one: string, other: string): boolean {
  return one === other || canonical(one) === canonical(other);
}

/** A decimal number in one spelling only: sign, significant digits, and the power of ten they are multiplied with. */
function canonical(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const leading = `${whole}${fraction}`.replace(/^0+/, '');
  let end = leading.length;
  while (end > 0 && leading[end - 1] === '0') end -= 1;
  const significant = leading.slice(0, end);
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (leading.length - end);
  return `${mantissa.startsWith('-') ? '-' : ''}${significant}e${power}`;
}
