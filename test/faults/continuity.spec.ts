import assert from 'node:assert/strict';
import { SessionMemory, systemClock } from '../../src';
import type { Simulator } from '../simulator';
import type { EventLog } from '../support/event-log';
import { eventually } from '../support/eventually';
import { startMosquitto } from '../support/mosquitto';
import type { TcpProxy } from '../support/tcp-proxy';
import { type Actor, arrived, numbersOf, portOf, Stage, warnings } from './stage';

/** Client ids of successors are random: two in a row must not be the same. */
const real = { clock: systemClock, random: Math.random };
/** Renewed after little more than two seconds. */
const short = { iotTtlSeconds: 3 };

/** What happens where one trouble falls into the middle of another. */
describe('faults that meet', () => {
  const stage = new Stage();
  let simulator: Simulator;
  let proxy: TcpProxy;
  let published: number[];

  beforeEach(() => {
    published = [];
  });
  afterEach(() => stage.close());

  async function platform(options = {}): Promise<void> {
    // What is published at a hundred a second, and once more after a cut, is not to be discarded.
    simulator = await stage.platform({ connectionRate: 'unlimited', ...options });
    proxy = await stage.proxied(simulator);
  }

  async function publish(count: number): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      published.push(published.length);
      await simulator.emit(portOf(simulator), { n: published.length - 1 }, 1);
    }
  }

  /** Publishes until a condition holds, about a hundred events a second. */
  async function publishUntil(condition: () => boolean, what: string): Promise<void> {
    await eventually(
      async () => {
        await publish(1);
        await new Promise((resolve) => setTimeout(resolve, 10));
        return condition();
      },
      what,
      { timeoutMs: 15_000, longestPauseMs: 0 },
    );
  }

  async function eachArrivedOnce(...logs: readonly EventLog[]): Promise<void> {
    const numbers = (): unknown[] => logs.flatMap(numbersOf);
    await eventually(() => new Set(numbers()).size === published.length, 'every event arrives', {
      state: () => `${new Set(numbers()).size} of ${published.length} did.`,
    });
    assert.equal(numbers().length, published.length, 'none twice');
  }

  const connects = (): number => simulator.records.connects.length;

  async function outage(actor: Actor, meanwhile: () => Promise<void>): Promise<void> {
    await proxy.refuse();
    proxy.cut('reset');
    await stage.reach(actor, 'disconnected');
    await meanwhile();
    await proxy.accept();
  }

  it('fault 2: a line that stalls, is replaced, and comes back brings what it had, once', async () => {
    await platform(short);
    const actor = await stage.connected(simulator, real);
    for (const connection of proxy.connections) connection.poison({ blackHole: true });
    await publishUntil(() => connects() === 2, 'the successor');
    await publish(20);
    proxy.poison({ delayMs: 200 });
    await publishUntil(() => connects() === 3, 'the next renewal');
    proxy.heal();
    await eachArrivedOnce(actor.events);
    assert.deepEqual(actor.events.gaps, []);
    assert.deepEqual(warnings(actor), []);
  }).timeout(30_000);

  it('A18: a line that stalls, is replaced, and breaks has lost nothing: its session brings what it had', async () => {
    await platform(short);
    const actor = await stage.connected(simulator, real);
    for (const connection of proxy.connections) connection.poison({ blackHole: true });
    await publishUntil(() => actor.events.events.length > 0, 'events of the successor');
    proxy.connections[0]?.cut('reset');
    await publish(5);
    await eachArrivedOnce(actor.events);
    assert.deepEqual(actor.events.gaps, []);
    await stage.reach(actor, 'connected');
  }).timeout(30_000);

  it('A18: a line that stalls and breaks in a renewal has lost what it had if the session is lost with it, which is declared', async () => {
    await platform(short);
    const actor = await stage.connected(simulator, real);
    const stalledAt = Date.now();
    for (const connection of proxy.connections) connection.poison({ blackHole: true });
    await publishUntil(() => actor.events.events.length > 0, 'events of the successor');
    simulator.forgetSessions();
    proxy.connections[0]?.cut('reset');
    await eventually(() => actor.events.gaps.length > 0, 'the gap');
    assert.equal(actor.events.gaps.length, 1);
    const [gap] = actor.events.gaps;
    assert.ok(gap && gap.from <= stalledAt + 50 && gap.to >= stalledAt && gap.to <= Date.now());
    await stage.reach(actor, 'connected');
  }).timeout(30_000);

  it('fault 25: a renewal waits until the old connection has brought what the broker had kept for it', async () => {
    await platform(short);
    const actor = await stage.connected(simulator, real);
    await outage(actor, () => publish(400));
    // What was kept comes over some seconds, through a renewal or two.
    proxy.poison({ bytesPerSecond: 20_000 });
    await eventually(() => connects() >= 3, 'a renewal', { timeoutMs: 15_000 });
    await eventually(() => actor.events.events.length === 400, 'all that was kept', { timeoutMs: 15_000 });
    proxy.heal();
    await publish(5);
    await eachArrivedOnce(actor.events);
    assert.deepEqual(actor.events.gaps, []);
  }).timeout(45_000);

  it('A18: a cut of both connections during a renewal loses nothing and doubles nothing', async () => {
    // The simulator's own broker answers a ping before what it has kept: a busy computer takes that for all there is.
    const mosquitto = await startMosquitto();
    stage.opened.add({ close: () => mosquitto.stop() });
    await platform({ ...short, broker: { mosquittoPort: mosquitto.port } });
    const actor = await stage.connected(simulator, real);
    for (const connection of proxy.connections) connection.poison({ blackHole: true });
    await publishUntil(() => connects() === 2, 'the successor');
    await publishUntil(() => actor.events.events.length > 5, 'events of the successor alone');
    for (const connection of [...proxy.connections].reverse()) connection.cut('reset');
    await publishUntil(() => connects() >= 4, 'a connection and a renewal');
    await publish(1);
    await eachArrivedOnce(actor.events);
    assert.deepEqual(actor.events.gaps, []);
  }).timeout(30_000);

  it('fault 42: a deploy during an outage loses nothing that the broker kept', async () => {
    await platform();
    const sessions = new SessionMemory();
    const before = await stage.connected(simulator, { ...real, sessions });
    await outage(before, async () => {
      await publish(10);
      await stage.finish(before.account, { keepSessions: true });
      await publish(10);
    });
    const after = await stage.connected(simulator, { ...real, sessions });
    await eachArrivedOnce(before.events, after.events);
    assert.deepEqual(after.events.gaps, []);
  });

  it('fault 42: a deploy during an outage in which the broker loses the session declares all of it', async () => {
    await platform();
    const sessions = new SessionMemory();
    const before = await stage.connected(simulator, { ...real, sessions });
    const cutAt = Date.now();
    await outage(before, async () => {
      await publish(10);
      simulator.forgetSessions();
      await stage.finish(before.account, { keepSessions: true });
    });
    const after = await stage.connected(simulator, { ...real, sessions });
    await publish(1);
    await arrived(after.events, [10]);
    assert.equal(after.events.gaps.length, 1);
    assert.ok((after.events.gaps[0]?.from ?? cutAt) <= cutAt + 50);
  });

  it('fault 38: what a deploy had no time to acknowledge is not delivered by the next connection again', async () => {
    await platform();
    const sessions = new SessionMemory();
    const before = await stage.connected(simulator, { ...real, sessions });
    for (const connection of proxy.connections) connection.poison({ blackHole: true }, 'to server');
    await publish(10);
    await arrived(before.events, published);
    await stage.finish(before.account, { keepSessions: true });
    const after = await stage.connected(simulator, { ...real, sessions });
    await publish(1);
    await eventually(() => numbersOf(after.events).includes(10), 'the event after the deploy');
    await eachArrivedOnce(before.events, after.events);
  });

  it('A18: what a lost successor had brought is not brought again by the old session after a deploy, and nothing is lost', async () => {
    await platform(short);
    const sessions = new SessionMemory();
    const before = await stage.connected(simulator, { ...real, sessions });
    for (const connection of proxy.connections) connection.poison({ blackHole: true });
    await publishUntil(() => connects() === 2, 'the successor');
    await publishUntil(() => before.events.events.length > 5, 'events of the successor alone');
    await proxy.refuse();
    for (const connection of [...proxy.connections].reverse()) connection.cut('reset');
    await stage.reach(before, 'disconnected');
    await stage.finish(before.account, { keepSessions: true });
    await proxy.accept();
    const after = await stage.connected(simulator, { ...real, sessions });
    await publish(1);
    await eachArrivedOnce(before.events, after.events);
    assert.deepEqual([...before.events.gaps, ...after.events.gaps], []);
  }).timeout(30_000);
});
