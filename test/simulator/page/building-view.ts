import type { Building } from '../building/building';
import type { DeviceState, Port } from '../building/building-model';
import type { RoomKind } from '../building/building-rooms';
import { viewDevice } from './device-view';

/** The shapes the building page is sent, and the page's own code imports. */
export interface PlaceView {
  readonly id: string;
  readonly name: string;
}

export interface PortView extends PlaceView {
  readonly connected: boolean;
  readonly device?: DeviceState;
}

export interface HubView extends PlaceView {
  readonly product: string;
  readonly ports: readonly PortView[];
}

/** What changes about a room. */
export interface RoomMood {
  readonly id: string;
  readonly windowOpen: boolean;
  /** Somebody is walking through it. */
  readonly visited: boolean;
}

export interface RoomView extends RoomMood {
  readonly number: string;
  readonly name: string;
  readonly kind: RoomKind;
  readonly side: 'north' | 'south';
  readonly widthMetres: number;
  readonly hubs: readonly HubView[];
}

/** The chosen places; empty ids where there is nothing to choose. */
export interface Choice {
  readonly company: string;
  readonly location: string;
  readonly floor: string;
}

/** One floor, and the places one could go from there. */
export interface FloorView {
  readonly companies: readonly PlaceView[];
  readonly locations: readonly PlaceView[];
  readonly floors: readonly PlaceView[];
  readonly chosen: Choice;
  readonly rooms: readonly RoomView[];
  /** How many ports of this floor there was no room for. */
  readonly portsLeftOut: number;
}

/** What changed since the last state or changes; whole ports, not parts of them. */
export interface ChangesView {
  readonly ports: readonly PortView[];
  readonly rooms: readonly RoomMood[];
}

/** A message that passed. */
export interface PassedView {
  /** Platform time in ms. */
  readonly at: number;
  /** An event comes from a port, an action goes to one. */
  readonly direction: 'event' | 'action';
  readonly topic: string;
  /** Cut where it is long. */
  readonly payload: string;
  /** What it says beside what the topic says already. */
  readonly gist: string;
}

export interface PassedBatch {
  readonly messages: readonly PassedView[];
  /** How many more passed, too fast to be shown. */
  readonly skipped: number;
}

function names(places: Iterable<PlaceView>): PlaceView[] {
  return [...places].map(({ id, name }) => ({ id, name }));
}

/**
 * The places wanted, as far as the building has them and the account owns them; the first one for all others. A floor
 * decides its location, a location its company.
 */
export function choosePlaces(
  building: Building,
  wanted: Partial<Choice>,
): Pick<FloorView, 'companies' | 'locations' | 'floors' | 'chosen'> {
  const wantedFloor = building.floorPlans.get(wanted.floor ?? '');
  const wantedLocation = building.locations.get(wantedFloor?.locationId ?? wanted.location ?? '');
  const companies = [...building.companies.values()].filter(({ id }) => building.owns(id));
  const company = pick(companies, wantedLocation?.companyId ?? wanted.company);
  const locations = [...building.locations.values()].filter(({ companyId }) => companyId === company);
  const location = pick(locations, wantedLocation?.id);
  const floors = [...building.floorPlans.values()].filter(({ locationId }) => locationId === location);
  const floor = pick(floors, wantedFloor?.id);
  return {
    companies: names(companies),
    locations: names(locations),
    floors: names(floors),
    chosen: { company, location, floor },
  };
}

function pick(places: readonly PlaceView[], wanted: string | undefined): string {
  return (places.find(({ id }) => id === wanted) ?? places[0])?.id ?? '';
}

export function viewPort(portKey: string, { name, data }: Port): PortView {
  const device = viewDevice(data.device);
  return { id: portKey, name, connected: data.connected === true, ...(device && { device }) };
}
