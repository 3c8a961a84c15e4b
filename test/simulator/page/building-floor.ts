import type { Building } from '../building/building';
import type { BuildingHands } from '../building/building-hands';
import type { BuildingRooms, Room } from '../building/building-rooms';
import {
  type Choice,
  choosePlaces,
  type FloorView,
  type PortView,
  type RoomMood,
  type RoomView,
  viewPort,
} from './building-view';

/** More ports than this no floor is drawn with. */
const mostPorts = 2000;

/** Looks at the building for the page: one floor at a time. */
export class FloorWatch {
  readonly #building: Building;
  readonly #rooms: BuildingRooms;
  readonly #hands: BuildingHands;

  constructor(building: Building, rooms: BuildingRooms, hands: BuildingHands) {
    this.#building = building;
    this.#rooms = rooms;
    this.#hands = hands;
  }

  floor(wanted: Partial<Choice>): FloorView {
    const places = choosePlaces(this.#building, wanted);
    const { floor } = places.chosen;
    const onFloor = [...this.#building.ports].filter(([, { floorPlanId }]) => floorPlanId === floor);
    const ports = new Map<string, PortView[]>();
    for (const [portKey, port] of onFloor.slice(0, mostPorts)) {
      const ofHub = ports.get(port.hubId) ?? [];
      ofHub.push(viewPort(portKey, port));
      ports.set(port.hubId, ofHub);
    }
    return {
      ...places,
      rooms: this.#rooms.onFloor(floor).map((room) => this.#viewRoom(room, ports)),
      portsLeftOut: Math.max(0, onFloor.length - mostPorts),
    };
  }

  port(portKey: string): PortView | undefined {
    const port = this.#building.ports.get(portKey);
    return port === undefined ? undefined : viewPort(portKey, port);
  }

  mood(roomId: string): RoomMood {
    return { id: roomId, windowOpen: this.#hands.isWindowOpen(roomId), visited: this.#hands.isVisited(roomId) };
  }

  #viewRoom(room: Room, ports: ReadonlyMap<string, readonly PortView[]>): RoomView {
    const { number, name, kind, side, widthMetres, hubIds } = room;
    const hubs = hubIds.flatMap((id) => this.#building.hubs.get(id) ?? []);
    return {
      ...this.mood(room.id),
      number,
      name,
      kind,
      side,
      widthMetres,
      hubs: hubs.map(({ id, name, product }) => ({ id, name, product, ports: ports.get(id) ?? [] })),
    };
  }
}
