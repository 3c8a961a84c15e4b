import type { Listed } from '../../../src/protocol/rest/listed-places';
import { idsIn } from '../dialog/id-list';
import type { Address, AddressLevel } from './address';
import type { PlaceIndex } from './place-index';
import { type Candidate, searchText } from './place-search';

function candidate(place: Listed, detail: string): Candidate {
  return { id: place.id, name: place.name, detail, searchText: searchText([place.name, detail], [place.id]) };
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

/** Lists by what they are made of, so that typing does not build 10 000 lines again. */
const remembered = new WeakMap<PlaceIndex, Map<string, readonly Candidate[]>>();

function build(level: AddressLevel, index: PlaceIndex, address: Address): readonly Candidate[] {
  const { places } = index;
  const locations = new Set(idsIn(address.location).filter((id) => index.locations.has(id)));
  const hubs = new Set(idsIn(address.hub).filter((id) => index.hubs.has(id)));
  const inLocation = (location: string): boolean => locations.size === 0 || locations.has(location);
  switch (level) {
    case 'company':
      return places.companies.map((company) => candidate(company, ''));
    case 'location':
      return places.locations.map((location) => candidate(location, ''));
    case 'hub':
      return places.hubs
        .filter((hub) => inLocation(hub.location))
        .map((hub) =>
          candidate(hub, joined(index.locationName(hub.location), index.floorPlans.get(hub.floorPlan)?.name ?? '')),
        );
    case 'port':
      return places.ports
        .filter((port) => inLocation(port.location) && (hubs.size === 0 || hubs.has(port.hub)))
        .map((port) => ({
          ...candidate(port, joined(port.device, index.hubName(port.hub), index.locationName(port.location))),
          // Found by names; shown with the hub's id, too, where it takes that to tell ports of one number apart.
          detail: joined(port.device, index.hubNameThere(port.hub), index.locationName(port.location)),
          online: port.online,
          port,
        }));
  }
}

/** What can be chosen in one address field, given what stands in the fields above it. */
export function candidatesFor(level: AddressLevel, index: PlaceIndex, address: Address): readonly Candidate[] {
  const lists = remembered.get(index) ?? new Map<string, readonly Candidate[]>();
  remembered.set(index, lists);
  const above = level === 'port' ? [address.location, address.hub] : level === 'hub' ? [address.location] : [];
  const key = [level, ...above].join('\n');
  const list = lists.get(key) ?? build(level, index, address);
  lists.set(key, list);
  return list;
}

/**
 * The address after a place was chosen from a list: what lies above it is filled in if it was left empty, since a hub
 * or port is only found by its whole address.
 */
export function withChosen(
  level: AddressLevel,
  chosen: Candidate,
  field: string,
  index: PlaceIndex,
  address: Address,
): Address {
  const next = { ...address, [level]: field };
  const hub = level === 'hub' ? index.hubs.get(chosen.id) : undefined;
  const location = chosen.port?.location ?? hub?.location;
  const only = idsIn(field).length === 1;
  if (only && location !== undefined && next.location.trim() === '') next.location = location;
  if (only && chosen.port !== undefined && next.hub.trim() === '') next.hub = chosen.port.hub;
  return next;
}
