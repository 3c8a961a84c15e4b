import { idsIn } from '../../dialog/id-list';
import type { Level, UsingNode } from './using-node';

/** An id that the platform does not know any more. */
export interface UnknownId {
  readonly account: string;
  readonly company: string;
  readonly level: Exclude<Level, 'company'>;
  readonly id: string;
}

/** What takes its place: a location, a hub with its location, or a port with its hub and location. */
export interface Substitute {
  readonly location: string;
  readonly hub?: string;
  readonly port?: string;
}

/** What is known of the company's ports, to tell which hub or location a node still needs. */
export interface KnownPorts {
  /** The hubs and locations of every port of that id. */
  placesOf(port: string): readonly { readonly hub: string; readonly location: string }[];
  locationOf(hub: string): string | undefined;
}

export type Replacement =
  | { readonly node: UsingNode; readonly fields: Readonly<Partial<Record<Level, string>>> }
  /** The node can't be mended so: it names one hub, and its ports would be on two. */
  | { readonly node: UsingNode; readonly fields?: never };

/** What is to be changed in each node that names the id; a level that a node leaves open stays open. */
export function planReplacement(
  nodes: readonly UsingNode[],
  unknown: UnknownId,
  substitute: Substitute,
  known: KnownPorts,
): readonly Replacement[] {
  return nodes.map((node) => {
    const fields = changedFields(node, unknown, substitute, known);
    const isTooMany = node.type === 'ochno-action-out' && idsIn(fields.hub ?? '').length > 1;
    return isTooMany ? { node } : { node, fields };
  });
}

function changedFields(
  node: UsingNode,
  { level, id }: UnknownId,
  substitute: Substitute,
  known: KnownPorts,
): Partial<Record<Level, string>> {
  const own = substitute[level] ?? '';
  const ids = replaced(idsIn(node[level]), id, own);
  const fields: Partial<Record<Level, string>> = { [level]: ids.join(',') };
  if (level === 'location') return fields;
  // The levels above follow: they name the new place, and the old one only as long as something else there is meant.
  const ports = level === 'port' ? ids : idsIn(node.port);
  const hubs = idsIn(node.hub);
  const newHubs = level === 'hub' ? ids : hubs.length === 0 ? [] : placesAbove(hubs, ports, own, substitute.hub, known);
  if (level === 'port' && hubs.length > 0) fields.hub = newHubs.join(',');
  if (idsIn(node.location).length > 0) {
    const needed = newHubs.map((hub) => (hub === substitute.hub ? substitute.location : known.locationOf(hub)));
    const locations = newHubs.length > 0 ? needed : [...idsIn(node.location), substitute.location];
    const kept = locations.includes(undefined) ? idsIn(node.location) : [];
    const all = [...kept, ...locations.filter((location) => location !== undefined)];
    fields.location = [...new Set(all)].join(',');
  }
  return fields;
}

function replaced(ids: readonly string[], id: string, by: string): readonly string[] {
  return [...new Set(ids.map((each) => (each === id ? by : each)))];
}

/** The hubs a node has to name for its ports, the new one among them. */
function placesAbove(
  hubs: readonly string[],
  ports: readonly string[],
  newPort: string,
  newHub: string | undefined,
  known: KnownPorts,
): readonly string[] {
  const others = ports.filter((port) => port !== newPort);
  const needed = hubs.filter((hub) => others.some((port) => known.placesOf(port).some((place) => place.hub === hub)));
  return [...new Set([...needed, ...(newHub === undefined ? [] : [newHub])])];
}
