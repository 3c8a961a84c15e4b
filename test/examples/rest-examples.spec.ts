import assert from 'node:assert/strict';
import { hostFlows } from '../support/node-red';
import { RunningExample } from './running-example';

describe('the recipes over REST', () => {
  let example: RunningExample;

  hostFlows();
  afterEach(() => example.stop());

  it('"Energy of a floor per hour" adds up 24 hours of all ports of the floor', async () => {
    example = await RunningExample.start('Energy of a floor per hour');
    example.press('Daily at 6:00');
    const hours = Object(await example.tells('kWh per hour'));
    assert.equal(hours.length, 24);
    const [request] = example.simulator.records.requests.filter(({ path }) => path === '/api/metrics/power');
    assert.equal(new URLSearchParams(request?.query).getAll('portId').length, 8);
    assert.match(hours[0].hour, /:00:00\.000Z$/);
    for (const { kWh } of hours) assert.ok(kWh > 0 && kWh < 8 * 0.0605, `${kWh} kWh`);
    assert.match(String(await example.tells('CSV')), /^hour,kWh\r\n20/);
    assert.deepEqual(example.told('what failed'), []);
  });

  it('"Rename many things at once" renames what the table says and keeps the rest', async () => {
    example = await RunningExample.start('Rename many things at once');
    const before = { ...example.simulator.building.hubs.get('hub2') };
    example.press('Rename now');
    await example.tells('as it is now', 2);
    assert.equal(example.simulator.building.hubs.get('hub1')?.name, 'Desk by the window');
    assert.deepEqual({ ...example.simulator.building.hubs.get('hub2') }, { ...before, name: 'Desk, second row' });
    assert.deepEqual(example.told('not renamed'), []);
  });

  it('"Rename many things at once" names the lines it could not do', async () => {
    example = await RunningExample.start('Rename many things at once', {
      'New names': { template: 'id,name\nhub99,Nowhere' },
    });
    example.press('Rename now');
    assert.match(String(await example.tells('not renamed')), /^hub99 was not renamed: .*404/);
  });
});
