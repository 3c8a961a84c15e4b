import type { Building } from './building';
import type { DeviceState, LampState, SensorState } from './building-model';
import type { BuildingRooms, Room } from './building-rooms';
import { sensorReading } from './climate';
import type { DeviceName } from './devices';
import { airFields, RoomAir } from './room-air';

const visitMs = 6000;
const pressMs = 400;
const airTickMs = 1000;

/**
 * What a person in the building can do with their hands and feet. Methods that ask something of a device are false
 * where no such device is plugged in there; all throw for a port the building does not have.
 */
export class BuildingHands {
  readonly #building: Building;
  readonly #rooms: BuildingRooms;
  readonly #now: () => number;
  readonly #onRoom: (roomId: string) => void;
  readonly #air = new Map<string, RoomAir>();
  /** Rooms somebody is walking through, and the end of each walk. */
  readonly #visits = new Map<string, NodeJS.Timeout>();
  readonly #releases = new Map<string, NodeJS.Timeout>();
  #airTimer: NodeJS.Timeout | undefined;

  /** @param onRoom told when a window or a visit changes */
  constructor(building: Building, rooms: BuildingRooms, now: () => number, onRoom: (roomId: string) => void) {
    this.#building = building;
    this.#rooms = rooms;
    this.#now = now;
    this.#onRoom = onRoom;
  }

  plugIn(portId: string, device: DeviceName): void {
    this.#building.plugIn(portId, device);
    this.#tellSensor(portId);
  }

  unplug(portId: string): void {
    if (this.#building.port(portId).data.connected) this.#building.unplug(portId);
  }

  setLamp(portId: string, fields: LampState): boolean {
    return this.#building.setLamp(portId, fields);
  }

  /** All four fans of a unit at once, 0–100. */
  setFan(portId: string, speed: number): boolean {
    return this.#building.setFan(portId, { target1: speed, target2: speed, target3: speed, target4: speed });
  }

  turnDimmer(portId: string, dimming: number): boolean {
    if (this.#device(portId)?.dimmer === undefined) return false;
    this.#building.change(portId, { device: { dimmer: { dimming, clicked: false } } });
    return true;
  }

  /** Presses a button and lets go of it a moment later. */
  press(portId: string): boolean {
    if (this.#device(portId)?.button === undefined) return false;
    this.#setButton(portId, true);
    clearTimeout(this.#releases.get(portId));
    this.#releases.set(
      portId,
      setTimeout(() => this.#release(portId), pressMs),
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
  felt(portId: string, reading: SensorState): SensorState {
    const roomId = this.#rooms.ofPort(portId)?.id ?? '';
    const mixed = this.#air.get(roomId)?.mix(reading, this.#now()) ?? reading;
    return this.isVisited(roomId) ? { ...mixed, motion: true } : mixed;
  }

  stop(): void {
    clearInterval(this.#airTimer);
    for (const timer of [...this.#visits.values(), ...this.#releases.values()]) clearTimeout(timer);
  }

  #device(portId: string): DeviceState | undefined {
    return this.#building.port(portId).data.device;
  }

  #setButton(portId: string, pushed: boolean): void {
    this.#building.change(portId, { device: { button: { activeport: 1, pushed } } });
  }

  #release(portId: string): void {
    this.#releases.delete(portId);
    // It may have been pulled out, or the port taken away, in the meantime.
    if (this.#building.ports.get(portId)?.data.device?.button !== undefined) this.#setButton(portId, false);
  }

  #leave(room: Room): void {
    this.#visits.delete(room.id);
    this.#setMotion(room, false);
    this.#onRoom(room.id);
  }

  #setMotion(room: Room, motion: boolean): void {
    for (const portId of this.#sensorsIn(room)) this.#building.setSensor(portId, { motion });
  }

  #sensorsIn(room: Room): string[] {
    const ports = [...this.#building.ports.values()].filter(({ hubId }) => room.hubIds.includes(hubId));
    return ports.filter(({ data }) => data.device?.sensor !== undefined).map(({ id }) => id);
  }

  #airMoves(): void {
    for (const [roomId, air] of this.#air) {
      const room = this.#rooms.find(roomId);
      const usual = room === undefined || air.isUsual(this.#now());
      if (usual) this.#air.delete(roomId);
      for (const portId of room === undefined ? [] : this.#sensorsIn(room)) this.#tellSensor(portId);
    }
    if (this.#air.size > 0) return;
    clearInterval(this.#airTimer);
    this.#airTimer = undefined;
  }

  /** Has a sensor tell of what in its room's air differs from what it last told. */
  #tellSensor(portId: string): void {
    const known = this.#device(portId)?.sensor;
    if (known === undefined) return;
    const usual = sensorReading(this.#building.placeSeed(portId), this.#now());
    const reading = this.felt(portId, { ...usual, motion: known.motion ?? false });
    const told = ['motion', ...airFields];
    const news = Object.entries(reading).filter(([field, value]) => told.includes(field) && known[field] !== value);
    if (news.length > 0) this.#building.setSensor(portId, Object.fromEntries(news));
  }
}
