import type { Building } from './building';
import type { PortIds } from './building-model';

export function portTopic({ company, location, hub, port }: PortIds): string {
  return `/ports/${company}/${location}/${hub}/${port}`;
}

/** An event in the shape of the documented action. */
export function eventPayload(ids: PortIds, t: number, data: object): string {
  return JSON.stringify({ id: ids.hub, t, data: { portId: ids.port, connected: true, ...data } });
}

interface ActionEnvelope {
  readonly data?: { readonly portId?: unknown; readonly device?: Readonly<Record<string, unknown>> };
}

function readAction(payload: Buffer): ActionEnvelope | undefined {
  try {
    const action: unknown = JSON.parse(payload.toString());
    return typeof action === 'object' && action !== null ? action : undefined;
  } catch {
    // Not JSON: the hub ignores it.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Has a port obey an action as its hub would; the port's event tells of it. Gives why nothing happened, if so. */
export function obeyAction(building: Building, topic: string, payload: Buffer): string | undefined {
  const [, kind, company, location, hub, portId = ''] = topic.split('/');
  const port = building.ports.get(portId);
  if (kind !== 'action' || port === undefined) return 'no such port';
  if (port.companyId !== company || port.locationId !== location || port.hubId !== hub) return 'no such port';
  const action = readAction(payload);
  if (!isRecord(action)) return 'not a JSON object';
  const data = action.data;
  if (!isRecord(data) || data.portId !== portId) return 'data.portId does not name the port';
  if (!isRecord(data.device)) return 'no data.device';
  const { lamp, fan } = data.device;
  const lampObeyed = isRecord(lamp) && building.setLamp(portId, lamp);
  const fanObeyed = isRecord(fan) && building.setFan(portId, fan);
  return lampObeyed || fanObeyed ? undefined : 'the device has nothing that obeys';
}
