import { type PortAddress, portTopic } from '../protocol/address';
import { OchnoError } from '../protocol/ochno-error';
import type { PortEvent } from '../protocol/port-event';
import type { RestRequest, RestResponse } from './rest-client';

type Fields = Readonly<Record<string, unknown>>;

/** Reads the present state of all ports of a company over REST, each in the shape of an event. */
export async function readPortSnapshot(
  request: (request: RestRequest) => Promise<RestResponse>,
  company: string,
  receivedAt: number,
): Promise<readonly PortEvent[]> {
  const ports = await listOf(request, '/api/ports', company);
  const needsHubs = ports.some((port) => text(port.locationId) === undefined);
  const hubs = needsHubs ? await listOf(request, '/api/hubs', company) : [];
  const locationOfHub = new Map(hubs.map((hub) => [text(hub.id), text(hub.locationId)]));
  return ports.flatMap((port) => {
    const hub = text(port.hubId);
    const location = text(port.locationId) ?? locationOfHub.get(hub);
    const id = text(port.id);
    if (hub === undefined || location === undefined || id === undefined) return [];
    const address = { company, location, hub, port: id };
    return [snapshotOf(address, port, receivedAt)];
  });
}

/** A port's object over REST in the shape of the port's event: what reads events can read it too. */
function snapshotOf(address: PortAddress, port: Fields, receivedAt: number): PortEvent {
  const state = isFields(port.data) ? port.data : {};
  const time = state.t ?? port.t;
  const data = {
    id: address.hub,
    ...(time === undefined ? {} : { t: time }),
    data: { portId: address.port, ...state },
  };
  return { topic: portTopic(address), address, data, receivedAt, kind: 'snapshot' };
}

async function listOf(
  request: (request: RestRequest) => Promise<RestResponse>,
  path: string,
  company: string,
): Promise<readonly Fields[]> {
  const { body } = await request({ method: 'GET', path, query: { companyIds: [company] }, all: true });
  if (!Array.isArray(body)) {
    throw new OchnoError('OCHNO_HTTP', `the platform's answer to GET ${path} is no list`, { response: body });
  }
  return body.filter(isFields).filter((item) => (text(item.companyId) ?? company) === company);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
