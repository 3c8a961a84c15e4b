/** Numbers below this are seconds, as ms they would lie in 1973 and as seconds they reach the year 5138. */
const leastMs = 1e11;
/** The latest time a Date can hold. */
export const latestMs = 8.64e15;

/** A month, a day, or a day and its time with or without a zone. */
const isoTime = /^\d{4}-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?\s?(Z|[+-]\d{2}:?\d{2})?)?)?$/i;

/** Also of another realm: Node-RED's function nodes run in one. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === '[object Date]';
}

function fromNumber(value: number, unitMs = value < leastMs ? 1000 : 1): number | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  const ms = value * unitMs;
  return ms <= latestMs ? ms : undefined;
}

/**
 * Reads a point in time, as platforms write it and users do: ISO 8601 (without a zone it is UTC), seconds or milliseconds
 * since 1970 as a number or as digits, or a Date.
 *
 * @returns ms since 1970, or undefined if it is none of these
 */
export function readInstant(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (isDate(value)) return fromNumber(value.getTime(), 1);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return fromNumber(Number(text));
  if (!isoTime.test(text)) return undefined;
  const dateOnly = text.length <= 10;
  const zoned = dateOnly || /(Z|[+-]\d{2}:?\d{2})$/i.test(text);
  const ms = Date.parse(zoned ? text : `${text}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}
