import type { CompanyKey } from '../../../sidebar-messages';
import { holds, searchQuery, searchText } from '../../places/place-search';
import type { Building, CompanyState } from '../building/building';
import type { Hub } from '../building/company-reading';
import type { Port } from '../building/port';
import type { KnownCompany } from './flow-issues';
import type { KnownPorts, Substitute, UnknownId } from './replacement';

/** Made once for what was read: it is asked for again with every change of a node. */
const lookups = new WeakMap<CompanyState, BuildingLookup>();

/** One company of the building as those who check and mend nodes ask for it. */
export class BuildingLookup implements KnownCompany, KnownPorts {
  readonly account: string;
  readonly company: string;
  readonly #locations: ReadonlyMap<string, string>;
  readonly #hubs: ReadonlyMap<string, Hub>;
  readonly #ports = new Map<string, Port[]>();

  /** The company, if its lists were read. */
  static of(building: Building, key: CompanyKey): BuildingLookup | undefined {
    const present = building.company(key);
    if (present.state !== 'ok') return undefined;
    const made = lookups.get(present) ?? BuildingLookup.#make(key, present);
    lookups.set(present, made);
    return made;
  }

  static #make(key: CompanyKey, present: CompanyState & { readonly state: 'ok' }): BuildingLookup {
    const hubs = present.locations.flatMap(({ floorPlans, hubs: own }) => [
      ...floorPlans.flatMap((plan) => plan.hubs),
      ...own,
    ]);
    const locations = present.locations.map(({ id, name }) => [id, name] as const);
    return new BuildingLookup(key, new Map(locations), new Map(hubs.map((hub) => [hub.id, hub])), present.ports);
  }

  private constructor(
    { account, company }: CompanyKey,
    locations: ReadonlyMap<string, string>,
    hubs: ReadonlyMap<string, Hub>,
    ports: readonly Port[],
  ) {
    this.account = account;
    this.company = company;
    this.#locations = locations;
    this.#hubs = hubs;
    for (const port of ports) {
      const present = this.#ports.get(port.address.port);
      if (present === undefined) this.#ports.set(port.address.port, [port]);
      else present.push(port);
    }
  }

  has(level: 'location' | 'hub' | 'port', id: string): boolean {
    return { location: this.#locations, hub: this.#hubs, port: this.#ports }[level].has(id);
  }

  kindsAt(port: string, hubs: readonly string[]): readonly string[] {
    const there = this.#ports.get(port) ?? [];
    return there.filter(({ address }) => hubs.length === 0 || hubs.includes(address.hub)).map(({ kind }) => kind);
  }

  placesOf(port: string): readonly { readonly hub: string; readonly location: string }[] {
    return (this.#ports.get(port) ?? []).map(({ address }) => address);
  }

  locationOf(hub: string): string | undefined {
    return this.#hubs.get(hub)?.location;
  }

  /** What could take the place of an id, by what it is called; all words searched for are in each. */
  candidates(level: UnknownId['level'], search: string, most: number): readonly Candidate[] {
    const query = searchQuery(search);
    const found: Candidate[] = [];
    for (const candidate of this.#all(level)) {
      if (found.length >= most) break;
      const text = searchText([candidate.name, candidate.where], [candidate.id]);
      if (query.text === '' || holds(text, query)) found.push(candidate);
    }
    return found;
  }

  *#all(level: UnknownId['level']): Iterable<Candidate> {
    const nameOf = (location: string): string => this.#locations.get(location) || location;
    if (level === 'location') {
      for (const [id, name] of this.#locations) yield { id, name: name || id, where: '', substitute: { location: id } };
    } else if (level === 'hub') {
      for (const { id, name, location } of this.#hubs.values()) {
        yield { id, name: name || id, where: nameOf(location), substitute: { location, hub: id } };
      }
    } else {
      for (const { name, address } of [...this.#ports.values()].flat()) {
        const { location, hub, port } = address;
        const where = `${nameOf(location)} › ${this.#hubs.get(hub)?.name || hub}`;
        yield { id: port, name, where, substitute: { location, hub, port } };
      }
    }
  }
}

export interface Candidate {
  readonly id: string;
  readonly name: string;
  /** What it is in. */
  readonly where: string;
  readonly substitute: Substitute;
}
