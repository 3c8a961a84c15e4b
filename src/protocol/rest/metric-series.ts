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

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The points of one port, or of rows that name none. */
interface Line {
  readonly hub: string | undefined;
  readonly port: string | undefined;
  readonly points: Point[];
}

function readPoint(row: unknown, measurement: string): Point | undefined {
  if (!isPlainObject(row)) return undefined;
  const x = readInstant(own(row, 'time', 't'));
  const y = readNumber(own(row, measurement, 'value'));
  return x === undefined || y === undefined ? undefined : { x, y };
}

function idIn(row: unknown, field: string): string | undefined {
  const id = isPlainObject(row) ? own(row, field) : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
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
 * over: that is how platforms write a gap. If rows name hubs, and two hubs have a port of that id, the series is
 * `<hub>/<port>`.
 *
 * @param statusCode of the answer, for the error
 * @throws OchnoError OCHNO_HTTP if the answer is not a list, or holds rows none of which is a point or a gap
 */
export function metricSeries(answer: unknown, measurement: string, statusCode = 200): readonly MetricSeries[] {
  const lines = readLines(answer, measurement, statusCode);
  const nameOf = seriesNames(lines, measurement);
  return lines.map((line) => ({ series: nameOf(line), data: line.points }));
}

/** The name of a port, if it is known; `hub` is `undefined` if the platform does not say. */
export type PortNaming = (port: string, hub: string | undefined) => string | undefined;

/** A point of a chart that takes all its lines in one list, as FlowFuse's `ui-chart` does. */
export interface ChartPoint extends Point {
  readonly series: string;
}

/**
 * Turns a metrics answer into one list of points, line after line. Each line has the name of its port; where that is not
 * known it is named as by {@link metricSeries}, which is also added if two ports have one name.
 *
 * @throws OchnoError as {@link metricSeries} does
 */
export function chartPoints(
  answer: unknown,
  measurement: string,
  portName: PortNaming,
  statusCode = 200,
): readonly ChartPoint[] {
  const lines = readLines(answer, measurement, statusCode);
  const seriesName = seriesNames(lines, measurement);
  const names = lines.map(({ port, hub }) => (port === undefined ? undefined : portName(port, hub)));
  return lines.flatMap((line, index) => {
    const name = names[index];
    const isShared = names.indexOf(name) !== names.lastIndexOf(name);
    const series = name === undefined ? seriesName(line) : isShared ? `${name} (${seriesName(line)})` : name;
    return line.points.map((point) => ({ series, ...point }));
  });
}

function readLines(answer: unknown, measurement: string, statusCode: number): readonly Line[] {
  const unreadable = (problem: string): never => {
    throw new OchnoError(
      'OCHNO_HTTP',
      `The platform's answer can't be made into series of ${quoted(measurement)}: ${problem}.`,
      { statusCode },
    );
  };
  if (!Array.isArray(answer)) return unreadable('it is not a list; take it as the platform gave it (shape: platform)');
  const lines = new Map<string, Line>();
  const rows: readonly unknown[] = answer;
  for (const row of rows) {
    const point = readPoint(row, measurement);
    if (point === undefined) continue;
    const [hub, port] = [idIn(row, 'hubId'), idIn(row, 'portId')];
    const key = JSON.stringify([hub, port]);
    const line = lines.get(key) ?? { hub, port, points: [] };
    lines.set(key, line);
    line.points.push(point);
  }
  if (rows.length > 0 && lines.size === 0 && !rows.every((row) => isGap(row, measurement)))
    return unreadable(`none of its ${rows.length} rows has a time and a number`);
  for (const { points } of lines.values()) points.sort((a, b) => a.x - b.x);
  return [...lines.values()];
}

/** The port's id, with its hub's if that alone does not tell two lines apart. */
function seriesNames(lines: readonly Line[], measurement: string): (line: Line) => string {
  const count = new Map<string, number>();
  for (const { port = '' } of lines) count.set(port, (count.get(port) ?? 0) + 1);
  return ({ hub, port }) => {
    if (port === undefined) return measurement;
    return hub !== undefined && (count.get(port) ?? 0) > 1 ? `${hub}/${port}` : port;
  };
}
