import type { Listed, ListedFloorPlan, ListedHub, ListedLocation } from '../../../src/protocol/rest/listed-places';
import type { PlacedPort } from '../../dialog-messages';
import { type PlaceIndex, portKey } from '../places/place-index';
import { holds, type SearchText, searchQuery, searchText } from '../places/place-search';
import { ownName } from './own-name';
import type { PortChoice } from './port-choice';

type RowKind = 'company' | 'location' | 'floorPlan' | 'hub' | 'port' | 'note';

/** One visible line of the tree. */
export interface TreeRow {
  readonly key: string;
  readonly kind: RowKind;
  /** From 1. */
  readonly depth: number;
  readonly place: Listed;
  /** What it is called here: below its hub a port need not repeat the hub's name. */
  readonly name: string;
  readonly port?: PlacedPort;
  /** The company it belongs to. */
  readonly company: string;
  readonly expanded?: boolean;
  /** The ports that are ticked with it. */
  readonly ports: readonly PlacedPort[];
  readonly ticked: 'all' | 'some' | 'none';
  readonly position: number;
  readonly siblings: number;
}

/** What is known of a company: its places once they were asked for. */
export type CompanyPlaces = PlaceIndex | 'loading' | 'failed';

export interface TreeContent {
  readonly companies: readonly Listed[];
  placesOf(company: string): CompanyPlaces;
  /** Keys of the rows that were opened. */
  readonly expanded: ReadonlySet<string>;
  readonly filter: string;
  /** Ticked ports, and of which company. */
  readonly chosen: { readonly company: string; readonly ports: PortChoice };
}

function tickedOf(ports: readonly PlacedPort[], choice: PortChoice): TreeRow['ticked'] {
  let ticked = 0;
  for (const port of ports) if (choice.has(port)) ticked += 1;
  if (ticked === 0) return 'none';
  return ticked === ports.length ? 'all' : 'some';
}

function note(company: string, key: string): TreeRow {
  return {
    key: `note:${company}`,
    kind: 'note',
    depth: 2,
    place: { id: key, name: '' },
    name: '',
    company,
    ports: [],
    ticked: 'none',
    position: 1,
    siblings: 1,
  };
}

interface Walk {
  readonly rows: TreeRow[];
  readonly company: string;
  readonly expanded: ReadonlySet<string>;
  readonly choice: PortChoice;
  /** What the filter leaves; undefined if there is none. */
  readonly found: PortChoice | undefined;
}

function appendPorts(walk: Walk, hub: Listed, ports: readonly PlacedPort[], depth: number): void {
  const { rows, company, choice, found } = walk;
  const shown = found === undefined ? ports : ports.filter((port) => found.has(port));
  shown.forEach((port, at) => {
    const key = `port:${portKey(port)}`;
    const name = ownName(port.name || port.id, hub.name);
    const ticked = choice.has(port) ? 'all' : 'none';
    const position = at + 1;
    rows.push({
      key,
      kind: 'port',
      depth,
      place: port,
      name,
      port,
      company,
      ports: [port],
      ticked,
      position,
      siblings: shown.length,
    });
  });
}

function appendBranches(walk: Walk, branches: readonly Branch[], depth: number): void {
  const { rows, company, expanded, choice, found } = walk;
  const shown = found === undefined ? branches : branches.filter(({ ports }) => ports.some((port) => found.has(port)));
  shown.forEach(({ kind, place, ports, children }, at) => {
    const key = `${kind}:${place.id}`;
    const open = found !== undefined || expanded.has(key);
    const name = place.name || place.id;
    const ticked = tickedOf(ports, choice);
    const position = at + 1;
    rows.push({
      key,
      kind,
      depth,
      place,
      name,
      company,
      expanded: open,
      ports,
      ticked,
      position,
      siblings: shown.length,
    });
    if (!open) return;
    if (kind === 'hub') appendPorts(walk, place, ports, depth + 1);
    else appendBranches(walk, children(), depth + 1);
  });
}

