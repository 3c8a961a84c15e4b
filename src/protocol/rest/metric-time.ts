import { latestMs, readInstant } from '../json/instant';
import { isPlainObject } from '../json/plain-object';
import { quoted } from '../json/quoted';
import { OchnoError } from '../ochno-error';

const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

function timeMs(value: unknown, nowMs: number): number | undefined {
  const [, amount, unit] = (typeof value === 'string' && /^-(\d+(?:\.\d+)?)([smhdw])$/.exec(value.trim())) || [];
  if (amount !== undefined && unit !== undefined) return nowMs - Number(amount) * (unitsMs[unit] ?? Number.NaN);
  return readInstant(value);
}

/**
 * Reads one end of a span of time as the user gives it, and writes it as the platform takes it.
 *
 * @param field `from` or `to`, for the message
 * @param value as {@link readInstant} takes it, so as answers write times (without a zone it is UTC), or a time before now:
 * `-90s`, `-30m`, `-1h`, `-7d`, `-2w`
 * @returns ISO 8601 in UTC
 * @throws OchnoError OCHNO_VALUE for anything else
 */
export function metricTime(field: string, value: unknown, nowMs: number): string {
  const ms = timeMs(value, nowMs);
  if (ms !== undefined && ms >= -latestMs && ms <= latestMs) return new Date(ms).toISOString();
  throw new OchnoError(
    'OCHNO_VALUE',
    `query: ${field} is ${quoted(value)}; give a time like 2025-01-31T08:00:00Z, seconds or milliseconds since 1970, or -1h, -30m, -7d`,
    { problem: { key: 'query-time', values: { name: field } } },
  );
}

/**
 * URL parameters for a series, still to be checked: `from` and `to` as {@link metricTime} writes them and left out where
 * they are empty, the others as they are.
 *
 * @throws OchnoError OCHNO_VALUE for a `from` or `to` that is not a time
 */
export function metricQuery(query: unknown, nowMs: number): unknown {
  if (!isPlainObject(query)) return query;
  const times = ['from', 'to'].filter(
    (field) => Object.hasOwn(query, field) && (query[field] ?? undefined) !== undefined,
  );
  const written = times.map((field) => {
    const value = query[field];
    return [field, value === '' ? undefined : metricTime(field, value, nowMs)];
  });
  return { ...query, ...Object.fromEntries(written) };
}
