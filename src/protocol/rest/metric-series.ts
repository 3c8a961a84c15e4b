import { readInstant } from '../json/instant';
import { isPlainObject } from '../json/plain-object';
import { quoted } from '../json/quoted';
import { OchnoError } from '../ochno-error';

/** One line of a chart: its name, and its points by time, `x` in ms since 1970. */
export interface MetricSeries {
  readonly series: string;
  readonly data: readonly { readonly x: number; readonly y: number }[];
}

function own(row: Readonly<Record<string, unknown>>, ...names: string[]): unknown {
  const name = names.find((candidate) => Object.hasOwn(row, candidate) && row[candidate] !== null);
  return name === undefined ? undefined : row[name];
}

function readNumber(value: unknown): number | undefined {
  if (typeof value === 'boolean') return Number(value);
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function readRow(row: unknown, measurement: string): { series: string; x: number; y: number } | undefined {
  if (!isPlainObject(row)) return undefined;
  const x = readInstant(own(row, 'time', 't'));
  const y = readNumber(own(row, measurement, 'value'));
  const portId = own(row, 'portId');
  const series = typeof portId === 'string' || typeof portId === 'number' ? String(portId) : measurement;
  return x === undefined || y === undefined ? undefined : { series, x, y };
}

/** A row that has a time and says in so many words that nothing was measured. */
function isGap(row: unknown, measurement: string): boolean {
  if (!isPlainObject(row) || readInstant(own(row, 'time', 't')) === undefined) return false;
  return [measurement, 'value'].some((name) => Object.hasOwn(row, name) && row[name] === null);
}

/**
 * Turns a metrics answer into the series that charts take: one per `portId` (rows without one make a series named
 * after the measurement), sorted by time. A row is `{time or t, portId, <measurement> or value}`; the time may be ISO
 * 8601 (without a zone UTC), seconds or ms; true and false are 1 and 0. Rows without a time or a number are passed
 * over: that is how platforms write a gap.
 *
 * @param statusCode of the answer, for the error
 * @throws OchnoError OCHNO_HTTP if the answer is no list, or holds rows none of which is a point or a gap
 */
export function metricSeries(answer: unknown, measurement: string, statusCode = 200): readonly MetricSeries[] {
  const unreadable = (problem: string): never => {
    throw new OchnoError(
      'OCHNO_HTTP',
      `The platform's answer can't be made into series of ${quoted(measurement)}: ${problem}.`,
      { statusCode, cause: { statusCode } },
    );
  };
  if (!Array.isArray(answer)) return unreadable('it is no list; take it as the platform gave it (shape: platform)');
  const byName = new Map<string, { x: number; y: number }[]>();
  const rows: readonly unknown[] = answer;
  for (const row of rows) {
    const point = readRow(row, measurement);
    if (point === undefined) continue;
    const data = byName.get(point.series) ?? [];
    data.push({ x: point.x, y: point.y });
    byName.set(point.series, data);
  }
  if (rows.length > 0 && byName.size === 0 && !rows.every((row) => isGap(row, measurement)))
    return unreadable(`none of its ${rows.length} rows has a time and a number`);
  return [...byName].map(([series, data]) => ({ series, data: data.sort((a, b) => a.x - b.x) }));
}