function appendCompany(rows: TreeRow[], company: Listed, at: number, content: TreeContent): void {
  const key = `company:${company.id}`;
  const expanded = content.expanded.has(key);
  const places = content.placesOf(company.id);
  const siblings = content.companies.length;
  const name = company.name || company.id;
  const base = { company: company.id, name, ports: [], ticked: 'none' } as const;
  rows.push({ ...base, key, kind: 'company', depth: 1, place: company, expanded, position: at + 1, siblings });
  if (!expanded) return;
  if (places === 'loading' || places === 'failed') {
    rows.push(note(company.id, places));
    return;
  }
  const found = matching(places, content.filter);
  const choice = content.chosen.company === company.id ? content.chosen.ports : new Set<PlacedPort>();
  const locations = places.places.locations.map((location) => locationBranch(location, places));
  const before = rows.length;
  appendBranches({ rows, company: company.id, expanded: content.expanded, choice, found }, locations, 2);
  if (rows.length === before) rows.push(note(company.id, found === undefined ? 'empty' : 'nothing-found'));
}

/** The tree's visible rows from top to bottom: company › location › floor plan › hub › port. */
export function treeRows(content: TreeContent): readonly TreeRow[] {
  const rows: TreeRow[] = [];
  content.companies.forEach((company, at) => {
    appendCompany(rows, company, at, content);
  });
  return rows;
}

/** A place that has others below it, and all ports that are ticked with it. */
interface Branch {
  readonly kind: 'location' | 'floorPlan' | 'hub';
  readonly place: Listed;
  readonly ports: readonly PlacedPort[];
  /** Branches below it; a hub has ports instead. */
  readonly children: () => readonly Branch[];
}

function hubBranch(hub: ListedHub, index: PlaceIndex): Branch {
  return { kind: 'hub', place: hub, ports: index.portsOf(hub.id), children: () => [] };
}

function floorBranch(plan: ListedFloorPlan, hubs: readonly ListedHub[], index: PlaceIndex): Branch {
  const ports = hubs.flatMap((hub) => index.portsOf(hub.id));
  return { kind: 'floorPlan', place: plan, ports, children: () => hubs.map((hub) => hubBranch(hub, index)) };
}

/** A location with its floor plans and, beside them, the hubs that are on none. */
function locationBranch(location: ListedLocation, index: PlaceIndex): Branch {
  const hubs = index.hubsIn(location.id);
  const plans = index.floorPlansIn(location.id);
  const known = new Set(plans.map((plan) => plan.id));
  return {
    kind: 'location',
    place: location,
    ports: hubs.flatMap((hub) => index.portsOf(hub.id)),
    children: () => [
      ...plans.map((plan) =>
        floorBranch(
          plan,
          hubs.filter((hub) => hub.floorPlan === plan.id),
          index,
        ),
      ),
      ...hubs.filter((hub) => !known.has(hub.floorPlan)).map((hub) => hubBranch(hub, index)),
    ],
  };
}

const remembered = new WeakMap<PlaceIndex, ReadonlyMap<PlacedPort, SearchText>>();

/** By port: the names and ids of everything from its location down, so that a hub's name finds its ports. */
function searchTexts(index: PlaceIndex): ReadonlyMap<PlacedPort, SearchText> {
  const known = remembered.get(index);
  if (known !== undefined) return known;
  const texts = new Map<PlacedPort, SearchText>();
  for (const port of index.places.ports) {
    const above = [index.locations.get(port.location), index.floorPlans.get(port.floorPlan), index.hubs.get(port.hub)];
    const places = [...above, port].filter((place) => place !== undefined);
    const names = [...places.map(({ name }) => name), port.device];
    texts.set(
      port,
      searchText(
        names,
        places.map(({ id }) => id),
      ),
    );
  }
  remembered.set(index, texts);
  return texts;
}

/** The ports that hold every word of the filter; undefined if there is none. */
function matching(index: PlaceIndex, filter: string): PortChoice | undefined {
  const query = searchQuery(filter);
  if (query.text === '') return undefined;
  const found = new Set<PlacedPort>();
  for (const [port, text] of searchTexts(index)) {
    if (holds(text, query)) found.add(port);
  }
  return found;
}
