import { isDeepStrictEqual } from 'node:util';
import type { PlatformClock } from '../platform-clock';
import {
  type Company,
  type DeviceState,
  type FloorPlan,
  type Hub,
  type LampField,
  type LampState,
  type Location,
  lampRanges,
  type Port,
  type PortIds,
  type SensorState,
} from './building-model';
import { type BuildingOptions, placeSeed, planBuilding } from './building-plan';
import { type DeviceName, lampFields, makeDevice } from './devices';

/** What changed at a port. */
export interface PortChange {
  readonly connected?: boolean;
  readonly enabled?: boolean;
  readonly device?: DeviceState;
}

export type PortListener = (ids: PortIds, change: PortChange, port: Port) => void;

/** What of a change is news; undefined where nothing is. Objects are looked into. */
function news<T extends object>(known: object, change: T): Partial<T> | undefined {
  const present = new Map<string, unknown>(Object.entries(known));
  const told: Partial<T> = { ...change };
  for (const [key, value] of Object.entries(change)) {
    const before = present.get(key);
    const part = isPlainObject(value) && isPlainObject(before) ? news(before, value) : value;
    if (part === undefined || isDeepStrictEqual(before, value)) Reflect.deleteProperty(told, key);
    else Object.assign(told, { [key]: part });
  }
  return Object.keys(told).length === 0 ? undefined : told;
}

function byId<T extends { readonly id: string }>(list: readonly T[]): Map<string, T> {
  return new Map(list.map((item) => [item.id, item]));
}

function isLampField(name: string): name is LampField {
  return Object.hasOwn(lampRanges, name);
}

