import { Building } from '../../../nodes/editor/sidebar/building/building';
import type { AccountSummary, CompanyLayout, PortEntry } from '../../../nodes/sidebar-messages';

export const account: AccountSummary = {
  id: 'acc',
  name: 'Office',
  defaultCompany: 'c1',
  companies: { state: 'ok', list: [{ id: 'c1', name: 'Goople' }] },
  connections: [{ company: '', state: 'connected', detail: '' }],
};

export const companyKey = { account: 'acc', company: 'c1' };
export const now = 1_000_000_000;

export function portEntry(id: string, device: object | undefined, more: Partial<PortEntry> = {}): PortEntry {
  const state = { id: 'h1', data: { portId: id, connected: device !== undefined, ...(device ? { device } : {}) } };
  return { id, name: '', hub: 'h1', location: 'l1', floorPlan: '', heardAt: now, state, ...more };
}

export const content: CompanyLayout & { readonly ports: readonly PortEntry[] } = {
  locations: [{ id: 'l1', name: 'Head office' }],
  floorPlans: [{ id: 'f1', name: 'Floor 1', location: 'l1' }],
  hubs: [
    { id: 'h1', name: 'Desk 1', location: 'l1', floorPlan: 'f1' },
    { id: 'h2', name: 'Desk 2', location: 'l1', floorPlan: '' },
  ],
  ports: [
    portEntry('p1', { types: ['lamp'], lamp: { level: 40, temp: 3000 } }, { name: 'Desk 1 · Lamp' }),
    portEntry('p2', { types: ['sensor'], sensor: { temperature: 21.4, airco2: 812 } }),
    portEntry('p3', { types: ['computer'], power: { watt: 43 } }, { hub: 'h2', heardAt: now - 12 * 60_000 }),
    portEntry('p4', undefined, { hub: 'h2', name: 'Fönsterplats' }),
  ],
};

/** A building of one company with two hubs. */
export function buildingOf(ports: readonly PortEntry[] = content.ports): Building {
  const building = new Building();
  building.setAccounts([account], now, now);
  building.startReading(companyKey);
  takeIn(building, ports);
  return building;
}

/** As the answer brings it: the lists first, then the ports. */
export function takeIn(building: Building, ports: readonly PortEntry[] = content.ports, frame = 0): void {
  const reading = building.reading(companyKey, content);
  for (const port of ports) reading.add([port]);
  building.setCompany(companyKey, { state: 'ok', now, frame, reading }, now);
}
