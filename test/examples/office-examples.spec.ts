import assert from 'node:assert/strict';
import { eventually } from '../support/eventually';
import { settle } from '../support/fake-clock';
import { hostFlows } from '../support/node-red';
import { RunningExample } from './running-example';

describe('the recipes that tell of an office', () => {
  let example: RunningExample;

  hostFlows();
  afterEach(() => example.stop());

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
});