/** Puts what changed over what is known; objects are merged, everything else is replaced. */
function merge(target: object, change: object): void {
  const known = new Map<string, unknown>(Object.entries(target));
  for (const [key, value] of Object.entries(change)) {
    // An assignment to it would change the prototype.
    if (key === '__proto__') continue;
    const present = known.get(key);
    const nested = isPlainObject(value) && isPlainObject(present);
    if (nested) merge(present, value);
    else Object.assign(target, { [key]: isPlainObject(value) ? structuredClone(value) : value });
  }
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The demo building: who owns what, and what is plugged in where. Everything that happens in it is told to the
 * listeners as the port's event.
 */
export class Building {
  readonly companies: Map<string, Company>;
  readonly locations: Map<string, Location>;
  readonly floorPlans: Map<string, FloorPlan>;
  readonly hubs: Map<string, Hub>;
  /** By key: a port's id, and where ids are unique for each hub only, its hub's id before it (`hub1:port1`). */
  readonly ports: Map<string, Port>;
  /** Hubs without power: they tell nothing and obey nothing, and the platform goes on with what they told last. */
  hubsOff: 'none' | 'all' | { readonly hub: string } = 'none';
  readonly #portIdsPerHub: boolean;
  readonly #wideNumbers: boolean;
  readonly #foreignCompany: string;
  readonly #seed: number;
  readonly #clock: PlatformClock;
  readonly #usual: ReadonlyMap<string, DeviceName>;
  readonly #listeners = new Set<PortListener>();

  constructor(options: BuildingOptions, seed: number, clock: PlatformClock) {
    const plan = planBuilding(options, seed, clock.now());
    this.companies = byId(plan.companies);
    this.locations = byId(plan.locations);
    this.floorPlans = byId(plan.floorPlans);
    this.hubs = byId(plan.hubs);
    this.#portIdsPerHub = options.portIdsPerHub === true;
    this.#wideNumbers = options.wideNumbers === true;
    this.#foreignCompany = plan.foreignCompany;
    this.ports = new Map(plan.ports.map((port) => [this.portKey(port.hubId, port.id), port]));
    this.#usual = plan.usualDevices;
    this.#seed = seed;
    this.#clock = clock;
  }

  /** Tells of everything that happens; the function returned ends it. */
  onChange(listener: PortListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether the account may see and change this company. */
  owns(companyId: string): boolean {
    return companyId !== this.#foreignCompany && this.companies.has(companyId);
  }

  /** The key of a hub's port. */
  portKey(hubId: string, portId: string): string {
    return this.#portIdsPerHub ? `${hubId}:${portId}` : portId;
  }

  /** The key of the first port with this id; undefined where there is none. */
  firstPortKey(portId: string): string | undefined {
    if (!this.#portIdsPerHub) return this.ports.has(portId) ? portId : undefined;
    return [...this.ports].find(([, { id }]) => id === portId)?.[0];
  }

  isHubOff(hubId: string): boolean {
    return this.hubsOff === 'all' || (this.hubsOff !== 'none' && this.hubsOff.hub === hubId);
  }

  /** Throws where there is no such port. */
  port(portKey: string): Port {
    const port = this.ports.get(portKey);
    if (port === undefined) throw new Error(`The building has no port "${portKey}"`);
    return port;
  }

  address(portKey: string): PortIds {
    const { id, companyId, locationId, hubId } = this.port(portKey);
    return { company: companyId, location: locationId, hub: hubId, port: id };
  }

  /** The seed of the climate round a port. */
  placeSeed(portKey: string): number {
    return placeSeed(this.#seed, portKey);
  }

  /** Plugs a device in, in place of what was there; without a name, what usually stands at that port. */
  plugIn(portKey: string, name: DeviceName = this.#usual.get(portKey) ?? 'laptop'): void {
    const port = this.port(portKey);
    const device = makeDevice(name, this.placeSeed(portKey), this.#clock.now());
    delete port.data.device;
    this.change(portKey, { connected: true, device: { ...device, ...(this.#wideNumbers && { serial: port.hwId }) } });
  }

  unplug(portKey: string): void {
    const port = this.port(portKey);
    delete port.data.device;
    this.change(portKey, { connected: false });
  }

  /** What the sensor at a port reads from now on, until it drifts. */
  setSensor(portKey: string, sensor: SensorState): void {
    this.change(portKey, { device: { sensor } });
  }

  /** Sets a lamp at once. False where there is none that has one of these fields. */
  setLamp(portKey: string, fields: LampState): boolean {
    const lamp = this.lampAim(portKey, fields);
    if (lamp !== undefined) this.change(portKey, { device: { lamp } });
    return lamp !== undefined;
  }

  /** What a lamp makes of these fields: clamped, and only those it has; undefined where there is nothing to obey. */
  lampAim(portKey: string, fields: LampState): LampState | undefined {
    const { device, connected } = this.port(portKey).data;
    const known = connected ? lampFields[device?.subtypes?.[0] ?? ''] : undefined;
    if (device?.lamp === undefined || known === undefined) return undefined;
    const lamp: LampState = {};
    for (const [name, value] of Object.entries(fields)) {
      if (!isLampField(name) || !known.includes(name) || typeof value !== 'number') continue;
      const [least, most] = lampRanges[name];
      lamp[name] = Math.min(most, Math.max(least, value));
    }
    return Object.keys(lamp).length === 0 ? undefined : lamp;
  }

  /** Sets a fan's targets; its speed follows at once. False where there is no fan. */
  setFan(portKey: string, targets: Readonly<Record<string, unknown>>): boolean {
    if (this.port(portKey).data.device?.fan === undefined) return false;
    const fan: Record<string, number> = {};
    for (const [name, value] of Object.entries(targets)) {
      const number = /^target([1-4])$/.exec(name)?.[1];
      if (number === undefined || typeof value !== 'number') continue;
      const target = Math.min(100, Math.max(0, value));
      fan[`target${number}`] = target;
      fan[`rpm${number}`] = target * 14;
    }
    if (Object.keys(fan).length === 0) return false;
    this.change(portKey, { device: { fan } });
    return true;
  }

  /** Takes a change in and tells the listeners what of it is new, if anything is. A hub that is off notices nothing. */
  change(portKey: string, change: PortChange): void {
    const port = this.port(portKey);
    if (this.isHubOff(port.hubId)) return;
    const told = news(port.data, change);
    if (told === undefined) return;
    this.remember(portKey, told);
    const ids = this.address(portKey);
    for (const listener of this.#listeners) listener(ids, told, port);
  }

  /** Takes a change in silently. */
  remember(portKey: string, change: object): void {
    const { data } = this.port(portKey);
    merge(data, change);
    data.t = this.#clock.now();
  }
}
