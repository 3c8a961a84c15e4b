import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { eventually } from '../support/eventually';
import { settle } from '../support/fake-clock';
import { RunningExample } from './running-example';

describe('the recipes', () => {
  let example: RunningExample;

  before(() => helper.startServer());
  after(() => helper.stopServer());
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

  it('"Count the desks in use" counts from the start and whenever a computer comes or goes', async () => {
    example = await RunningExample.start('Count the desks in use');
    await example.connected();
    assert.equal(await example.tells('desks in use', 2), 2);
    example.simulator.building.unplug('port3');
    assert.equal(await example.tells('desks in use', 3), 1);
    example.simulator.building.plugIn('port3', 'phone');
    example.simulator.building.plugIn('port4', 'laptop');
    assert.equal(await example.tells('desks in use', 4), 2);
    const { topic, payload } = Object(await example.tells('desk taken or left', 4));
    assert.deepEqual([topic, payload], ['hub1', true]);
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

  describe('"Alarm when a laptop is unplugged"', () => {
    beforeEach(async () => {
      example = await RunningExample.start('Alarm when a laptop is unplugged', {
        'Gone for 10 s?': { duration: '200', units: 'ms' },
      });
      await example.connected();
      await example.tells('armed');
    });

    it('raises it when the laptop stays away, and lights the scene', async () => {
      example.simulator.building.unplug('port7');
      assert.equal(await example.tells('ALARM'), 'The laptop at hub2 (port7) was unplugged');
      await example.lampReaches('port1', 100);
    });

    it('raises nothing when it comes back or while it is disarmed', async () => {
      const { building } = example.simulator;
      building.unplug('port3');
      building.plugIn('port3');
      example.press('Disarm');
      assert.equal(await example.tells('armed', 2), false);
      building.unplug('port7');
      await eventually(() => example.status('trigger', 'Gone for 10 s?')?.fill === 'blue');
      await eventually(() => example.status('trigger', 'Gone for 10 s?')?.fill === undefined);
      assert.deepEqual(example.told('ALARM'), []);
    });
  });

  it('"Ask for the state at any time" reads all, one port, and what it listens to', async () => {
    example = await RunningExample.start('Ask for the state at any time');
    await example.connected();
    example.press('Read all of it');
    await example.tells('now', 4);
    example.press('Read one port');
    const one = Object(await example.tells('now', 5));
    assert.deepEqual([one.ochno.hub, one.ochno.port, one.action], ['hub2', 'port5', 'read']);
    example.press('Hear hub2, too');
    example.press('What do I hear?');
    const hubs = Object(await example.tells('addresses')).map(({ hub }: { hub: string }) => hub);
    assert.deepEqual(hubs, ['hub1', 'hub2']);
    const { building, records } = example.simulator;
    const isHeard = (): boolean => records.subscribes.some(({ filters }) => filters.some((one) => /hub2/.test(one)));
    await eventually(isHeard, 'hub2 is subscribed');
    building.setLamp('port5', { level: 33 });
    await example.tells('live');
    assert.deepEqual(example.told('what was wrong'), []);
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

  it('"Link call that reads a room" answers once, with every port', async () => {
    example = await RunningExample.start('Link call that reads a room');
    await example.connected();
    example.press('Who is at hub1?');
    assert.deepEqual(Object.keys(Object(await example.tells('room'))), ['port1', 'port2', 'port3', 'port4']);
    await settle();
    assert.equal(example.told('room').length, 1);
  });

  it('"Alarm when a hub is offline" tells once that it went, and once that it is back', async () => {
    example = await RunningExample.start('Alarm when a hub is offline');
    const { building } = example.simulator;
    const silent = ['port5', 'port6', 'port7', 'port8'].map((port) => building.port(port).data);
    for (const data of silent) data.t = Date.now() - 11 * 60_000;
    example.press('Every 5 minutes');
    assert.equal(await example.tells('ALARM'), 'hub2 is offline');
    example.press('Every 5 minutes');
    for (const data of silent) data.t = Date.now();
    await eventually(() => {
      example.press('Every 5 minutes');
      return example.told('ALARM').length > 1;
    });
    assert.deepEqual(example.told('ALARM'), ['hub2 is offline', 'hub2 is back']);
  });

  it('"Desk booked by laptop and motion" takes a desk while its laptop is there, and a while after motion', async () => {
    example = await RunningExample.start('Desk booked by laptop and motion', {
      'Free again after 15 min': { duration: '300', units: 'ms' },
    });
    await example.connected();
    const { building } = example.simulator;
    const states = (): unknown[] => example.told('desk').map((msg) => `${Object(msg).topic} ${Object(msg).payload}`);
    const says = (state: string): Promise<unknown> => eventually(() => states().at(-1) === state, state);
    await eventually(() => states().length === 2, 'the laptops of the start');
    building.unplug('port3');
    await says('hub1 free');
    building.setSensor('port2', { motion: false });
    building.setSensor('port2', { motion: true });
    await says('hub1 taken');
    await says('hub1 free');
    building.plugIn('port3');
    await says('hub1 taken');
    assert.equal(states().filter((state) => state === 'hub2 free').length, 0);
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

  describe('"Watch the connection and raise a ticket"', () => {
    it('opens a ticket when the connection stays down and closes it when it is back', async () => {
      example = await RunningExample.start('Watch the connection and raise a ticket', {
        'Down for 1 min?': { duration: '300', units: 'ms' },
      });
      await example.connected();
      example.simulator.fault('upgrade-error');
      example.simulator.dropConnections();
      assert.equal(Object(await example.tells('ticket')).action, 'open');
      example.simulator.fault('upgrade-error', false);
      assert.equal(Object(await example.tells('ticket', 2)).action, 'close');
    });

    it('opens one for a gap, and reads what is true now', async () => {
      example = await RunningExample.start('Watch the connection and raise a ticket');
      await example.connected();
      example.simulator.forgetSessions();
      example.simulator.dropConnections();
      assert.match(Object(await example.tells('ticket: gap')).text, /^From 20.* to 20/);
      assert.equal(Object(await example.tells('present state')).length, 32);
      assert.deepEqual(example.told('ticket'), []);
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
