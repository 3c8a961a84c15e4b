import { quoted } from '../../protocol/json/quoted';
import { OchnoError } from '../../protocol/ochno-error';
import type { ListedFloorPlan, ListedHub, ListedLocation, ListedPort } from '../../protocol/rest/listed-places';
import type { PortNaming } from '../../protocol/rest/metric-series';
import type { PortEvent } from '../../protocol/stream/port-event';
import { type PortAddress, portTopic } from '../../protocol/topics/address';

/** What each list of a company is of. */
export interface CompanyItems {
  readonly locations: ListedLocation;
  readonly floorPlans: ListedFloorPlan;
  readonly hubs: ListedHub;
  readonly ports: ListedPort;
}

/** The lists of one company, each with when it was read; one that was never read is missing. */
export type CompanyLists = { readonly [list in keyof CompanyItems]?: ReadList<CompanyItems[list]> | undefined };

export interface ReadList<Item> {
  readonly items: readonly Item[];
  /** ms since 1970. */
  readonly readAt: number;
  /** Whether the platform told of more, and not where it is. */
  readonly isPart?: boolean;
}

/** What the ports of a company are in. */
export type CompanyLayout = Pick<CompanyPlaces, 'locations' | 'floorPlans' | 'hubs'>;

/** What is known to be in a company, and how to find it. Nothing of it changes: what is read later is another object. */
export class CompanyPlaces {
  readonly company: string;
  readonly locations: readonly ListedLocation[];
  readonly floorPlans: readonly ListedFloorPlan[];
  readonly hubs: readonly ListedHub[];
  /** Those that can be addressed. */
  readonly ports: readonly ListedPort[];
  /** In words, the ports whose place is not known. */
  readonly unplaced: readonly string[];
  /** When each list was read, ms since 1970; without it the list is empty because it was never read. */
  readonly readAt: { readonly [list in keyof CompanyLists]: number };
  /** Whether there are more hubs or ports than the platform gave. */
  readonly isPart: boolean;
  #locationById: ReadonlyMap<string, ListedLocation> | undefined;
  #hubByPlace: ReadonlyMap<string, ListedHub> | undefined;
  #portByPlace: ReadonlyMap<string, ListedPort> | undefined;

  constructor(company: string, { locations, floorPlans, hubs, ports }: CompanyLists) {
    this.company = company;
    this.locations = locations?.items ?? [];
    this.floorPlans = floorPlans?.items ?? [];
    this.hubs = hubs?.items ?? [];
    const placed = placePorts(company, ports?.items ?? [], this.hubs);
    this.ports = placed.ports;
    this.unplaced = placed.unplaced;
    this.isPart = [hubs, ports].some((list) => list?.isPart);
    this.readAt = {
      ...(locations && { locations: locations.readAt }),
      ...(floorPlans && { floorPlans: floorPlans.readAt }),
      ...(hubs && { hubs: hubs.readAt }),
      ...(ports && { ports: ports.readAt }),
    };
  }

  location(id: string): ListedLocation | undefined {
    this.#locationById ??= new Map(this.locations.map((location) => [location.id, location]));
    return this.#locationById.get(id);
  }

  hub({ location, hub }: Pick<PortAddress, 'location' | 'hub'>): ListedHub | undefined {
    this.#hubByPlace ??= new Map(this.hubs.map((known) => [`${known.location}/${known.id}`, known]));
    return this.#hubByPlace.get(`${location}/${hub}`) ?? this.#hubByPlace.get(`/${hub}`);
  }

  port({ location, hub, port }: Omit<PortAddress, 'company'>): ListedPort | undefined {
    this.#portByPlace ??= new Map(this.ports.map((known) => [`${known.location}/${known.hub}/${known.id}`, known]));
    return this.#portByPlace.get(`${location}/${hub}/${port}`);
  }
}

/** Whether two sets of lists are the same reading of each. */
export function isMadeOf(one: CompanyLists, other: CompanyLists): boolean {
  return (['locations', 'floorPlans', 'hubs', 'ports'] as const).every((list) => one[list] === other[list]);
}

/** Where in the company a port is. */
export function addressOf(company: string, { location, hub, id }: ListedPort): PortAddress {
  return { company, location, hub, port: id };
}

/**
 * The present state of ports, each in the shape of its event, so that what reads events can read it too. One is made when it
 * is asked for, since there may be very many.
 */
export function* snapshotEvents(
  company: string,
  ports: readonly ListedPort[],
  receivedAt: number,
): Generator<PortEvent> {
  for (const port of ports) {
    const address = addressOf(company, port);
    const { t } = port.state;
    yield {
      topic: portTopic(address),
      address,
      data: { id: port.hub, ...(t === undefined ? {} : { t }), data: { portId: port.id, ...port.state } },
      receivedAt,
      kind: 'snapshot',
    };
  }
}

/** Names ports by hub and id, or by an id alone that only one port has. */
export function portNaming(ports: readonly ListedPort[]): PortNaming {
  const byPlace = new Map<string, string>();
  const byId = new Map<string, string | undefined>();
  for (const { hub, id, name } of ports) {
    byPlace.set(`${hub}/${id}`, name);
    byId.set(id, byId.has(id) ? undefined : name);
  }
  return (port, hub) => (hub === undefined ? byId.get(port) : byPlace.get(`${hub}/${port}`)) || undefined;
}

/** A port that does not say where it is is where its hub is. One whose place can't be known has no address. */
function placePorts(
  company: string,
  ports: readonly ListedPort[],
  hubs: readonly ListedHub[],
): { readonly ports: readonly ListedPort[]; readonly unplaced: readonly string[] } {
  const locationOfHub = new Map<string, string>();
  for (const { id, location } of hubs) locationOfHub.set(id, locationOfHub.has(id) ? '' : location);
  const placed: ListedPort[] = [];
  const unplaced: string[] = [];
  for (const port of ports) {
    const location = port.location || locationOfHub.get(port.hub) || '';
    if (location === '') {
      const name = `The port ${quoted(port.id)} of the hub ${quoted(port.hub)}`;
      unplaced.push(`${name} has no location: neither it nor its hub names one`);
      continue;
    }
    const there = location === port.location ? port : { ...port, location };
    try {
      portTopic(addressOf(company, there));
      placed.push(there);
    } catch (error) {
      if (!(error instanceof OchnoError)) throw error;
      unplaced.push(error.message);
    }
  }
  return { ports: placed, unplaced };
}
