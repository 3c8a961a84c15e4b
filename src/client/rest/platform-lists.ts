import { OchnoError } from '../../protocol/ochno-error';
import type { PortEvent } from '../../protocol/stream/port-event';
import { type PortAddress, type PortSelector, portTopic } from '../../protocol/topics/address';
import type { RestRequest, RestResponse } from './rest-client';

type Fields = Readonly<Record<string, unknown>>;
type Request = (request: RestRequest) => Promise<RestResponse>;

export interface PortSnapshotRequest {
  readonly request: Request;
  readonly company: string;
  /** Who wants the state; an exact selector also tells where a port is whose object does not say. */
  readonly selectors: readonly PortSelector[];
  readonly receivedAt: number;
}

/**
 * Reads the present state of a company's ports over REST, each in the shape of the port's event: what reads events can
 * read it too. How a port's object names its hub and location is not documented, so several places are looked at; a
 * port whose place can't be found is left out.
 */
export async function readPortSnapshot(wanted: PortSnapshotRequest): Promise<readonly PortEvent[]> {
  const { request, company, selectors, receivedAt } = wanted;
  const ports = await listOf(request, '/api/ports', company);
  const exact = exactAddresses(selectors);
  const lackPlace = ports.some((port) => idOf(port, 'location') === undefined && !exact.has(idOf(port, 'port')));
  const hubs = lackPlace ? await listOf(request, '/api/hubs', company).catch(() => []) : [];
  const locationOfHub = new Map(hubs.map((hub) => [text(hub.id), idOf(hub, 'location')]));
  return ports.flatMap((port) => {
    const id = idOf(port, 'port');
    const known = exact.get(id);
    const hub = idOf(port, 'hub') ?? known?.hub;
    const location = idOf(port, 'location') ?? locationOfHub.get(hub) ?? known?.location;
    if (id === undefined || hub === undefined || location === undefined) return [];
    return snapshotOf({ company, location, hub, port: id }, port, receivedAt);
  });
}

function snapshotOf(address: PortAddress, port: Fields, receivedAt: number): readonly PortEvent[] {
  const state = isFields(port.data) ? port.data : port;
  const time = state.t ?? port.t;
  const data = {
    id: address.hub,
    ...(time === undefined ? {} : { t: time }),
    data: { portId: address.port, ...state },
  };
  try {
    return [{ topic: portTopic(address), address, data, receivedAt, kind: 'snapshot' }];
  } catch {
    // An id that can't be in a topic has no events either.
    return [];
  }
}

/** By port, the addresses that selectors name in full. */
function exactAddresses(selectors: readonly PortSelector[]): ReadonlyMap<string | undefined, PortAddress> {
  return new Map(
    selectors.flatMap(({ company, locations, hubs, ports }) => {
      const [location, ...otherLocations] = locations ?? [];
      const [hub, ...otherHubs] = hubs ?? [];
      if (location === undefined || hub === undefined || otherLocations.length + otherHubs.length > 0) return [];
      return (ports ?? []).map((port) => [port, { company, location, hub, port }] as const);
    }),
  );
}

async function listOf(request: Request, path: string, company: string): Promise<readonly Fields[]> {
  const { body, statusCode } = await request({ method: 'GET', path, query: { companyIds: [company] }, all: true });
  if (!Array.isArray(body)) {
    const details = { statusCode, response: body, cause: { statusCode, response: body } };
    throw new OchnoError('OCHNO_HTTP', `the platform's answer to GET ${path} is no list`, details);
  }
  return body.filter(isFields).filter((item) => (idOf(item, 'company') ?? company) === company);
}

/** `hubId`, or `hub` as an id or an object with one, of the object itself or of its `data`. */
function idOf(item: Fields, level: 'company' | 'location' | 'hub' | 'port'): string | undefined {
  if (level === 'port') return text(item.id) ?? text(item.portId);
  for (const fields of [item, item.data]) {
    if (!isFields(fields)) continue;
    const named = fields[level];
    const id = text(fields[`${level}Id`]) ?? text(named) ?? (isFields(named) ? text(named.id) : undefined);
    if (id !== undefined) return id;
  }
  return undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
