import assert from 'node:assert/strict';
import { eventually } from '../support/eventually';
import { settle } from '../support/fake-clock';
import { hostFlows } from '../support/node-red';
import { RunningExample } from './running-example';

describe('the recipes for lamps', () => {
  let example: RunningExample;

  hostFlows();
  afterEach(() => example.stop());

  it('"Lamps follow motion and daylight" lights what daylight lacks and goes out after the last motion', async () => {
    example = await RunningExample.start('Lamps follow motion and daylight', {
      'Off after 10 min': { duration: '2', units: 's' },
    });
    await example.connected();
    const { building } = example.simulator;
    for (const sensor of ['port2', 'port6']) building.setSensor(sensor, { motion: false });
    building.setSensor('port2', { luminosity: 100 });
    building.setSensor('port2', { motion: true });
    building.setSensor('port6', { motion: true, luminosity: 300 });
    await example.lampReaches('port1', 80);
    await example.lampReaches('port5', 40);
    await example.lampReaches('port1', 0);
    await example.lampReaches('port5', 0);
    assert.deepEqual(example.told('what failed'), []);
  });

  it('B7: "HTTP endpoint that sets a lamp" answers each request, also one that a newer one replaces', async () => {
    example = await RunningExample.start('HTTP endpoint that sets a lamp');
    await example.connected();
    const pages = await example.servePages();
    const post = async (level: string): Promise<readonly [number, string]> => {
      const answer = await fetch(`${pages}/lamp/port1`, { method: 'POST', body: new URLSearchParams({ level }) });
      return [answer.status, await answer.text()];
    };
    const all = await Promise.all(['10', '20', '30', '40'].map(post));
    assert.deepEqual(
      all.map(([status]) => status),
      [204, 204, 204, 204],
    );
    await example.lampReaches('port1', 40);
    const [status, body] = await post('bright');
    assert.equal(status, 400);
    assert.match(JSON.parse(body).message, /level can't be "bright"/);
  });

  it('A13: "Button that drops what was queued" toggles at a press, and leaves out what the broker kept', async () => {
    example = await RunningExample.start('Button that drops what was queued');
    await example.connected();
    example.simulator.building.setLamp('port1', { level: 0 });
    example.simulator.building.setSensor('port2', { motion: false });
    example.simulator.building.setSensor('port2', { motion: true });
    await example.tells('toggled');
    example.hand('switch', 'Live or kept?', { payload: true, ochno: { queued: true, receivedAt: 5 } });
    assert.equal(await example.tells('left out'), 5);
    assert.equal(example.told('toggled').length, 1);
  });

  it('"All lamps of a floor off at seven" turns off every lamp of the location', async () => {
    example = await RunningExample.start('All lamps of a floor off at seven');
    await example.connected();
    example.simulator.building.setLamp('port1', { level: 40 });
    example.simulator.building.setLamp('port5', { level: 70 });
    example.press('Weekdays at 19:00');
    await example.lampReaches('port1', 0);
    await example.lampReaches('port5', 0);
    assert.ok(Object(await example.tells('turned off')).includes('port5'));
    assert.deepEqual(example.told('still on'), []);
  });

  it('"A scene by one message" sets each lamp to its part', async () => {
    example = await RunningExample.start('A scene by one message');
    await example.connected();
    example.press('Meeting');
    await example.lampReaches('port1', 80);
    await example.lampReaches('port5', 40);
    example.press('Off');
    await example.lampReaches('port1', 0);
    await example.lampReaches('port5', 0);
    assert.deepEqual(example.told('what failed'), []);
  });

  it('"Evening sweep" turns off every lamp of the location, on both sides, and reports', async () => {
    example = await RunningExample.start('Evening sweep turns off what was left on', {
      'Ports of loc1': { query: '{"locationIds":"loc2"}' },
    });
    await example.connected();
    const { building } = example.simulator;
    building.setLamp('port9', { level: 40, altlevel: 60 });
    building.setLamp('port13', { altlevel: 20 });
    example.press('Weekdays at 19:00');
    assert.match(String(await example.tells('report')), /^Left on: .+, .+$/);
    await example.tells('turned off', 2);
    assert.deepEqual([example.lamp('port9').level, example.lamp('port9').altlevel], [0, 0]);
    assert.equal(example.lamp('port13').altlevel, 0);
    example.press('Weekdays at 19:00');
    assert.equal(await example.tells('report', 2), 'Nothing was left on');
    assert.deepEqual(example.told('still on'), []);
  });

  describe('"Slider that fades a lamp"', () => {
    beforeEach(async () => {
      example = await RunningExample.start('Slider that fades a lamp');
      await example.connected();
    });

    it('serves a page whose slider fades the lamp and that says where the lamp is', async () => {
      const url = await example.servePages();
      const page = await fetch(`${url}/lamp`);
      assert.match(String(page.headers.get('content-type')), /^text\/html/);
      assert.match(await page.text(), /type="range"/);
      const moved = await fetch(`${url}/lamp`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ level: 70, transition: 1 }),
      });
      assert.equal(moved.status, 204);
      await example.lampReaches('port1', 70);
      const presentLevel = async (): Promise<unknown> => Object(await (await fetch(`${url}/lamp/level`)).json()).level;
      while ((await presentLevel()) !== 70) await settle();
      assert.ok(example.simulator.records.publishes.length > 3);
    });

    it('fades at the press of a button too', async () => {
      example.press('Full in 2 s');
      await example.lampReaches('port1', 100);
    });
  });

  it('"Daylight colour through the day" is cool at midday and warm at night', async () => {
    example = await RunningExample.start('Daylight colour through the day', {
      'Daylight colour': { env: daylight({ FADE_SECONDS: '0' }) },
      'Every 10 minutes': { once: false },
    });
    await example.connected();
    example.press('As at midday');
    await eventually(() => example.lamp('port1').temp === 5700);
    example.press('As at midnight');
    await eventually(() => example.lamp('port1').temp === 2700);
    assert.deepEqual(example.told('what failed'), []);
  });
});

function daylight(changed: Readonly<Record<string, string>>): object[] {
  const variables = { WARMEST: '2700', COOLEST: '5700', SUNRISE: '6', SUNSET: '20', ...changed };
  return Object.entries(variables).map(([name, value]) => ({ name, value, type: 'num' }));
}
