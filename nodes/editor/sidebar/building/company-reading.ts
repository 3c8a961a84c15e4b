import type { CompanyKey, CompanyLayout, Named, PortEntry } from '../../../sidebar-messages';
import { type SearchText, searchText } from '../../places/place-search';
import { Port, portKey } from './port';

export interface Hub extends Named {
  readonly floorPlan: string;
  readonly location: string;
  readonly ports: readonly Port[];
}

export interface FloorPlan extends Named {
  readonly hubs: readonly Hub[];
}

export interface Location extends Named {
  readonly floorPlans: readonly FloorPlan[];
  /** Those on no floor plan that is known. */
  readonly hubs: readonly Hub[];
}

/** How a company is put together while its ports arrive, piece by piece: all ten thousand at once would stall the editor. */
export class CompanyReading {
  readonly #key: CompanyKey;
  readonly #layout: CompanyLayout;
  readonly #before: (key: string) => Port | undefined;
  readonly #hubs: ReadonlyMap<string, CompanyLayout['hubs'][number]>;
  readonly #planNames: ReadonlyMap<string, string>;
  readonly #locationNames: ReadonlyMap<string, string>;
  readonly #companyName: string;
  /** By location, floor plan and hub, their names and ids. */
  readonly #above = new Map<string, SearchText>();
  readonly #portsOfHub = new Map<string, Port[]>();
  readonly ports: Port[] = [];

  /** @param before a port as it was known until now, by its key: the ages of its values outlive a new reading */
  constructor(key: CompanyKey, companyName: string, layout: CompanyLayout, before: (key: string) => Port | undefined) {
    this.#key = key;
    this.#companyName = companyName;
    this.#layout = layout;
    this.#before = before;
    this.#hubs = new Map(layout.hubs.map((hub) => [hub.id, hub]));
    this.#planNames = new Map(layout.floorPlans.map(({ id, name }) => [id, name]));
    this.#locationNames = new Map(layout.locations.map(({ id, name }) => [id, name]));
  }

  add(entries: readonly PortEntry[]): void {
    const { account, company } = this.#key;
    for (const entry of entries) {
      const location = entry.location || this.#hubs.get(entry.hub)?.location || '';
      const address = { account, company, location, hub: entry.hub, port: entry.id };
      const port = new Port(address, entry, this.#aboveOf(location, entry), this.#before(portKey(address)));
      this.ports.push(port);
      putInto(this.#portsOfHub, entry.hub, port);
    }
  }

  /** What its ports are in, with those that are there yet. */
  locations(): readonly Location[] {
    const hubs: Hub[] = this.#layout.hubs.map((hub) => ({ ...hub, ports: this.#portsOfHub.get(hub.id) ?? [] }));
    for (const [id, orphans] of this.#portsOfHub) {
      const location = orphans[0]?.address.location ?? '';
      if (!this.#hubs.has(id)) hubs.push({ id, name: '', location, floorPlan: '', ports: orphans });
    }
    return buildLocations(this.#layout, hubs);
  }

  #aboveOf(location: string, { hub: id, floorPlan }: PortEntry): SearchText {
    const hub = this.#hubs.get(id);
    const plan = floorPlan || hub?.floorPlan || '';
    const place = `${location}/${plan}/${id}`;
    const known = this.#above.get(place);
    if (known !== undefined) return known;
    const names = [this.#locationNames.get(location), this.#planNames.get(plan), hub?.name].map((name) => name ?? '');
    const above = searchText([this.#companyName, ...names], [location, id]);
    this.#above.set(place, above);
    return above;
  }
}

function buildLocations(layout: CompanyLayout, hubs: readonly Hub[]): readonly Location[] {
  const hubsOfLocation = grouped(hubs, (hub) => hub.location);
  const listed: Named[] = [...layout.locations];
  const ids = new Set(listed.map(({ id }) => id));
  for (const id of hubsOfLocation.keys()) if (!ids.has(id)) listed.push({ id, name: '' });
  const plansOfLocation = grouped(layout.floorPlans, (plan) => plan.location);
  return listed.map(({ id, name }) => {
    const own = hubsOfLocation.get(id) ?? [];
    const plans = plansOfLocation.get(id) ?? [];
    const hubsOfPlan = grouped(own, (hub) => hub.floorPlan);
    const planIds = new Set(plans.map((plan) => plan.id));
    return {
      id,
      name,
      floorPlans: plans.map((plan) => ({ id: plan.id, name: plan.name, hubs: hubsOfPlan.get(plan.id) ?? [] })),
      hubs: own.filter((hub) => !planIds.has(hub.floorPlan)),
    };
  });
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) putInto(groups, keyOf(item), item);
  return groups;
}

function putInto<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [item]);
  else group.push(item);
}
