import type { ListedPlace } from './port-split';
import { filterMatches } from './subscription-plan';

/** The parts of the platform's lists that tell of a hub; a location that is not known is empty. */
interface ListedParts {
  readonly hubs: readonly { readonly id: string; readonly location: string }[];
  readonly ports: readonly { readonly id: string; readonly hub: string; readonly location: string }[];
}

/** The hubs that the lists name, in any list, and their ports, in the order of their ids. */
export function listedPlaces({ hubs, ports }: ListedParts): readonly ListedPlace[] {
  const places = new Map<string, ListedPlace & { readonly ports: string[] }>();
  const portsOf = (location: string, hub: string): string[] => {
    const key = `${location}/${hub}`;
    const place = places.get(key) ?? { location: location === '' ? undefined : location, hub, ports: [] };
    places.set(key, place);
    return place.ports;
  };
  for (const { id, hub, location } of ports) portsOf(location, hub).push(id);
  const placed = new Set(ports.map(({ hub }) => hub));
  for (const { id, location } of hubs) if (location !== '' || !placed.has(id)) portsOf(location, id);
  for (const { ports: ids } of places.values()) ids.sort();
  return [...places].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, place]) => place);
}

/** Before so many events have come, how many ports a hub has says more of what it sends. */
const fewestEvents = 1_000;

/** How much comes from each hub of a company: as has been counted, or as its ports let one expect. */
export class HubLoads {
  readonly #company: string;
  #sizes = new Map<string, number>();
  /** How many events have come on each topic; a topic is looked up faster than its hub is cut out of it. */
  readonly #counts = new Map<string, { count: number }>();
  #events = 0;
  /** The counts by hub, as they were after so many events. */
  #summed: { readonly events: number; readonly byHub: ReadonlyMap<string, number> } | undefined;

  constructor(company: string) {
    this.#company = company;
  }

  listed(hubs: readonly ListedPlace[]): void {
    this.#sizes = new Map(
      hubs.map(({ location, hub, ports }) => [this.#keyOf(location ?? '+', hub), Math.max(1, ports.length)]),
    );
  }

  event(topic: string): void {
    const counter = this.#counts.get(topic);
    if (counter === undefined) this.#counts.set(topic, { count: 1 });
    else counter.count += 1;
    this.#events += 1;
  }

  /** What was long ago counts less and less. */
  fade(): void {
    for (const [topic, counter] of this.#counts) {
      counter.count /= 2;
      if (counter.count < 1) this.#counts.delete(topic);
    }
    this.#events /= 2;
    this.#summed = undefined;
  }

  /** What the topics of a filter bring, in no unit of its own. */
  weightOf(filter: string): number {
    const [, , , location, hub, last] = filter.split('/');
    const port = last === '#' ? undefined : last;
    const isOneHub = location !== undefined && location !== '+' && hub !== undefined && hub !== '+' && hub !== '#';
    if (isOneHub) return this.#weightIn(this.#keyOf(location, hub), port);
    let sum = 0;
    for (const key of this.#sizes.keys())
      if (filterMatches(filter, `${key}/${port ?? 'any'}`)) sum += this.#weightIn(key, port);
    return Math.max(sum, 1);
  }

  /** Of a hub, or of one of its ports. */
  #weightIn(key: string, port: string | undefined): number {
    const size = port === undefined ? (this.#sizes.get(key) ?? 1) : 1;
    if (this.#events < fewestEvents) return size;
    const count = port === undefined ? this.#countsByHub().get(key) : this.#counts.get(`${key}/${port}`)?.count;
    // What was silent may speak.
    return (count ?? 0) + (size * this.#events) / 10_000;
  }

  #countsByHub(): ReadonlyMap<string, number> {
    if (this.#summed?.events === this.#events) return this.#summed.byHub;
    const byHub = new Map<string, number>();
    for (const [topic, { count }] of this.#counts) {
      const hub = topic.slice(0, topic.lastIndexOf('/'));
      byHub.set(hub, (byHub.get(hub) ?? 0) + count);
    }
    this.#summed = { events: this.#events, byHub };
    return byHub;
  }

  #keyOf(location: string, hub: string): string {
    return `/ports/${this.#company}/${location}/${hub}`;
  }
}
