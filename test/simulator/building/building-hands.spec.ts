import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { PlatformClock } from '../platform-clock';
import { Building } from './building';
import { BuildingHands } from './building-hands';
import { BuildingLife } from './building-life';
import type { SensorState } from './building-model';
import { BuildingRooms, type Room } from './building-rooms';
import { Lamps } from './lamps';

const noonMs = Date.parse('2025-01-15T11:00:00Z');

describe('hands and feet in the building', () => {
  let time: ReturnType<typeof install>;
  let building: Building;
  let hands: BuildingHands;
  let rooms: BuildingRooms;
  let told: string[];

  beforeEach(() => {
    time = install({ now: noonMs, toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
    const clock = new PlatformClock();
    told = [];
    building = new Building({ companies: 1, locations: 1, hubs: 2, ports: 4 }, 1, clock);
    rooms = new BuildingRooms(building);
    const lamps = new Lamps(building, { lampRampMs: 0, lampRounding: true });
    hands = new BuildingHands({ building, lamps, rooms, now: () => clock.now() }, (roomId) => told.push(roomId));
  });

  afterEach(() => {
    hands.stop();
    time.uninstall();
  });

  function room(id: string): Room {
    const found = rooms.find(id);
    assert.ok(found);
    return found;
  }

  function sensor(portId: string): SensorState {
    const found = building.port(portId).data.device?.sensor;
    assert.ok(found);
    return found;
  }

  describe('a walk through a room', () => {
    it('is seen by the sensors of that room, and over after a while', () => {
      for (const portId of ['port2', 'port6']) building.setSensor(portId, { motion: false });
      hands.walkThrough(room('room-hub1'));
      assert.deepEqual([sensor('port2').motion, sensor('port6').motion], [true, false]);
      assert.equal(hands.isVisited('room-hub1'), true);
      time.tick(60_000);
      assert.deepEqual([sensor('port2').motion, hands.isVisited('room-hub1')], [false, false]);
      assert.deepEqual(told, ['room-hub1', 'room-hub1']);
    });

    it('lasts longer if it is begun again', () => {
      hands.walkThrough(room('room-hub1'));
      time.tick(5000);
      hands.walkThrough(room('room-hub1'));
      time.tick(5000);
      assert.equal(sensor('port2').motion, true);
    });

    it('is what a sensor goes on telling of meanwhile', () => {
      hands.walkThrough(room('room-hub1'));
      assert.equal(hands.felt('port2', { motion: false }).motion, true);
      assert.equal(hands.felt('port6', { motion: false }).motion, false);
    });
  });

  describe('an open window', () => {
    it('makes the room cooler, fresher and damper bit by bit, and no other room', () => {
      const before = { ...sensor('port2') };
      const elsewhere = { ...sensor('port6') };
      hands.setWindow(room('room-hub1'), true);
      time.tick(3000);
      const soon = { ...sensor('port2') };
      time.tick(60_000);
      const later = sensor('port2');
      for (const field of ['temperature', 'airco2', 'airtvoc']) {
        assert.ok(Number(soon[field]) < Number(before[field]), field);
        assert.ok(Number(later[field]) < Number(soon[field]), field);
      }
      assert.ok(Number(later.airhumidity) > Number(before.airhumidity));
      assert.ok(Number(later.temperature) > 12);
      assert.equal(sensor('port6').temperature, elsewhere.temperature);
    });

    it('is forgotten by the air some time after it was closed, and then nothing ticks any more', () => {
      const usual = hands.felt('port2', { temperature: 21, airco2: 800 });
      hands.setWindow(room('room-hub1'), true);
      time.tick(60_000);
      hands.setWindow(room('room-hub1'), false);
      assert.notDeepEqual(hands.felt('port2', { temperature: 21, airco2: 800 }), usual);
      time.tick(10 * 60_000);
      assert.deepEqual(hands.felt('port2', { temperature: 21, airco2: 800 }), usual);
      assert.equal(time.countTimers(), 0);
    });

    it('tells of what changed only', () => {
      const fields = new Set<string>();
      building.onChange((_, { device }) => {
        for (const field of Object.keys(device?.sensor ?? {})) fields.add(field);
      });
      hands.setWindow(room('room-hub1'), true);
      time.tick(5000);
      assert.deepEqual([...fields].sort(), ['airco2', 'airhumidity', 'airtvoc', 'temperature']);
    });

    it('is felt by a sensor that is plugged in later, and harms no room that is taken away', () => {
      hands.setWindow(room('room-hub1'), true);
      time.tick(60_000);
      const cool = Number(sensor('port2').temperature);
      hands.plugIn('port3', 'sensor');
      assert.ok(Math.abs(Number(sensor('port3').temperature) - cool) < 3);
      building.hubs.delete('hub1');
      rooms.rearranged();
      time.tick(5000);
      assert.equal(time.countTimers(), 0);
    });
  });

  it('are felt by the sensors of a building that lives by itself', () => {
    const life = new BuildingLife(building, new PlatformClock(), 3, 0, (portId, reading) =>
      hands.felt(portId, reading),
    );
    hands.setWindow(room('room-hub1'), true);
    time.tick(60_000);
    const cool = Number(sensor('port2').temperature);
    building.setSensor('port2', { temperature: 99 });
    for (let i = 0; i < 100; i++) life.happen();
    assert.ok(Math.abs(Number(sensor('port2').temperature) - cool) < 1);
  });

  it('lets go of a button that was pressed, unless it is gone by then', () => {
    building.plugIn('port3', 'button');
    assert.equal(hands.press('port3'), true);
    assert.equal(building.port('port3').data.device?.button?.pushed, true);
    time.tick(1000);
    assert.equal(building.port('port3').data.device?.button?.pushed, false);
    hands.press('port3');
    hands.unplug('port3');
    time.tick(1000);
    assert.equal(building.port('port3').data.device, undefined);
    assert.equal(hands.press('port3'), false);
  });

  it('leaves no timer behind when it stops', () => {
    building.plugIn('port3', 'button');
    hands.press('port3');
    hands.walkThrough(room('room-hub1'));
    hands.setWindow(room('room-hub2'), true);
    hands.stop();
    assert.equal(time.countTimers(), 0);
  });

  describe('the switch of a lamp', () => {
    it('puts it out, and on again to where it was', () => {
      building.setLamp('port1', { level: 35, temp: 3000 });
      assert.equal(hands.switchLamp('port1'), true);
      assert.equal(building.port('port1').data.device?.lamp?.level, 0);
      hands.switchLamp('port1');
      assert.deepEqual(building.port('port1').data.device?.lamp, { level: 35, temp: 3000 });
    });

    it('knows what it is told: off stays off, on is full light if nothing is known', () => {
      hands.switchLamp('port1', false);
      assert.equal(building.port('port1').data.device?.lamp?.level, 0);
      hands.switchLamp('port1', true);
      assert.equal(building.port('port1').data.device?.lamp?.level, 100);
    });

    it('is nowhere but at lamps', () => {
      assert.equal(hands.switchLamp('port2'), false);
    });
  });
});
