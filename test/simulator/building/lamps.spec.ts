import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { PlatformClock } from '../platform-clock';
import { Building } from './building';
import type { LampState } from './building-model';
import { Lamps } from './lamps';

describe('the lamps of the building', () => {
  let time: ReturnType<typeof install>;
  let building: Building;
  let lamps: Lamps;
  let told: (LampState | undefined)[];

  beforeEach(() => {
    time = install({ toFake: ['setInterval', 'clearInterval'] });
    building = new Building({ companies: 1, locations: 1, hubs: 2, ports: 4 }, 1, new PlatformClock());
    lamps = new Lamps(building, { lampRampMs: 300, lampRounding: true });
    told = [];
    building.onChange((_, { device }) => told.push(device?.lamp));
  });

  afterEach(() => {
    lamps.stop();
    time.uninstall();
  });

  it('ramp to where they are sent, and tell of it on the way', () => {
    building.setLamp('port1', { level: 80 });
    told.length = 0;
    assert.equal(lamps.set('port1', { level: 0 }), true);
    time.tick(300);
    assert.deepEqual(told, [{ level: 60 }, { level: 40 }, { level: 20 }, { level: 0 }]);
    time.tick(1000);
    assert.equal(told.length, 4);
  });

  it('turn round where they are sent elsewhere, and go on with what else they were sent to', () => {
    lamps.set('port1', { level: 100, temp: 2700 });
    time.tick(100);
    assert.deepEqual(told.at(-1), { level: 50, temp: 3344 });
    lamps.set('port1', { level: 10 });
    time.tick(300);
    assert.deepEqual(building.port('port1').data.device?.lamp, { level: 10, temp: 2700 });
  });

  it('round to whole per cents and to whole mireds, except at their ends', () => {
    lamps.set('port1', { level: 33.3, temp: 3000 });
    time.tick(300);
    assert.deepEqual(building.port('port1').data.device?.lamp, { level: 33, temp: 3003 });
    lamps.set('port1', { temp: 5700 });
    time.tick(300);
    assert.equal(building.port('port1').data.device?.lamp?.temp, 5700);
  });

  it('tell nothing where they have the value, and of what they do not have', () => {
    assert.equal(lamps.set('port1', { level: 0 }), true);
    assert.equal(lamps.set('port5', { temp: 3000 }), false);
    assert.equal(lamps.set('port5', { level: 0, temp: 3000 }), true);
    time.tick(300);
    assert.deepEqual(told, []);
  });

  it('jump, and take any value, where asked', () => {
    const ideal = new Lamps(building, { lampRampMs: 0, lampRounding: false });
    ideal.set('port1', { level: 33.3, temp: 3000 });
    assert.deepEqual(told, [{ level: 33.3, temp: 3000 }]);
  });

  it('end their ramp where they are pulled out', () => {
    lamps.set('port1', { level: 80 });
    building.unplug('port1');
    time.tick(300);
    assert.deepEqual(told, [{ level: 20 }, undefined]);
  });
});
