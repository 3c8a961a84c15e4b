import type { Company, FloorPlan, Hub, Location, Port } from './building-model';
import { type DeviceName, makeDevice } from './devices';
import { noise } from './random';

export interface BuildingOptions {
  readonly companies: number;
  readonly locations: number;
  readonly hubs: number;
  readonly ports: number;
  /** Ids are digits, counted from 1 for each kind of thing. */
  readonly numericIds?: boolean;
  /** Port ids are counted anew at each hub. */
  readonly portIdsPerHub?: boolean;
  /** Hardware ids are numbers of more than 53 bits. */
  readonly wideNumbers?: boolean;
}

type Size = Pick<BuildingOptions, 'locations' | 'hubs' | 'ports'>;

export interface BuildingPlan {
  readonly companies: Company[];
  readonly locations: Location[];
  readonly floorPlans: FloorPlan[];
  readonly hubs: Hub[];
  readonly ports: Port[];
  /** The company that is someone else's. */
  readonly foreignCompany: string;
  /** Port key → what usually stands there. */
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

const firstNumericCompany = 17;
const foreignNumericCompany = 9;
/** The hardware id of the first thing; a JavaScript number makes …976 of it. */
const firstWideNumber = 1_152_921_504_606_846_977n;

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

function companyNumber(index: number, numericIds: boolean): Company {
  const known = firstCompanies[index];
  if (known !== undefined) return numericIds ? { ...known, id: String(firstNumericCompany + index) } : { ...known };
  return {
    id: numericIds ? String(firstNumericCompany + index) : `c0mpany${index + 1}`,
    name: `Tenant ${index + 1}`,
    type: 'Building Tenant',
    logotype: '',
    website: '',
  };
}

/**
 * Draws up buildings from a seed: ids `loc1`, `floor1`, `hub1`, `port1`, ... count through all companies, unless the
 * options say otherwise.
 */
class Architect {
  readonly plan: BuildingPlan = {
    companies: [],
    locations: [],
    floorPlans: [],
    hubs: [],
    ports: [],
    foreignCompany: '',
    usualDevices: new Map(),
  };
  readonly #options: BuildingOptions;
  readonly #seed: number;
  readonly #t: number;

  constructor(options: BuildingOptions, seed: number, t: number) {
    const foreign = options.numericIds === true ? String(foreignNumericCompany) : foreignCompany.id;
    this.plan = { ...this.plan, foreignCompany: foreign };
    this.#options = options;
    this.#seed = seed;
    this.#t = t;
  }

  addCompany(company: Company, size: Size): void {
    this.plan.companies.push(company);
    for (let i = 0; i < size.locations; i++) this.#addLocation(company.id, i, size);
  }

  #id(kind: string, number: number): string {
    return this.#options.numericIds === true ? String(number) : `${kind}${number}`;
  }

  #hardwareId(kind: number, number: number): string {
    if (this.#options.wideNumbers !== true) return hardwareId(this.#seed, kind, number);
    return String(firstWideNumber + 2n * BigInt(number - 1));
  }

  #addLocation(companyId: string, index: number, size: Size): void {
    const number = this.plan.locations.length + 1;
    const name = locationNames[index] ?? `House ${index + 1}`;
    const location: Location = { id: this.#id('loc', number), name, companyId, data: { city: 'Lund', country: 'SE' } };
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
    this.plan.floorPlans.push({
      id: this.#id('floor', number),
      name: `Floor ${index + 1}`,
      locationId,
      companyId,
      data,
    });
  }

  #addHub(location: Location, index: number, indexOnFloor: number, ports: number): void {
    const number = this.plan.hubs.length + 1;
    const place = placeNames[index % placeNames.length] ?? 'Desk';
    const hub: Hub = {
      id: this.#id('hub', number),
      name: `${place} ${index + 1}`,
      hwId: this.#hardwareId(1, number),
      product: hubProducts[index % hubProducts.length] ?? 'O-PD',
      companyId: location.companyId,
      locationId: location.id,
      floorPlanId: this.#id('floor', this.plan.floorPlans.length),
      data: { x: 4 + (indexOnFloor % 8) * 4.5, y: 3 + Math.floor(indexOnFloor / 8) * 4 },
    };
    this.plan.hubs.push(hub);
    for (let port = 0; port < ports; port++) this.#addPort(hub, number - 1, port);
  }

  #addPort(hub: Hub, hubNumber: number, index: number): void {
    const number = this.plan.ports.length + 1;
    const id = this.#id('port', this.#options.portIdsPerHub === true ? index + 1 : number);
    const key = this.#options.portIdsPerHub === true ? `${hub.id}:${id}` : id;
    const hwId = this.#hardwareId(2, number);
    const kind = usualDevice(hubNumber, index);
    const device = makeDevice(kind, placeSeed(this.#seed, key), this.#t);
    const { companyId, locationId, floorPlanId } = hub;
    this.plan.usualDevices.set(key, kind);
    this.plan.ports.push({
      id,
      name: `${hub.name} · ${portNames[kind] ?? 'Lamp'}`,
      hwId,
      companyId,
      locationId,
      floorPlanId,
      hubId: hub.id,
      data: {
        portId: id,
        t: this.#t,
        connected: true,
        enabled: true,
        device: { ...device, ...(this.#options.wideNumbers === true && { serial: hwId }) },
      },
    });
  }
}

/** The seed of the climate round one port. */
export function placeSeed(seed: number, portKey: string): number {
  let sum = 0;
  for (const char of portKey) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 2 ** 31;
  return Math.floor(noise(seed, sum) * 2 ** 31);
}

/** The whole building, the foreign company's corner last. */
export function planBuilding(options: BuildingOptions, seed: number, t: number): BuildingPlan {
  const architect = new Architect(options, seed, t);
  const { plan } = architect;
  for (let i = 0; i < options.companies; i++) {
    architect.addCompany(companyNumber(i, options.numericIds === true), options);
  }
  architect.addCompany({ ...foreignCompany, id: plan.foreignCompany }, { locations: 1, hubs: 1, ports: 1 });
  return plan;
}
