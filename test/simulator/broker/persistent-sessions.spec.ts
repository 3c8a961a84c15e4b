import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { type Simulator, type SimulatorOptions, startSimulator } from '../index';
import { Probe, until } from '../probe/probe';

const lampEvents = '/ports/r2d2i5b43/loc1/hub1/port1';

describe('persistent sessions at the simulator', () => {
  let simulator: Simulator;

  async function start(options?: SimulatorOptions): Promise<void> {
    simulator = await startSimulator(options);
  }

  afterEach(() => simulator.close());

  const session = { clientId: 'lasting', clean: false };

  /** Connects, subscribes and disconnects. */
  async function leaveSession(): Promise<void> {
    const probe = await Probe.connect(simulator, session);
    await probe.subscribe('/ports/r2d2i5b43/#');
    probe.send({ cmd: 'disconnect' });
    await probe.waitClosed();
  }

  async function sessionPresent(): Promise<unknown> {
    const probe = await Probe.connect(simulator, session);
    const [connack] = probe.of('connack');
    probe.close();
    return connack?.cmd === 'connack' && connack.sessionPresent;
  }

  it('keep subscriptions and QoS 1 events for a client that is away', async () => {
    await start();
    await leaveSession();
    assert.equal(simulator.records.disconnects, 1);
    await simulator.publish(lampEvents, 'lost', 0);
    for (let i = 0; i < 300; i++) await simulator.publish(lampEvents, `kept ${i}`, 1);
    const probe = await Probe.connect(simulator, session);
    await until('all have come', () => probe.events.length >= 300);
    await probe.ping();
    assert.deepEqual(
      probe.payloads,
      Array.from({ length: 300 }, (_, i) => `kept ${i}`),
    );
    assert.ok(probe.events.every(({ dup }) => !dup));
    assert.equal(simulator.records.connects.at(-1)?.sessionPresent, true);
  });

  it('redeliver what was not acknowledged, without DUP', async () => {
    await start();
    const first = await Probe.connect(simulator, { ...session, acknowledge: false });
    await first.subscribe('/ports/r2d2i5b43/#');
    await simulator.publish(lampEvents, 'again', 1);
    await first.wait('publish');
    simulator.dropConnections('reset');
    await first.waitClosed();
    const second = await Probe.connect(simulator, session);
    await second.wait('publish');
    assert.deepEqual(second.payloads, ['again']);
    assert.equal(second.events[0]?.dup, false);
  });

  it('keep what was not acknowledged beside what came later and was', async () => {
    await start();
    const { random } = Math;
    try {
      // The broker takes the first packet id of each connection from it.
      Math.random = () => 0.5;
      const first = await Probe.connect(simulator, { ...session, acknowledge: false });
      await first.subscribe('/ports/r2d2i5b43/#');
      await simulator.publish(lampEvents, 'old', 1);
      await first.wait('publish');
      simulator.dropConnections('reset');
      await first.waitClosed();
      const second = await Probe.connect(simulator, { ...session, acknowledge: false });
      await second.wait('publish');
      await simulator.publish(lampEvents, 'new', 1);
      await until('the new one has come, too', () => second.events.length === 2);
      second.send({ cmd: 'puback', messageId: second.events[1]?.messageId ?? 0 });
      await second.ping();
      simulator.dropConnections('reset');
      await second.waitClosed();
      const third = await Probe.connect(simulator, session);
      await third.wait('publish');
      await third.ping();
      assert.deepEqual(third.payloads, ['old']);
    } finally {
      Math.random = random;
    }
  });

  it('are there for as long as they last', async () => {
    await start({ sessionExpirySeconds: 3600 });
    assert.equal(await sessionPresent(), false);
    await until('it has left', () => simulator.records.openConnections === 0);
    assert.equal(await sessionPresent(), true);
  });

  it('expire, and what waited in them', async () => {
    await start({ sessionExpirySeconds: 0 });
    await leaveSession();
    await simulator.publish(lampEvents, 'gone', 1);
    const probe = await Probe.connect(simulator, session);
    await probe.subscribe('/ports/r2d2i5b43/#');
    await simulator.publish(lampEvents, 'new', 1);
    await probe.wait('publish');
    assert.deepEqual(probe.payloads, ['new']);
    assert.equal(simulator.records.connects.at(-1)?.sessionPresent, false);
  });

  it('are lost by forgetSessions, also those of clients that are connected', async () => {
    await start();
    await leaveSession();
    await simulator.publish(lampEvents, 'gone', 1);
    simulator.forgetSessions();
    const probe = await Probe.connect(simulator, session);
    assert.equal(simulator.records.connects.at(-1)?.sessionPresent, false);
    await probe.subscribe('/ports/r2d2i5b43/#');
    simulator.forgetSessions();
    simulator.dropConnections();
    await probe.waitClosed();
    assert.equal(await sessionPresent(), false);
  });

  it('stay connected if events come while they unsubscribe', async () => {
    await start();
    const probe = await Probe.connect(simulator, session);
    for (let round = 1; round <= 40; round += 1) {
      await probe.subscribe('/ports/r2d2i5b43/#');
      probe.send({ cmd: 'unsubscribe', messageId: 1000 + round, unsubscriptions: ['/ports/r2d2i5b43/#'] });
      const left = probe.wait('unsuback', round);
      let isLeft = false;
      const published: Promise<void>[] = [];
      left.finally(() => {
        isLeft = true;
      });
      while (!isLeft) {
        published.push(simulator.publish(lampEvents, 'while it leaves', 1));
        await setImmediate();
      }
      await Promise.all([left, ...published]);
    }
    await probe.ping();
    assert.deepEqual(simulator.records.closes, []);
  });

  it('end with a clean connection of the same id', async () => {
    await start();
    await leaveSession();
    const clean = await Probe.connect(simulator, { ...session, clean: true });
    clean.send({ cmd: 'disconnect' });
    await clean.waitClosed();
    assert.equal(await sessionPresent(), false);
  });
});
