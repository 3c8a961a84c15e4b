import assert from 'node:assert/strict';
import { PlatformClock } from '../platform-clock';
import { Building } from './building';
import { BuildingRooms, planRooms } from './building-rooms';

const clock = new PlatformClock();

function build(hubs: number): Building {
  return new Building({ companies: 1, locations: 1, hubs, ports: 4 }, 1, clock);
}

describe('the rooms of the demo building', () => {
  for (const hubs of [0, 1, 2, 3, 4, 10, 12, 13, 100, 137]) {
    it(`have ${hubs} hubs of a floor once each, in at most twelve rooms in two rows as long as the house`, () => {
      const furnished = Array.from({ length: hubs }, (_, index) => ({ id: `hub${index}`, kind: 'office' as const }));
      const rooms = planRooms('floor1', 3, furnished);
      assert.deepEqual(
        rooms.flatMap(({ hubIds }) => hubIds),
        furnished.map(({ id }) => id),
      );
      assert.ok(rooms.length <= 12);
      for (const side of ['north', 'south'] as const) {
        const row = rooms.filter((room) => room.side === side);
        let x = 0;
        for (const room of row) {
          assert.ok(Math.abs(room.xMetres - x) < 1e-9);
          x += room.widthMetres;
        }
        assert.ok(row.length === 0 || Math.abs(x - 40) < 1e-9);
      }
      assert.equal(new Set(rooms.map(({ number }) => number)).size, rooms.length);
    });
  }

  it('are the same for the same building, and named after what stands in them', () => {
    const rooms = new BuildingRooms(build(100)).onFloor('floor1');
    assert.deepEqual(rooms, new BuildingRooms(build(100)).onFloor('floor1'));
    assert.deepEqual(
      rooms.slice(0, 3).map(({ number, name }) => `${number} ${name}`),
      ['1.01 Office', '1.02 Office', '1.03 Meeting room'],
    );
  });

  it('are found by their id and by what is in them', () => {
    const rooms = new BuildingRooms(build(100));
    const room = rooms.find('room-hub12');
    assert.deepEqual([room?.floorPlanId, room?.number], ['floor2', '2.02']);
    assert.equal(rooms.ofPort('port48'), room);
    assert.equal(rooms.find('room-nowhere'), undefined);
    assert.equal(rooms.find('hub12'), undefined);
    assert.equal(rooms.ofPort('nowhere'), undefined);
  });

  it('keep their furniture when a hub is renamed, and follow hubs that come and go', () => {
    const building = build(20);
    const rooms = new BuildingRooms(building);
    const hub = building.hubs.get('hub3');
    assert.ok(hub);
    assert.equal(rooms.find('room-hub3')?.kind, 'meeting');
    hub.name = 'Ada';
    rooms.rearranged();
    assert.equal(rooms.find('room-hub3')?.kind, 'meeting');
    building.hubs.set('late', { ...hub, id: 'late', name: 'Late' });
    building.hubs.delete('hub3');
    rooms.rearranged();
    assert.equal(rooms.find('room-hub3'), undefined);
    assert.equal(rooms.find('room-late')?.kind, 'office');
  });
});
