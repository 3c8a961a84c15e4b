import type { PlacedPort } from '../../dialog-messages';
import { idsIn } from '../dialog/id-list';
import type { Address } from '../places/address';
import type { PlaceIndex } from '../places/place-index';

/** Location, hub and port; the company is the tree's. */
export type ChosenAddress = Pick<Address, 'location' | 'hub' | 'port'>;

/** The ports ticked in a tree: objects of one index, as there may be 10 000. */
export type PortChoice = ReadonlySet<PlacedPort>;

/** The ports the fields mean. None if all three are "any": nothing is ticked then, and every port is meant. */
export function choiceOf(address: ChosenAddress, index: PlaceIndex): PortChoice {
  const locations = new Set(idsIn(address.location));
  const hubs = new Set(idsIn(address.hub));
  const ports = new Set(idsIn(address.port));
  if (locations.size + hubs.size + ports.size === 0) return new Set();
  const wanted = (ids: ReadonlySet<string>, id: string): boolean => ids.size === 0 || ids.has(id);
  const meant = index.places.ports.filter(
    (port) => wanted(locations, port.location) && wanted(hubs, port.hub) && wanted(ports, port.id),
  );
  return new Set(meant);
}

/** Ticks these ports, or unticks them if all were ticked. */
export function toggled(choice: PortChoice, ports: readonly PlacedPort[]): PortChoice {
  const next = new Set(choice);
  const add = !ports.every((port) => choice.has(port));
  for (const port of ports) {
    if (add) next.add(port);
    else next.delete(port);
  }
  return next;
}

function distinct(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
}

/** Ids the platform does not know stay where they were typed. */
function kept(field: string, isKnown: (id: string) => boolean): readonly string[] {
  return idsIn(field).filter((id) => !isKnown(id));
}

/**
 * The shortest fields that mean these ports: a whole location or hub is named once, without its ports. Fields combine
 * freely – every hub named with every port named – so they may mean more ports than were ticked.
 */
export function addressOf(choice: PortChoice, index: PlaceIndex, present: ChosenAddress): ChosenAddress {
  const chosen = index.places.ports.filter((port) => choice.has(port));
  if (chosen.length === 0) return { location: '', hub: '', port: '' };
  const locations = distinct(chosen.map((port) => port.location));
  const hubs = distinct(chosen.map((port) => port.hub));
  const ports = distinct(chosen.map((port) => port.id));
  const wanted = new Set(locations);
  const inLocations = index.places.ports.filter((port) => wanted.has(port.location)).length;
  const inHubs = hubs.reduce((count, hub) => count + index.portsOf(hub).length, 0);
  const field = (known: readonly string[], unknown: readonly string[]): string => [...known, ...unknown].join(', ');
  const location = field(
    locations,
    kept(present.location, (id) => index.locations.has(id)),
  );
  if (chosen.length === inLocations) return { location, hub: '', port: '' };
  const hub = field(
    hubs,
    kept(present.hub, (id) => index.hubs.has(id)),
  );
  if (chosen.length === inHubs) return { location, hub, port: '' };
  return {
    location,
    hub,
    port: field(
      ports,
      kept(present.port, (id) => index.hasPort(id)),
    ),
  };
}
