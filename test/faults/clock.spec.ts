import assert from 'node:assert/strict';
import { systemClock } from '../../src';
import { settle } from '../support/fake-clock';
import { arrived, portOf, Stage } from './stage';

const minuteMs = 60_000;

describe('faults of time', () => {
  const stage = new Stage();

  afterEach(() => stage.close());

  for (const minutes of [10, -10]) {
    it(`fault 33: ${minutes} minutes: the connection stays, no timer fires early, none is forgotten`, async () => {
      const simulator = await stage.platform();
      const actor = await stage.connected(simulator);
      const timers = stage.clock.timers;
      stage.clock.jump(minutes * minuteMs);
      await settle();
      assert.equal(stage.clock.timers, timers);
      await simulator.emit(portOf(simulator), { n: 1 });
      await arrived(actor.events, [1]);
      await stage.clock.advance(44 * minuteMs);
      assert.equal(simulator.records.iotAccesses, 1);
      assert.equal(simulator.records.connects.length, 1);
      await stage.pass(() => simulator.records.disconnects === 1, 'the renewal', 1000);
      await stage.reach(actor, 'connected');
      assert.deepEqual(actor.events.gaps, []);
    });
  }

  it('fault 33: after three hours of sleep it connects with new credentials, and says what it missed', async () => {
    const simulator = await stage.platform();
    const actor = await stage.connected(simulator);
    const fellAsleepMs = stage.clock.now();
    stage.clock.sleep(180 * minuteMs);
    simulator.fault('clock-skew', 180);
    // The network noticed that we were away.
    simulator.dropConnections('reset');
    await stage.passUntil(actor, 'connecting');
    await stage.passUntil(actor, 'connected');
    assert.equal(simulator.records.iotAccesses, 2, 'the old credentials ended in our sleep');
    assert.equal(actor.events.gaps.length, 1);
    assert.ok((actor.events.gaps[0]?.from ?? Number.POSITIVE_INFINITY) <= fellAsleepMs);
    assert.equal(simulator.records.connects.length, 2);
  });

  it('fault 33: a timer of more than 24.8 days, which Node.js would fire at once, waits', async () => {
    let fired = 0;
    const cancel = systemClock.after(2 ** 31 + 1000, () => {
      fired += 1;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    cancel();
    assert.equal(fired, 0);
  });
});
