import type { WireFormat } from '../wire-format';
import type { Building } from './building';
import type { PortIds } from './building-model';
import type { Lamps } from './lamps';

export function portTopic({ company, location, hub, port }: PortIds): string {
  return `/ports/${company}/${location}/${hub}/${port}`;
}

/** An event in the shape of the documented action. */
export function eventPayload(wire: WireFormat, ids: PortIds, t: number, data: object): string {
  return wire.write({ id: ids.hub, t, data: { portId: ids.port, ...data } });
}

interface ActionEnvelope {
  readonly data?: { readonly portId?: unknown; readonly device?: Readonly<Record<string, unknown>> };
}

function readAction(wire: WireFormat, payload: Buffer): ActionEnvelope | undefined {
  try {
    const action = wire.read(payload.toString());
    return typeof action === 'object' && action !== null ? action : undefined;
  } catch {
    // Not JSON: the hub ignores it.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What obeys actions. */
export interface Obedient {
  readonly building: Building;
  readonly lamps: Lamps;
  readonly wire: WireFormat;
}

/** Has a port obey an action as its hub would; the port's events tell of it. Gives why nothing happened, if so. */
export function obeyAction({ building, lamps, wire }: Obedient, topic: string, payload: Buffer): string | undefined {
  const [, kind, company, location, hub = '', portId = ''] = topic.split('/');
  const portKey = building.portKey(hub, portId);
  const port = building.ports.get(portKey);
  if (kind !== 'action' || port === undefined) return 'no such port';
  if (port.companyId !== company || port.locationId !== location || port.hubId !== hub) return 'no such port';
  if (building.isHubOff(hub)) return 'the hub is off';
  const action = readAction(wire, payload);
  if (!isRecord(action)) return 'not a JSON object';
  const data = action.data;
  if (!isRecord(data) || data.portId !== portId) return 'data.portId does not name the port';
  if (!isRecord(data.device)) return 'no data.device';
  const { lamp, fan } = data.device;
  const lampObeyed = isRecord(lamp) && lamps.set(portKey, lamp);
  const fanObeyed = isRecord(fan) && building.setFan(portKey, fan);
  return lampObeyed || fanObeyed ? undefined : 'the device has nothing that obeys';
}
