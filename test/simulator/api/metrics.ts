import type { Building } from '../building/building';
import { climateAt, isMeasurement } from '../building/climate';
import { type ApiRequest, HttpProblem } from './http-reply';

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** Rows for each port at most; a longer span is told more coarsely. */
const mostRows = 1500;

/** ISO or ms; 400 for anything else. */
function readTime(request: ApiRequest, name: string, usual: number): number {
  const text = request.query.get(name);
  if (text === null || text === '') return usual;
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(ms)) throw new HttpProblem(400, `"${name}" must be an ISO time or milliseconds`);
  return ms;
}

/** Port id and key of each port asked for. */
function wantedPorts(request: ApiRequest, building: Building): { portId: string; portKey: string }[] {
  const ids = [...request.query.getAll('portId'), ...request.query.getAll('portIds')];
  if (ids.length === 0) throw new HttpProblem(400, '"portId" is missing');
  return ids.map((portId) => {
    const portKey = building.firstPortKey(portId);
    if (portKey === undefined) throw new HttpProblem(404, `There is no port "${portId}"`);
    if (!building.owns(building.port(portKey).companyId)) {
      throw new HttpProblem(403, 'You have no permission to do this');
    }
    return { portId, portKey };
  });
}

/** `GET /api/metrics/<measurement>?from&to&portId`: rows `{time, portId, <measurement>: value}`, oldest first. */
export function readMetrics(request: ApiRequest, building: Building, now: number): object[] {
  const measurement = request.segments[2] ?? '';
  if (!isMeasurement(measurement)) throw new HttpProblem(404, `There is no measurement "${measurement}"`);
  const wantedTo = readTime(request, 'to', now);
  const from = readTime(request, 'from', wantedTo - dayMs);
  if (from > wantedTo) throw new HttpProblem(400, '"from" must not be after "to"');
  const to = Math.min(wantedTo, now);
  const step = Math.max(1, Math.ceil((to - from) / minuteMs / mostRows)) * minuteMs;
  const rows: object[] = [];
  for (const { portId, portKey } of wantedPorts(request, building)) {
    const seed = building.placeSeed(portKey);
    for (let t = Math.ceil(from / step) * step; t <= to; t += step) {
      rows.push({ time: new Date(t).toISOString(), portId, [measurement]: climateAt(measurement, seed, t) });
    }
  }
  return rows;
}
