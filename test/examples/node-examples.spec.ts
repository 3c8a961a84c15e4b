import assert from 'node:assert/strict';
import { eventually } from '../support/eventually';
import { hostFlows } from '../support/node-red';
import { RunningExample } from './running-example';

describe('the examples of single nodes', () => {
  let example: RunningExample;

  hostFlows();
  afterEach(() => example.stop());

  it('"Start here - list my companies" lists companies and locations', async () => {
    example = await RunningExample.start('Start here - list my companies');
    example.press('List my companies');
    example.press('List its locations');
    const companies = await example.tells('my companies');
    assert.deepEqual(names(companies), ['Goople', 'Ochno']);
    assert.deepEqual(names(await example.tells('its locations')), ['Head office', 'Kontoret i Malmö']);
    assert.deepEqual(example.told('what failed'), []);
  });

  describe('"Events of a port"', () => {
    beforeEach(async () => {
      example = await RunningExample.start('Events of a port');
      await example.connected();
    });

    it('shows every event of the sensor, and the temperature when it really changed', async () => {
      for (const temperature of [31, 31.1, 31.5]) example.simulator.building.setSensor('port2', { temperature });
      await example.tells('every event', 3);
      assert.equal(await example.tells('temperature', 2), 31.5);
      assert.deepEqual(example.told('temperature'), [31, 31.5]);
    });

    it('shows the present state of all lamps, then what changes', async () => {
      await example.tells('lamp levels', 2);
      assert.deepEqual(example.told('lamp levels'), [
        'hub1/port1 is at 0 % (snapshot)',
        'hub2/port5 is at 0 % (snapshot)',
      ]);
      example.simulator.building.setLamp('port5', { level: 30 });
      assert.equal(await example.tells('lamp levels', 3), 'hub2/port5 is at 30 % (event)');
    });

    it('catches an event that is not JSON', async () => {
      await example.simulator.publish('/ports/r2d2i5b43/loc1/hub1/port2', 'rubbish');
      const { error, payload } = Object(await example.tells('trouble'));
      assert.equal(error.code, 'OCHNO_PAYLOAD');
      assert.equal(String(payload), 'rubbish');
    });
  });

  describe('"Set a lamp"', () => {
    beforeEach(async () => {
      example = await RunningExample.start('Set a lamp');
      await example.connected();
    });

    it('sets the lamp in every way and shows that it obeyed', async () => {
      const steps = [
        ['60 %', 60],
        ['Off', 0],
        ['On, as last time', 60],
        ['10 % brighter', 70],
        ['Toggle', 0],
        ['Warm and half bright', 50],
      ] as const;
      for (const [index, [button, level]] of steps.entries()) {
        example.press(button);
        await example.tells('what was sent', index + 1);
        assert.equal(example.lamp('port1').level, level, button);
      }
      assert.equal(example.lamp('port1').temp, 2700);
      assert.deepEqual(example.told('what failed'), []);
      assert.equal(Object(await example.tells('the lamp says', steps.length)).level, 50);
    });

    it('fades', async () => {
      example.press('Fade to full in 3 s');
      await example.lampReaches('port1', 100);
      const levels = example.simulator.records.publishes.length;
      assert.ok(levels > 3, `${levels} steps`);
    });

    it('takes the address from the message, moves a fan and says what it refuses', async () => {
      example.press('Lamp in Malmö to 20 %');
      example.press('Fan to 40 %');
      example.press('Try 150 %');
      assert.equal(Object(await example.tells('also sent')).port, 'port9');
      await example.lampReaches('port9', 20);
      await example.tells('the fan obeyed');
      assert.equal(example.simulator.building.port('port8').data.device?.fan?.target1, 40);
      assert.equal(Object(await example.tells('what failed')).code, 'OCHNO_VALUE');
    });
  });

  it('"Read and change things through REST" reads, changes and measures', async () => {
    example = await RunningExample.start('Read and change things through REST');
    for (const button of [
      'Hubs of a location',
      'One port',
      'Call it "Ground floor"',
      'Temperature at desk 1',
      'Company by hand',
    ]) {
      example.press(button);
    }
    assert.deepEqual(names(await example.tells('hubs')), ['Desk 1', 'Desk 2']);
    assert.equal(Object(await example.tells('port')).id, 'port1');
    assert.equal(Object(await example.tells('floor plan as it is now')).name, 'Ground floor');
    await eventually(
      () => example.simulator.building.floorPlans.get('floor1')?.name === 'Ground floor',
      'the new name',
    );
    const [series] = Object(await example.tells('series'));
    assert.ok(series.data.length > 1000);
    assert.equal(typeof series.data[0].y, 'number');
    assert.equal(Object(await example.tells('answer')).payload.name, 'Goople');
    assert.deepEqual(example.told('what failed'), []);
  });
});

function names(list: unknown): unknown[] {
  assert.ok(Array.isArray(list));
  return list.map(({ name }) => name);
}
