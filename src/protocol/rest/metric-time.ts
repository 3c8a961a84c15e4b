import { quoted } from '../json/quoted';
import { OchnoError } from '../ochno-error';

const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** The latest time a Date can hold. */
const latestMs = 8.64e15;
const isoTime = /^\d{4}-\d{2}(-\d{2})?(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

function timeMs(value: unknown, nowMs: number): number | undefined {
  if (typeof value === 'number') return value >= 0 ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (/^\d+$/.test(text)) return Number(text);
  const [, amount, unit] = /^-(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? [];
  if (amount !== undefined && unit !== undefined) return nowMs - Number(amount) * (unitsMs[unit] ?? Number.NaN);
  return isoTime.test(text) ? Date.parse(text) : undefined;
}

/**
 * Reads one end of a span of time as the user gives it, and writes it as the platform takes it.
 *
 * @param field `from` or `to`, for the message
 * @param value ISO 8601 (a time without a zone is this computer's), ms since 1970 as a number or digits, or a time
 * before now: `-90s`, `-30m`, `-1h`, `-7d`, `-2w`
 * @returns ISO 8601 in UTC
 * @throws OchnoError OCHNO_VALUE for anything else
 */
export function metricTime(field: string, value: unknown, nowMs: number): string {
  const ms = timeMs(value, nowMs);
  if (ms !== undefined && ms >= -latestMs && ms <= latestMs) return new Date(ms).toISOString();
  throw new OchnoError(
    'OCHNO_VALUE',
    `query: ${field} is ${quoted(value)}; give a time like 2025-01-31T08:00:00Z, milliseconds since 1970, or -1h, -30m, -7d`,
  );
}

/**
 * URL parameters for a series: `from` and `to` as {@link metricTime} writes them, the others as they are.
 *
 * @throws OchnoError OCHNO_VALUE for a `from` or `to` that is no time
 */
export function metricQuery<T extends Readonly<Record<string, unknown>>>(query: T, nowMs: number): T {
  const times = ['from', 'to'].filter((field) => Object.hasOwn(query, field) && (query[field] ?? '') !== '');
  return { ...query, ...Object.fromEntries(times.map((field) => [field, metricTime(field, query[field], nowMs)])) };
}
