import assert from 'node:assert/strict';
import { SessionMemory, systemClock } from '../../src';
import type { Simulator, SimulatorOptions } from '../simulator';
import { eventually } from '../support/eventually';
import { steadyRandom } from '../support/steady-random';
import { type Actor, arrived, company, numbersOf, portOf, Stage, warnings } from './stage';

const real = { clock: systemClock, random: Math.random };

/** Connections that are closed in good order, again and again, and what the broker sends afterwards. */
describe('faults of closes', () => {
  const stage = new Stage();

  afterEach(() => stage.close());

  const accusations = (actor: Actor): readonly string[] => warnings(actor).filter((line) => /client id/.test(line));

  for (const closes of [7, 30]) {
    it(`A2: ${closes} closes in good order in a hundred seconds lose and double nothing, and accuse nobody`, async () => {
      const simulator = await stage.platform();
      const actor = await stage.connected(simulator, { random: steadyRandom(0.3) });
      const everyMs = 100_000 / closes;
      let published = 0;
      for (let close = 0; close < closes; close += 1) {
        simulator.dropConnections('close');
        for (let step = 0; step < 4; step += 1) {
          await simulator.emit(portOf(simulator), { n: published });
          published += 1;
          await stage.clock.advance(everyMs / 4);
        }
      }
      await stage.passUntil(actor, 'connected');
      await stage.pass(() => actor.events.events.length >= published, 'every event', 500);
      assert.equal(new Set(numbersOf(actor.events)).size, published);
      assert.equal(actor.events.events.length, published, 'none twice');
      assert.deepEqual(actor.events.gaps, []);
      assert.deepEqual(accusations(actor), []);
      const ids = simulator.records.connects.filter(({ clean }) => !clean).map(({ clientId }) => clientId);
      assert.equal(new Set(ids).size, 1, 'one session all the while');
    }).timeout(60_000);
  }

  it('A2: gateways that are restarted one after another accuse nobody, though a witness is called', async () => {
    const simulator = await stage.platform();
    const actor = await stage.connected(simulator);
    for (let restart = 0; restart < 6; restart += 1) {
      await stage.clock.advance(5_000);
      simulator.dropConnections('close');
      await stage.passUntil(actor, 'connected');
    }
    assert.deepEqual(accusations(actor), []);
    await stage.clock.advance(31_000);
    // The witness may have been on its way until now: it stays for half a minute from when it is there.
    await stage.pass(() => simulator.records.openConnections === 1, 'one connection', 1_000);
  });

  for (const [how, fault, value] of [
    ['are not answered', 'connack-never', true],
    ['are answered "server unavailable"', 'connack-refused', 3],
    ['are answered "not authorized"', 'connack-refused', 5],
  ] as const) {
    it(`A1: attempts that ${how}, however long they take, make nothing forgotten that may be sent again`, async () => {
      const simulator = await stage.platform();
      const proxy = await stage.proxied(simulator);
      const actor = await stage.connected(simulator);
      for (const connection of proxy.connections) connection.poison({ blackHole: true }, 'to server');
      for (const n of [1, 2, 3, 4, 5]) await simulator.emit(portOf(simulator), { n });
      await arrived(actor.events, [1, 2, 3, 4, 5]);
      simulator.fault(fault, value);
      proxy.cut('reset');
      const { connects } = simulator.records;
      for (const attempts of [2, 3, 4]) {
        await stage.pass(() => connects.length >= attempts, `attempt ${attempts}`, 1_000);
        await stage.clock.advance(40_000);
        simulator.dropConnections('reset');
      }
      simulator.fault(fault, false);
      await stage.passUntil(actor, 'connected');
      await simulator.emit(portOf(simulator), { n: 6 });
      await stage.pass(() => numbersOf(actor.events).includes(6), 'the event after it');
      assert.deepEqual(numbersOf(actor.events), [1, 2, 3, 4, 5, 6]);
      assert.deepEqual(actor.events.gaps, []);
    });
  }

  describe('A8: what is published with RETAIN', () => {
    /** AWS brings it to who asks for exactly that port; other brokers bring it on wildcards, too. */
    async function retaining(options?: SimulatorOptions): Promise<Simulator> {
      const simulator = await stage.platform(options);
      simulator.fault('retained-on-wildcards');
      return simulator;
    }

    it('A8: at AWS comes to a node of exactly that port as present state, once', async () => {
      const simulator = await stage.platform();
      const { location, hub, port } = portOf(simulator);
      await simulator.emit(portOf(simulator), { n: 1 }, 1, true);
      const actor = stage.account(simulator);
      actor.account.subscribe({ company, locations: [location], hubs: [hub], ports: [port] }, actor.events);
      await arrived(actor.events, [1]);
      assert.deepEqual(
        actor.events.events.map(({ kind }) => kind),
        ['snapshot'],
      );
    });

    it('A8: comes as present state on the first subscription of a node, and as an event when it is live', async () => {
      const simulator = await retaining();
      await simulator.emit(portOf(simulator), { n: 1 }, 1, true);
      const actor = await stage.connected(simulator);
      await arrived(actor.events, [1]);
      await simulator.emit(portOf(simulator), { n: 2 }, 1, true);
      await arrived(actor.events, [1, 2]);
      assert.deepEqual(
        actor.events.events.map(({ kind }) => kind),
        ['snapshot', 'event'],
      );
    });

    it('A8: is not brought again by renewals, nor by a session that was lost', async () => {
      const simulator = await retaining({ iotTtlSeconds: 3 });
      const actor = await stage.connected(simulator, real);
      await simulator.emit(portOf(simulator), { n: 1 }, 1, true);
      await arrived(actor.events, [1]);
      const { connects } = simulator.records;
      await eventually(() => connects.length >= 4, 'three renewals', { timeoutMs: 20_000 });
      await simulator.emit(portOf(simulator), { n: 2 }, 1, true);
      await arrived(actor.events, [1, 2]);
      assert.deepEqual(numbersOf(actor.events), [1, 2]);
    }).timeout(30_000);
  });

  describe('A13: what the broker kept while we were away', () => {
    const queuedOf = (actor: Actor): [unknown, boolean | undefined][] =>
      actor.events.events.map(({ queued }, index) => [numbersOf(actor.events)[index], queued]);

    /** Publishes while a deploy, or a stop of the flows, has closed the account. */
    async function backFromAway(simulator: Simulator): Promise<Actor> {
      const sessions = new SessionMemory();
      const before = await stage.connected(simulator, { sessions });
      await stage.finish(before.account, { keepSessions: true });
      for (const n of [1, 2, 3]) await simulator.emit(portOf(simulator), { n });
      const after = await stage.connected(simulator, { sessions });
      await arrived(after.events, [1, 2, 3]);
      return after;
    }

    it('A13: is marked as queued, and what comes once that has come is not', async () => {
      const simulator = await stage.platform();
      const actor = await backFromAway(simulator);
      await stage.clock.advance(2_000);
      await simulator.emit(portOf(simulator), { n: 4 });
      await arrived(actor.events, [1, 2, 3, 4]);
      assert.deepEqual(queuedOf(actor), [...[1, 2, 3].map((n): [number, boolean] => [n, true]), [4, undefined]]);
    });

    it('A13: is not there if the broker began a new session', async () => {
      const simulator = await stage.platform();
      const actor = await stage.connected(simulator);
      await simulator.emit(portOf(simulator), { n: 1 });
      await arrived(actor.events, [1]);
      assert.deepEqual(queuedOf(actor), [[1, undefined]]);
    });
  });

  it('A17: the session of a successor that could not be discarded is never resumed by a later one', async () => {
    const simulator = await stage.platform({ iotTtlSeconds: 600 });
    // Always the same id for a successor, as after a renewal back to the stable id.
    const actor = await stage.connected(simulator, { random: steadyRandom(0.5) });
    const { connects } = simulator.records;
    simulator.fault('suback-never', '/ports/');
    await stage.clock.advance(7.4 * 60_000);
    simulator.fault('clock-skew', 7.4);
    await stage.pass(() => connects.length === 2, 'a successor that gets no answer', 1_000);
    simulator.fault('upgrade-error', 503);
    await stage.clock.advance(25_000);
    simulator.fault('suback-never', false);
    const numbers = Array.from({ length: 20 }, (_, n) => n);
    for (const n of numbers) await simulator.emit(portOf(simulator), { n });
    await arrived(actor.events, numbers);
    simulator.fault('upgrade-error', false);
    await stage.pass(() => actor.log.lines.some(({ message }) => message.includes('renewed')), 'the renewal', 500);
    await stage.clock.advance(20_000);
    await simulator.emit(portOf(simulator), { n: 20 });
    await stage.pass(() => numbersOf(actor.events).includes(20), 'the event after it');
    assert.deepEqual(numbersOf(actor.events), [...numbers, 20]);
    assert.deepEqual(actor.events.gaps, []);
    assert.equal(actor.account.status(company).state, 'connected');
  });
});
