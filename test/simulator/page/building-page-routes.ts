import { type ApiRequest, bodyObject, HttpProblem } from '../api/http-reply';
import type { Building } from '../building/building';
import type { BuildingHands } from '../building/building-hands';
import { type LampField, type LampState, lampRanges } from '../building/building-model';
import type { BuildingRooms, Room } from '../building/building-rooms';
import { type DeviceName, deviceNames } from '../building/devices';

type Body = Readonly<Record<string, unknown>>;
type PortDeed = (hands: BuildingHands, portId: string, body: Body) => boolean;
type RoomDeed = (hands: BuildingHands, room: Room, body: Body) => void;

function readNumber(body: Body, name: string, [least, most]: readonly [number, number]): number {
  const value = body[name];
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new HttpProblem(400, `"${name}" must be a number from ${least} to ${most}`);
}

function onlyFields(body: Body, ...names: readonly string[]): void {
  const stranger = Object.keys(body).find((name) => !names.includes(name));
  if (stranger !== undefined) throw new HttpProblem(400, `There is no field "${stranger.slice(0, 40)}"`);
}

function readDevice(body: Body): DeviceName {
  onlyFields(body, 'device');
  const name = deviceNames.find((known) => known === body.device);
  if (name === undefined) throw new HttpProblem(400, `"device" must be one of ${deviceNames.join(', ')}`);
  return name;
}

function isLampField(name: string): name is LampField {
  return Object.hasOwn(lampRanges, name);
}

function readLamp(body: Body): LampState {
  onlyFields(body, ...Object.keys(lampRanges));
  const fields = Object.keys(body).filter(isLampField);
  if (fields.length === 0) throw new HttpProblem(400, `One of ${Object.keys(lampRanges).join(', ')} is needed`);
  const lamp: LampState = {};
  for (const name of fields) lamp[name] = readNumber(body, name, lampRanges[name]);
  return lamp;
}

function readPercent(body: Body, name: string): number {
  onlyFields(body, name);
  return readNumber(body, name, [0, 100]);
}

function readSwitch(body: Body, name: string): boolean {
  onlyFields(body, name);
  const value = body[name];
  if (typeof value !== 'boolean') throw new HttpProblem(400, `"${name}" must be true or false`);
  return value;
}

const portDeeds: ReadonlyMap<string, PortDeed> = new Map<string, PortDeed>([
  [
    'plug-in',
    (hands, portId, body) => {
      hands.plugIn(portId, readDevice(body));
      return true;
    },
  ],
  [
    'unplug',
    (hands, portId, body) => {
      onlyFields(body);
      hands.unplug(portId);
      return true;
    },
  ],
  ['lamp', (hands, portId, body) => hands.setLamp(portId, readLamp(body))],
  ['switch', (hands, portId, body) => hands.switchLamp(portId, readSwitch(body, 'on'))],
  ['fan', (hands, portId, body) => hands.setFan(portId, readPercent(body, 'speed'))],
  ['dimmer', (hands, portId, body) => hands.turnDimmer(portId, readPercent(body, 'dimming'))],
  [
    'press',
    (hands, portId, body) => {
      onlyFields(body);
      return hands.press(portId);
    },
  ],
]);

const roomDeeds: ReadonlyMap<string, RoomDeed> = new Map<string, RoomDeed>([
  [
    'walk',
    (hands, room, body) => {
      onlyFields(body);
      hands.walkThrough(room);
    },
  ],
  ['window', (hands, room, body) => hands.setWindow(room, readSwitch(body, 'open'))],
]);

/** What the page's actions reach. */
export interface PageReach {
  readonly building: Building;
  readonly rooms: BuildingRooms;
  readonly hands: BuildingHands;
}

/**
 * `POST /building/ports/<id>/plug-in|unplug|lamp|switch|fan|dimmer|press` and `POST /building/rooms/<id>/walk|window`: what a
 * person in the building could do. Throws `HttpProblem`: 400 bad body, 403 someone else's, 404 not there, 405, 409 no
 * such device there.
 */
export function obeyPage({ building, rooms, hands }: PageReach, request: ApiRequest): void {
  const [, kind, id = '', deed = '', ...rest] = request.segments;
  const portDeed = kind === 'ports' ? portDeeds.get(deed) : undefined;
  const roomDeed = kind === 'rooms' ? roomDeeds.get(deed) : undefined;
  if (rest.length > 0 || (portDeed === undefined && roomDeed === undefined)) {
    throw new HttpProblem(404, 'There is nothing here');
  }
  if (request.method !== 'POST') throw new HttpProblem(405, 'Use POST', { Allow: 'POST' });
  if (portDeed !== undefined) {
    checkOwned(building, building.ports.get(id)?.companyId, `port "${id}"`);
    if (!portDeed(hands, id, bodyObject(request))) throw new HttpProblem(409, 'Nothing at this port can do that');
  }
  if (roomDeed !== undefined) {
    const room = rooms.find(id);
    checkOwned(building, building.floorPlans.get(room?.floorPlanId ?? '')?.companyId, `room "${id}"`);
    if (room !== undefined) roomDeed(hands, room, bodyObject(request));
  }
}

function checkOwned(building: Building, companyId: string | undefined, what: string): void {
  if (companyId === undefined) throw new HttpProblem(404, `There is no ${what.slice(0, 80)}`);
  if (!building.owns(companyId)) throw new HttpProblem(403, 'You have no permission to do this');
}
