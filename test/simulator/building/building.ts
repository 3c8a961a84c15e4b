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
import { type BuildingSize, foreignCompany, placeSeed, planBuilding } from './building-plan';
import { type DeviceName, lampFields, makeDevice } from './devices';

/** What changed at a port. */
export interface PortChange {
  readonly connected?: boolean;
  readonly enabled?: boolean;
  readonly device?: DeviceState;
}

export type PortListener = (ids: PortIds, change: PortChange) => void;

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
  readonly ports: Map<string, Port>;
  readonly #seed: number;
  readonly #clock: PlatformClock;
  readonly #usual: ReadonlyMap<string, DeviceName>;
  readonly #listeners = new Set<PortListener>();

  constructor(size: BuildingSize, seed: number, clock: PlatformClock) {
    const plan = planBuilding(size, seed, clock.now());
    this.companies = byId(plan.companies);
    this.locations = byId(plan.locations);
    this.floorPlans = byId(plan.floorPlans);
    this.hubs = byId(plan.hubs);
    this.ports = byId(plan.ports);
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
    return companyId !== foreignCompany.id && this.companies.has(companyId);
  }

  /** Throws where there is no such port. */
  port(portId: string): Port {
    const port = this.ports.get(portId);
    if (port === undefined) throw new Error(`The building has no port "${portId}"`);
    return port;
  }

  address(portId: string): PortIds {
    const { companyId, locationId, hubId } = this.port(portId);
    return { company: companyId, location: locationId, hub: hubId, port: portId };
  }

  /** The seed of the climate round a port. */
  placeSeed(portId: string): number {
    return placeSeed(this.#seed, portId);
  }

  /** Plugs a device in, in place of what was there; without a name, what usually stands at that port. */
  plugIn(portId: string, name: DeviceName = this.#usual.get(portId) ?? 'laptop'): void {
    const port = this.port(portId);
    delete port.data.device;
    this.change(portId, { connected: true, device: makeDevice(name, this.placeSeed(portId), this.#clock.now()) });
  }

  unplug(portId: string): void {
    const port = this.port(portId);
    delete port.data.device;
    this.change(portId, { connected: false });
  }

  /** What the sensor at a port reads from now on, until it drifts. */
  setSensor(portId: string, sensor: SensorState): void {
    this.change(portId, { device: { sensor } });
  }

  /** Sets a lamp by hand; values are clamped, fields the lamp does not have are left out. False where there is no lamp. */
  setLamp(portId: string, fields: LampState): boolean {
    const { device, connected } = this.port(portId).data;
    const known = connected ? lampFields[device?.subtypes?.[0] ?? ''] : undefined;
    if (device?.lamp === undefined || known === undefined) return false;
    const lamp: LampState = {};
    for (const [name, value] of Object.entries(fields)) {
      if (!isLampField(name) || !known.includes(name) || typeof value !== 'number') continue;
      const [least, most] = lampRanges[name];
      lamp[name] = Math.min(most, Math.max(least, value));
    }
    if (Object.keys(lamp).length === 0) return false;
    this.change(portId, { device: { lamp } });
    return true;
  }

  /** Sets a fan's targets; its speed follows at once. False where there is no fan. */
  setFan(portId: string, targets: Readonly<Record<string, unknown>>): boolean {
    if (this.port(portId).data.device?.fan === undefined) return false;
    const fan: Record<string, number> = {};
    for (const [name, value] of Object.entries(targets)) {
      const number = /^target([1-4])$/.exec(name)?.[1];
      if (number === undefined || typeof value !== 'number') continue;
      const target = Math.min(100, Math.max(0, value));
      fan[`target${number}`] = target;
      fan[`rpm${number}`] = target * 14;
    }
    if (Object.keys(fan).length === 0) return false;
    this.change(portId, { device: { fan } });
    return true;
  }

  /** Takes a change in and tells the listeners. */
  change(portId: string, change: PortChange): void {
    this.remember(portId, change);
    const ids = this.address(portId);
    for (const listener of this.#listeners) listener(ids, change);
  }

  /** Takes a change in silently. */
  remember(portId: string, change: object): void {
    const { data } = this.port(portId);
    merge(data, change);
    data.t = this.#clock.now();
  }
}
