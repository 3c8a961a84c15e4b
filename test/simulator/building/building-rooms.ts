import type { Building } from './building';
import type { Hub } from './building-model';

export type RoomKind = 'office' | 'meeting' | 'lounge' | 'reception' | 'garden' | 'quiet';

/** A room with its outer wall to the north or the south; its door leads to the corridor between the two rows. */
export interface Room {
  readonly id: string;
  readonly floorPlanId: string;
  /** As on its door: `1.04`. */
  readonly number: string;
  readonly name: string;
  readonly kind: RoomKind;
  readonly side: 'north' | 'south';
  /** Where it begins along its wall, from the west, and how wide it is. */
  readonly xMetres: number;
  readonly widthMetres: number;
  readonly hubIds: readonly string[];
}

interface FurnishedHub {
  readonly id: string;
  readonly kind: RoomKind;
}

const floorWidthMetres = 40;
const mostRooms = 12;
/** Up to so many rooms there is one row only. */
const oneRow = 3;

const roomNames: Readonly<Record<RoomKind, string>> = {
  office: 'Office',
  meeting: 'Meeting room',
  lounge: 'Lounge',
  reception: 'Reception',
  garden: 'Winter garden',
  quiet: 'Quiet room',
};

/** How much of a row each kind of room asks for. */
const shares: Readonly<Record<RoomKind, number>> = {
  office: 6,
  meeting: 7.5,
  lounge: 7,
  reception: 7,
  garden: 6,
  quiet: 5.5,
};

const kindsByFurniture: readonly (readonly [string, RoomKind])[] = [
  ['Meeting', 'meeting'],
  ['Lounge', 'lounge'],
  ['Reception', 'reception'],
  ['Fönsterplats', 'garden'],
  ['Quiet', 'quiet'],
];

function kindOf(hub: Hub): RoomKind {
  return kindsByFurniture.find(([start]) => hub.name.startsWith(start))?.[1] ?? 'office';
}

/**
 * Draws the rooms of one floor: each hub one, or several hubs one where there would be too many rooms. Depends on
 * nothing but its arguments; a room's id is its first hub's.
 */
export function planRooms(floorPlanId: string, floorNumber: number, hubs: readonly FurnishedHub[]): Room[] {
  const hubsInRoom = Math.max(1, Math.ceil(hubs.length / mostRooms));
  const groups: FurnishedHub[][] = [];
  for (let i = 0; i < hubs.length; i += hubsInRoom) groups.push(hubs.slice(i, i + hubsInRoom));
  const inNorth = groups.length <= oneRow ? groups.length : Math.ceil(groups.length / 2);
  const total = (row: readonly FurnishedHub[][]): number =>
    row.reduce((sum, [first]) => sum + shares[first?.kind ?? 'office'], 0);
  const rowShares = { north: total(groups.slice(0, inNorth)), south: total(groups.slice(inNorth)) };
  const nextX = { north: 0, south: 0 };
  return groups.map((group, index) => {
    const side = index < inNorth ? 'north' : 'south';
    const kind = group[0]?.kind ?? 'office';
    const xMetres = nextX[side];
    const widthMetres = (shares[kind] / rowShares[side]) * floorWidthMetres;
    nextX[side] += widthMetres;
    return {
      id: `room-${group[0]?.id}`,
      floorPlanId,
      number: `${floorNumber}.${String(index + 1).padStart(2, '0')}`,
      name: group.length > 1 ? 'Open office' : roomNames[kind],
      kind,
      side,
      xMetres,
      widthMetres,
      hubIds: group.map(({ id }) => id),
    };
  });
}

/** The rooms of a building as it is now; floors are drawn when they are first looked at. */
export class BuildingRooms {
  readonly #building: Building;
  /** By hub; what a hub stood on when it was first seen. Renaming a hub does not refurnish its room. */
  readonly #kinds = new Map<string, RoomKind>();
  readonly #floors = new Map<string, readonly Room[]>();
  readonly #byHub = new Map<string, Room>();

  constructor(building: Building) {
    this.#building = building;
    this.#noteKinds();
  }

  /** Hubs or floors came, went or moved. */
  rearranged(): void {
    this.#floors.clear();
    this.#byHub.clear();
    this.#noteKinds();
  }

  onFloor(floorPlanId: string): readonly Room[] {
    const known = this.#floors.get(floorPlanId);
    if (known !== undefined) return known;
    const rooms = planRooms(floorPlanId, this.#floorNumber(floorPlanId), this.#hubsOn(floorPlanId));
    this.#floors.set(floorPlanId, rooms);
    for (const room of rooms) {
      for (const hubId of room.hubIds) this.#byHub.set(hubId, room);
    }
    return rooms;
  }

  /** By its id; undefined where there is none. */
  find(roomId: string): Room | undefined {
    const room = this.#ofHub(roomId.replace(/^room-/, ''));
    return room?.id === roomId ? room : undefined;
  }

  ofPort(portKey: string): Room | undefined {
    const port = this.#building.ports.get(portKey);
    return port === undefined ? undefined : this.#ofHub(port.hubId);
  }

  #ofHub(hubId: string): Room | undefined {
    const hub = this.#building.hubs.get(hubId);
    if (hub !== undefined) this.onFloor(hub.floorPlanId);
    return this.#byHub.get(hubId);
  }

  #hubsOn(floorPlanId: string): FurnishedHub[] {
    const hubs = [...this.#building.hubs.values()].filter((hub) => hub.floorPlanId === floorPlanId);
    return hubs.map(({ id }) => ({ id, kind: this.#kinds.get(id) ?? 'office' }));
  }

  /** Counted from 1 within its location. */
  #floorNumber(floorPlanId: string): number {
    const { floorPlans } = this.#building;
    const locationId = floorPlans.get(floorPlanId)?.locationId;
    const floors = [...floorPlans.values()].filter((plan) => plan.locationId === locationId);
    return floors.findIndex(({ id }) => id === floorPlanId) + 1;
  }

  #noteKinds(): void {
    for (const hub of this.#building.hubs.values()) {
      if (!this.#kinds.has(hub.id)) this.#kinds.set(hub.id, kindOf(hub));
    }
  }
}
