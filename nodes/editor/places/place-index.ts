import type { Listed, ListedFloorPlan, ListedHub, ListedLocation } from '../../../src/protocol/rest/listed-places';
import type { KnownPlaces, PlacedPort } from '../../dialog-messages';

function byId<T extends Listed>(places: readonly T[]): ReadonlyMap<string, T> {
  return new Map(places.map((place) => [place.id, place]));
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** A port's id alone may not be unique in a building; with its hub's it is. */
export function portKey(port: { readonly hub: string; readonly id: string }): string {
  return `${port.hub}/${port.id}`;
}

/** One company's places, looked up instead of searched for: an answer may hold 10 000 ports. */
export class PlaceIndex {
  readonly company: string;
  readonly places: KnownPlaces;
  readonly companies: ReadonlyMap<string, Listed>;
  readonly locations: ReadonlyMap<string, ListedLocation>;
  readonly floorPlans: ReadonlyMap<string, ListedFloorPlan>;
  readonly hubs: ReadonlyMap<string, ListedHub>;
  readonly #portsOfHub: ReadonlyMap<string, readonly PlacedPort[]>;
  readonly #hubsOfName: ReadonlyMap<string, readonly ListedHub[]>;
  /** By their own name and their location's. */
  readonly #hubsNamedThere: ReadonlyMap<string, readonly ListedHub[]>;
  readonly #hubsOfLocation: ReadonlyMap<string, readonly ListedHub[]>;
  readonly #floorPlansOfLocation: ReadonlyMap<string, readonly ListedFloorPlan[]>;
  readonly #portIds: ReadonlySet<string>;

  /** `company` is the id that was asked for, empty if only companies were. */
  constructor(company: string, places: KnownPlaces) {
    this.company = company;
    this.places = places;
    this.companies = byId(places.companies);
    this.locations = byId(places.locations);
    this.floorPlans = byId(places.floorPlans);
    this.hubs = byId(places.hubs);
    this.#portsOfHub = grouped(places.ports, (port) => port.hub);
    this.#hubsOfName = grouped(places.hubs, (hub) => hub.name);
    this.#hubsNamedThere = grouped(places.hubs, (hub) => this.#namedThere(hub));
    this.#hubsOfLocation = grouped(places.hubs, (hub) => hub.location);
    this.#floorPlansOfLocation = grouped(places.floorPlans, (plan) => plan.location);
    this.#portIds = new Set(places.ports.map((port) => port.id));
  }

  portsOf(hub: string): readonly PlacedPort[] {
    return this.#portsOfHub.get(hub) ?? [];
  }

  hubsIn(location: string): readonly ListedHub[] {
    return this.#hubsOfLocation.get(location) ?? [];
  }

  floorPlansIn(location: string): readonly ListedFloorPlan[] {
    return this.#floorPlansOfLocation.get(location) ?? [];
  }

  /** Its name, and if that is not the only one of its kind so called, what tells it from the others. */
  distinctName(place: Listed | ListedHub | PlacedPort): string {
    const name = place.name || place.id;
    if ('hub' in place) return this.#with(name, place, this.portsOf(place.hub));
    if (!('location' in place)) return this.#with(name, place, this.places.companies, this.places.locations);
    if (place.name === '' || this.#hubsOfName.get(place.name)?.length === 1) return name;
    return this.#isAloneThere(place) ? `${name} (${this.locationName(place.location)})` : `${name} (${place.id})`;
  }

  #with(name: string, { id }: Listed, ...kinds: readonly (readonly Listed[])[]): string {
    const kind = kinds.find((places) => places.some((place) => place.id === id)) ?? [];
    const isAlike = kind.some((place) => place.name === name && place.id !== id);
    return isAlike ? `${name} (${id})` : name;
  }

  /** Whether any hub has a port of this id. */
  hasPort(id: string): boolean {
    return this.#portIds.has(id);
  }

  hubName(id: string): string {
    return this.hubs.get(id)?.name || id;
  }

  /** What a hub is called beside its location's name: with its id, if that is not enough to tell it from others. */
  hubNameThere(id: string): string {
    const hub = this.hubs.get(id);
    return hub === undefined || hub.name === '' || this.#isAloneThere(hub) ? this.hubName(id) : `${hub.name} (${id})`;
  }

  #isAloneThere(hub: ListedHub): boolean {
    return this.#hubsNamedThere.get(this.#namedThere(hub))?.length === 1;
  }

  #namedThere({ name, location }: ListedHub): string {
    return `${name}\n${this.locationName(location)}`;
  }

  locationName(id: string): string {
    return this.locations.get(id)?.name || id;
  }
}
