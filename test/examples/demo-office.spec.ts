import assert from 'node:assert/strict';
import { eventually } from '../support/eventually';
import { hostFlows } from '../support/node-red';
import { RunningExample } from './running-example';

describe('"A whole demo office", the flow of npm start', () => {
  let example: RunningExample;

  hostFlows();
  beforeEach(async () => {
    example = await RunningExample.start('A whole demo office');
    await example.connected();
  });
  afterEach(async () => {
    const failed = example.told('what failed');
    await example.stop();
    assert.deepEqual(failed, []);
  });

  it('sets a lamp whose own event comes back', async () => {
    example.press('100 %');
    assert.deepEqual(await example.tells('sent and confirmed'), { level: 100 });
    assert.equal(await example.tells('the lamp is at'), 100);
    example.press('Fade to 20 % in 3 s');
    await example.tells('sent and confirmed', 2);
    assert.equal(example.lamp('port1').level, 20);
    example.press('Warm white');
    await example.tells('sent and confirmed', 3);
    assert.equal(example.lamp('port1').temp, 2700);
    example.press('On or off');
    await example.lampReaches('port1', 0);
  });

  it('has lamps follow motion', async () => {
    const { building } = example.simulator;
    for (const sensor of ['port6', 'port10', 'port14']) {
      building.setSensor(sensor, { motion: false });
      building.setSensor(sensor, { motion: true });
    }
    for (const lamp of ['port5', 'port9', 'port13']) await example.lampReaches(lamp, 80);
    building.setSensor('port6', { motion: false });
    await example.lampReaches('port5', 10);
  });

  it('tells of laptops that come and go, but not of those that were there', async () => {
    example.simulator.building.unplug('port7');
    assert.equal(await example.tells('laptops'), 'A laptop was unplugged at hub2');
    example.simulator.building.plugIn('port7');
    assert.equal(await example.tells('laptops', 2), 'A laptop was plugged in at hub2');
    assert.equal(example.told('laptops').length, 2);
  });

  it('renames the company', async () => {
    example.press('Goople & Sons');
    await example.tells('company as it is now');
    assert.equal(example.simulator.building.companies.get('r2d2i5b43')?.name, 'Goople & Sons');
  });

  it('shows what happens at desk 1 and counts everything', async () => {
    example.simulator.building.plugIn('port3');
    await example.tells('event at desk 1');
    await eventually(() => example.told('events so far').length > 0);
  });
});
