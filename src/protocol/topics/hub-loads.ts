import { filterMatches, type ListedPlace } from './subscription-plan';

/** A hub that the platform lists, and how many ports it has. */
export interface ListedHubSize extends ListedPlace {
  readonly ports: number;
}

/** The parts of the platform's lists that tell of a hub; a location that is not known is empty. */
interface ListedParts {
  readonly hubs: readonly { readonly id: string; readonly location: string }[];
  readonly ports: readonly { readonly hub: string; readonly location: string }[];
}

/** The hubs that the lists name, in any list, in the order of their ids. */
export function hubSizes({ hubs, ports }: ListedParts): readonly ListedHubSize[] {
  const sizes = new Map<string, ListedHubSize>();
  const count = (location: string, hub: string, more: number): void => {
    const key = `${location}/${hub}`;
    const known = sizes.get(key)?.ports ?? 0;
    sizes.set(key, { location: location === '' ? undefined : location, hub, ports: known + more });
  };
  for (const { hub, location } of ports) count(location, hub, 1);
  const placed = new Set(ports.map(({ hub }) => hub));
  for (const { id, location } of hubs) if (location !== '' || !placed.has(id)) count(location, id, 0);
  return [...sizes].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, size]) => size);
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

  listed(hubs: readonly ListedHubSize[]): void {
    this.#sizes = new Map(
      hubs.map(({ location, hub, ports }) => [this.#keyOf(location ?? '+', hub), Math.max(1, ports)]),
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
    const [, , , location, hub, ...rest] = filter.split('/');
    const isOneHub = location !== undefined && location !== '+' && hub !== undefined && hub !== '+' && hub !== '#';
    if (isOneHub) {
      const key = this.#keyOf(location, hub);
      const share = rest[0] === '#' ? 1 : 1 / (this.#sizes.get(key) ?? 1);
      return this.#weightOfHub(key) * share;
    }
    let sum = 0;
    for (const key of this.#sizes.keys()) if (filterMatches(filter, `${key}/any`)) sum += this.#weightOfHub(key);
    return Math.max(sum, 1);
  }

  #weightOfHub(key: string): number {
    const size = this.#sizes.get(key) ?? 1;
    if (this.#events < fewestEvents) return size;
    // A hub that was silent may speak.
    return (this.#countsByHub().get(key) ?? 0) + (size * this.#events) / 10_000;
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
