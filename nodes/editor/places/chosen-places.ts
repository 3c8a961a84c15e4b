import type { Listed } from '../../../src/protocol/rest/listed-places';
import type { PlacedPort } from '../../dialog-messages';
import { idsIn } from '../dialog/id-list';
import { isEnvironment } from '../dialog/option-checks';
import type { Address, AddressLevel } from './address';
import type { PlaceIndex } from './place-index';

/** What the ids of one address field are called, and those that the platform does not know (any more), or not there. */
export interface ChosenPlaces {
  readonly names: readonly string[];
  readonly missing: readonly string[];
  /** The port itself, if exactly one is meant. */
  readonly port?: PlacedPort;
}

function portsMeant(id: string, index: PlaceIndex, address: Address): readonly PlacedPort[] {
  const hubs = idsIn(address.hub);
  if (hubs.length > 0) return hubs.flatMap((hub) => index.portsOf(hub)).filter((port) => port.id === id);
  return index.places.ports.filter((port) => port.id === id && isAt(address.location, port.location));
}

/** Whether a location is among those named, if any are. */
function isAt(named: string, location: string): boolean {
  const locations = isEnvironment(named) ? [] : idsIn(named);
  return locations.length === 0 || location === '' || locations.includes(location);
}

function placesMeant(
  level: Exclude<AddressLevel, 'port'>,
  id: string,
  index: PlaceIndex,
  address: Address,
): readonly Listed[] {
  const hub = level === 'hub' ? index.hubs.get(id) : undefined;
  if (hub !== undefined && !isAt(address.location, hub.location)) return [];
  const known = { company: index.companies, location: index.locations, hub: index.hubs }[level].get(id);
  return known === undefined ? [] : [known];
}

/** Says nothing for `${NAME}`, which only the runtime can look up, and below a company that was not asked for. */
export function chosenPlaces(level: AddressLevel, index: PlaceIndex, address: Address): ChosenPlaces {
  const text = address[level];
  if (isEnvironment(text) || (level !== 'company' && index.company === '')) return { names: [], missing: [] };
  if (level === 'port' && isEnvironment(address.hub)) return { names: [], missing: [] };
  const names: string[] = [];
  const missing: string[] = [];
  const ports: PlacedPort[] = [];
  for (const id of idsIn(text)) {
    const portsOfId = level === 'port' ? portsMeant(id, index, address) : [];
    const meant = level === 'port' ? portsOfId : placesMeant(level, id, index, address);
    ports.push(...portsOfId);
    if (meant.length === 0) missing.push(id);
    names.push(...new Set(meant.map((place) => index.distinctName(place))));
  }
  const [port] = ports;
  return port !== undefined && ports.length === 1 ? { names, missing, port } : { names, missing };
}
