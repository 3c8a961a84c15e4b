import type { Company, FloorPlan, Hub, Location, Port } from './building-model';
import { type DeviceName, makeDevice } from './devices';
import { noise } from './random';

export interface BuildingSize {
  readonly companies: number;
  readonly locations: number;
  readonly hubs: number;
  readonly ports: number;
}

export interface BuildingPlan {
  readonly companies: Company[];
  readonly locations: Location[];
  readonly floorPlans: FloorPlan[];
  readonly hubs: Hub[];
  readonly ports: Port[];
  /** Port id → what usually stands there. */
  readonly usualDevices: Map<string, DeviceName>;
}

/** A company of someone else: its things exist, and the account may not touch them. */
export const foreignCompany: Company = {
  id: 'n0tY0ur5x',
  name: 'Initrode',
  type: 'Building Tenant',
  logotype: '',
  website: '',
};

const firstCompanies: readonly Company[] = [
  { id: 'r2d2i5b43', name: 'Goople', type: 'Building Tenant', logotype: '', website: '' },
  { id: 'a11iNc3p0', name: 'Ochno', type: 'Building Owner', logotype: '', website: '' },
];

const locationNames = ['Head office', 'Kontoret i Malmö', 'Café "Zur Brücke" <west>', 'Warehouse', "Miller's Yard"];
const placeNames = ['Desk', 'Desk', 'Meeting table', 'Desk', 'Lounge', 'Reception', 'Fönsterplats', 'Quiet room'];
const hubProducts = ['O-PC-2', 'O-PD', 'O-PC-4', 'O-PC-3'];
const lampKinds: readonly DeviceName[] = ['hcllamp', 'lamp', 'bidirhcllamp', 'bidirlamp'];
const fourthKinds: readonly DeviceName[] = ['dimmer', 'fan', 'button', 'phone'];

/** What stands at a port: the first of a hub has a lamp, the second a sensor, the third a place for a laptop. */
export function usualDevice(hubNumber: number, portInHub: number): DeviceName {
  const kinds: readonly (DeviceName | undefined)[] = [
    lampKinds[hubNumber % lampKinds.length],
    'sensor',
    'laptop',
    fourthKinds[hubNumber % fourthKinds.length],
  ];
  return kinds[portInHub % kinds.length] ?? 'laptop';
}

const portNames: Readonly<Record<string, string>> = {
  sensor: 'Room sensor',
  laptop: 'Laptop',
  phone: 'Phone',
  fan: 'Fan',
  button: 'Button',
  dimmer: 'Dimmer',
};

function hardwareId(seed: number, kind: number, number: number): string {
  const part = (salt: number): string =>
    Math.floor(noise(seed, kind, number, salt) * 2 ** 24)
      .toString(16)
      .padStart(6, '0')
      .toUpperCase();
  return `${part(1)}${part(2)}`;
}

function companyNumber(index: number): Company {
  const known = firstCompanies[index];
  if (known !== undefined) return { ...known };
  return {
    id: `c0mpany${index + 1}`,
    name: `Tenant ${index + 1}`,
    type: 'Building Tenant',
    logotype: '',
    website: '',
  };
}

/** Draws up buildings from a seed: ids `loc1`, `floor1`, `hub1`, `port1`, ... count through all companies. */
class Architect {
  readonly plan: BuildingPlan = {
    companies: [],
    locations: [],
    floorPlans: [],
    hubs: [],
    ports: [],
    usualDevices: new Map(),
  };
  readonly #seed: number;
  readonly #t: number;

  constructor(seed: number, t: number) {
    this.#seed = seed;
    this.#t = t;
  }

  addCompany(company: Company, size: BuildingSize): void {
    this.plan.companies.push(company);
    for (let i = 0; i < size.locations; i++) this.#addLocation(company.id, i, size);
  }

  #addLocation(companyId: string, index: number, size: BuildingSize): void {
    const number = this.plan.locations.length + 1;
    const name = locationNames[index] ?? `House ${index + 1}`;
    const location: Location = { id: `loc${number}`, name, companyId, data: { city: 'Lund', country: 'SE' } };
    this.plan.locations.push(location);
    const floors = Math.min(10, Math.max(1, Math.round(size.hubs / 2)));
    const hubsPerFloor = Math.ceil(size.hubs / floors);
    for (let hub = 0; hub < size.hubs; hub++) {
      if (hub % hubsPerFloor === 0) this.#addFloor(location, hub / hubsPerFloor);
      this.#addHub(location, hub, hub % hubsPerFloor, size.ports);
    }
  }

  #addFloor(location: Location, index: number): void {
    const number = this.plan.floorPlans.length + 1;
    const { id: locationId, companyId } = location;
    const data = { widthMetres: 40, depthMetres: 16 };
    this.plan.floorPlans.push({ id: `floor${number}`, name: `Floor ${index + 1}`, locationId, companyId, data });
  }

  #addHub(location: Location, index: number, indexOnFloor: number, ports: number): void {
    const number = this.plan.hubs.length + 1;
    const place = placeNames[index % placeNames.length] ?? 'Desk';
    const hub: Hub = {
      id: `hub${number}`,
      name: `${place} ${index + 1}`,
      hwId: hardwareId(this.#seed, 1, number),
      product: hubProducts[index % hubProducts.length] ?? 'O-PD',
      companyId: location.companyId,
      locationId: location.id,
      floorPlanId: `floor${this.plan.floorPlans.length}`,
      data: { x: 4 + (indexOnFloor % 8) * 4.5, y: 3 + Math.floor(indexOnFloor / 8) * 4 },
    };
    this.plan.hubs.push(hub);
    for (let port = 0; port < ports; port++) this.#addPort(hub, number - 1, port);
  }

  #addPort(hub: Hub, hubNumber: number, index: number): void {
    const number = this.plan.ports.length + 1;
    const id = `port${number}`;
    const kind = usualDevice(hubNumber, index);
    const { companyId, locationId, floorPlanId } = hub;
    this.plan.usualDevices.set(id, kind);
    this.plan.ports.push({
      id,
      name: `${hub.name} · ${portNames[kind] ?? 'Lamp'}`,
      hwId: hardwareId(this.#seed, 2, number),
      companyId,
      locationId,
      floorPlanId,
      hubId: hub.id,
      data: {
        portId: id,
        t: this.#t,
        connected: true,
        enabled: true,
        device: makeDevice(kind, placeSeed(this.#seed, id), this.#t),
      },
    });
  }
}

/** The seed of the climate round one port. */
export function placeSeed(seed: number, portId: string): number {
  let sum = 0;
  for (const char of portId) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 2 ** 31;
  return Math.floor(noise(seed, sum) * 2 ** 31);
}

/** The whole building, the foreign company's corner last. */
export function planBuilding(size: BuildingSize, seed: number, t: number): BuildingPlan {
  const architect = new Architect(seed, t);
  for (let i = 0; i < size.companies; i++) architect.addCompany(companyNumber(i), size);
  architect.addCompany({ ...foreignCompany }, { companies: 1, locations: 1, hubs: 1, ports: 1 });
  return architect.plan;
}
