import type { Building } from './building';
import type { DeviceState, LampState, SensorState } from './building-model';
import type { BuildingRooms, Room } from './building-rooms';
import { sensorReading } from './climate';
import type { DeviceName } from './devices';
import type { Lamps } from './lamps';
import { airFields, RoomAir } from './room-air';

const visitMs = 6000;
const pressMs = 400;
const airTickMs = 1000;

/** What hands reach. */
export interface HandsParts {
  readonly building: Building;
  readonly rooms: BuildingRooms;
  readonly lamps: Lamps;
  /** Platform time in ms. */
  readonly now: () => number;
}

/**
 * What a person in the building can do with their hands and feet. Methods that ask something of a device are false
 * where no such device is plugged in there; all throw for a port the building does not have.
 */
export class BuildingHands {
  readonly #building: Building;
  readonly #rooms: BuildingRooms;
  readonly #lamps: Lamps;
  readonly #now: () => number;
  readonly #onRoom: (roomId: string) => void;
  readonly #air = new Map<string, RoomAir>();
  /** Rooms somebody is walking through, and the end of each walk. */
  readonly #visits = new Map<string, NodeJS.Timeout>();
  readonly #releases = new Map<string, NodeJS.Timeout>();
  /** The levels of lamps before they were switched off by hand. */
  readonly #litBefore = new Map<string, LampState>();
  #airTimer: NodeJS.Timeout | undefined;

  /** @param onRoom told when a window or a visit changes */
  constructor(parts: HandsParts, onRoom: (roomId: string) => void) {
    this.#building = parts.building;
    this.#rooms = parts.rooms;
    this.#lamps = parts.lamps;
    this.#now = parts.now;
    this.#onRoom = onRoom;
  }

  plugIn(portKey: string, device: DeviceName): void {
    this.#building.plugIn(portKey, device);
    this.#tellSensor(portKey);
  }

  unplug(portKey: string): void {
    if (this.#building.port(portKey).data.connected) this.#building.unplug(portKey);
  }

  setLamp(portKey: string, fields: LampState): boolean {
    return this.#lamps.set(portKey, fields);
  }

  /** Switches a lamp off, both of its lights, or on to where it was before; without `on`, to the other of the two. */
  switchLamp(portKey: string, on?: boolean): boolean {
    const { level, altlevel } = this.#device(portKey)?.lamp ?? {};
    const lit = Object.fromEntries(Object.entries({ level, altlevel }).filter(([, value]) => (value ?? 0) > 0));
    const isLit = Object.keys(lit).length > 0;
    if (isLit) this.#litBefore.set(portKey, lit);
    const before = this.#litBefore.get(portKey) ?? { level: 100 };
    return this.#lamps.set(portKey, (on ?? !isLit) ? (isLit ? lit : before) : { level: 0, altlevel: 0 });
  }

  /** All four fans of a unit at once, 0–100. */
  setFan(portKey: string, speed: number): boolean {
    return this.#building.setFan(portKey, { target1: speed, target2: speed, target3: speed, target4: speed });
  }

  turnDimmer(portKey: string, dimming: number): boolean {
    if (this.#device(portKey)?.dimmer === undefined) return false;
    this.#building.change(portKey, { device: { dimmer: { dimming, clicked: false } } });
    return true;
  }

  /** Presses a button and lets go of it a moment later. */
  press(portKey: string): boolean {
    if (this.#device(portKey)?.button === undefined) return false;
    this.#setButton(portKey, true);
    clearTimeout(this.#releases.get(portKey));
    this.#releases.set(
      portKey,
      setTimeout(() => this.#release(portKey), pressMs),
    );
    return true;
  }

  /** The room's motion sensors see somebody for a while. */
  walkThrough(room: Room): void {
    clearTimeout(this.#visits.get(room.id));
    this.#visits.set(
      room.id,
      setTimeout(() => this.#leave(room), visitMs),
    );
    this.#setMotion(room, true);
    this.#onRoom(room.id);
  }

  isVisited(roomId: string): boolean {
    return this.#visits.has(roomId);
  }

  setWindow(room: Room, open: boolean): void {
    const air = this.#air.get(room.id) ?? new RoomAir();
    this.#air.set(room.id, air);
    air.setOpen(open, this.#now());
    this.#airTimer ??= setInterval(() => this.#airMoves(), airTickMs);
    this.#onRoom(room.id);
  }

  isWindowOpen(roomId: string): boolean {
    return this.#air.get(roomId)?.isOpen === true;
  }

  /** What a sensor reads with what people did to its room. */
  felt(portKey: string, reading: SensorState): SensorState {
    const roomId = this.#rooms.ofPort(portKey)?.id ?? '';
    const mixed = this.#air.get(roomId)?.mix(reading, this.#now()) ?? reading;
    return this.isVisited(roomId) ? { ...mixed, motion: true } : mixed;
  }

  stop(): void {
    clearInterval(this.#airTimer);
    for (const timer of [...this.#visits.values(), ...this.#releases.values()]) clearTimeout(timer);
  }

  #device(portKey: string): DeviceState | undefined {
    return this.#building.port(portKey).data.device;
  }

  #setButton(portKey: string, pushed: boolean): void {
    this.#building.change(portKey, { device: { button: { activeport: 1, pushed } } });
  }

  #release(portKey: string): void {
    this.#releases.delete(portKey);
    // It may have been pulled out, or the port taken away, in the meantime.
    if (this.#building.ports.get(portKey)?.data.device?.button !== undefined) this.#setButton(portKey, false);
  }

  #leave(room: Room): void {
    this.#visits.delete(room.id);
    this.#setMotion(room, false);
    this.#onRoom(room.id);
  }

  #setMotion(room: Room, motion: boolean): void {
    for (const portKey of this.#sensorsIn(room)) this.#building.setSensor(portKey, { motion });
  }

  #sensorsIn(room: Room): string[] {
    const ports = [...this.#building.ports].filter(([, { hubId }]) => room.hubIds.includes(hubId));
    return ports.filter(([, { data }]) => data.device?.sensor !== undefined).map(([portKey]) => portKey);
  }

  #airMoves(): void {
    for (const [roomId, air] of this.#air) {
      const room = this.#rooms.find(roomId);
      const usual = room === undefined || air.isUsual(this.#now());
      if (usual) this.#air.delete(roomId);
      for (const portKey of room === undefined ? [] : this.#sensorsIn(room)) this.#tellSensor(portKey);
    }
    if (this.#air.size > 0) return;
    clearInterval(this.#airTimer);
    this.#airTimer = undefined;
  }

  /** Has a sensor tell of what in its room's air differs from what it last told. */
  #tellSensor(portKey: string): void {
    const known = this.#device(portKey)?.sensor;
    if (known === undefined) return;
    const usual = sensorReading(this.#building.placeSeed(portKey), this.#now());
    const reading = this.felt(portKey, { ...usual, motion: known.motion ?? false });
    const told = ['motion', ...airFields];
    const news = Object.entries(reading).filter(([field, value]) => told.includes(field) && known[field] !== value);
    if (news.length > 0) this.#building.setSensor(portKey, Object.fromEntries(news));
  }
}
