import assert from 'node:assert/strict';
import { SessionMemory, testConnection } from '../../src';
import type { Simulator, SimulatorOptions } from '../simulator';
import { EventLog } from '../support/event-log';
import { steadyRandom } from '../support/steady-random';
import { type Actor, arrived, company, numbersOf, portOf, Stage, warnings } from './stage';

const minuteMs = 60_000;

/** What an account's policy at the broker does not permit is learnt from refusals, told once, and lived with. */
describe('faults of policies', () => {
  const stage = new Stage();

  afterEach(() => stage.close());

  const linesAbout = (actor: Actor, words: RegExp): readonly string[] =>
    warnings(actor).filter((line) => words.test(line));

  for (const refusal of ['close', 'code'] as const) {
    describe(`where no session is permitted (by ${refusal})`, () => {
      const policy = { persistentSessions: false, refusal } as const;
      const aboutSessions = /permits no persistent session/;

      it('A3: it connects within thirty seconds, with one warning of what is lost by it', async () => {
        const simulator = await stage.platform({ policy });
        const actor = stage.actor(simulator, { random: steadyRandom(0.99) });
        const startMs = stage.clock.monotonicMs();
        await stage.passUntil(actor, 'connected');
        assert.ok(stage.clock.monotonicMs() - startMs <= 30_000, `${stage.clock.monotonicMs() - startMs} ms`);
        await simulator.emit(portOf(simulator), { n: 1 });
        await arrived(actor.events, [1]);
        assert.equal(linesAbout(actor, aboutSessions).length, 1);
        assert.deepEqual(actor.account.vitals()[0]?.policy.sessions, false);
      });

      it('A3: each outage is a gap, and the policy is neither learnt nor told once more', async () => {
        const simulator = await stage.platform({ policy });
        const actor = stage.actor(simulator);
        await stage.passUntil(actor, 'connected');
        for (const outages of [1, 2, 3]) {
          await stage.clock.advance(31_000);
          const connects = simulator.records.connects.length;
          simulator.dropConnections('reset');
          await stage.passUntil(actor, 'connecting');
          await stage.passUntil(actor, 'connected');
          assert.equal(actor.events.gaps.length, outages);
          assert.equal(simulator.records.connects.length, connects + 1, 'at the first attempt');
        }
        assert.equal(linesAbout(actor, aboutSessions).length, 1);
      });

      it('A3: a deploy goes on with what was learnt, and is a gap', async () => {
        const simulator = await stage.platform({ policy });
        const sessions = new SessionMemory();
        const before = stage.actor(simulator, { sessions });
        await stage.passUntil(before, 'connected');
        await stage.finish(before.account, { keepSessions: true });
        const connects = simulator.records.connects.length;
        const after = await stage.connected(simulator, { sessions });
        assert.equal(simulator.records.connects.length, connects + 1);
        assert.deepEqual(linesAbout(after, aboutSessions), []);
        assert.equal(after.events.gaps.length, 1);
      });

      it('A3: renewals go on, with nothing lost or doubled', async () => {
        const simulator = await stage.platform({ policy });
        const actor = stage.actor(simulator);
        await stage.passUntil(actor, 'connected');
        await renew(simulator, actor, 1);
        assert.deepEqual(actor.events.gaps, []);
      });

      it('A3: a session is asked for again at a renewal, and a policy that was mended told once', async () => {
        const simulator = await stage.platform({ policy });
        const actor = stage.actor(simulator);
        await stage.passUntil(actor, 'connected');
        simulator.permit({ persistentSessions: undefined, refusal: undefined });
        await renew(simulator, actor, 1);
        await stage.pass(() => actor.account.vitals()[0]?.policy.sessions, 'a session', 500);
        await stage.pass(() => simulator.records.openConnections === 1, 'one connection', 500);
        simulator.dropConnections('reset');
        await stage.passUntil(actor, 'connecting');
        await stage.passUntil(actor, 'connected');
        assert.deepEqual(actor.events.gaps, []);
        const again = actor.log.lines.filter(({ message }) => /permits persistent sessions again/.test(message));
        assert.equal(again.length, 1);
      });

      it('A3: the connection test is good, with a note', async () => {
        const simulator = await stage.platform({ policy });
        const { url: server, email, password } = simulator;
        const steps = await testConnection({ server, email, password, company, network: { environment: {} } });
        const stream = steps.at(-1);
        assert.equal(stream?.state, 'ok');
        assert.match(stream?.message ?? '', aboutSessions);
      });
    });
  }

  it('A3: a broker that refuses for a while is not taken for one that permits no session', async () => {
    const simulator = await stage.platform();
    simulator.fault('connack-refused', 5);
    const actor = stage.actor(simulator);
    await stage.pass(() => simulator.records.connects.length >= 8, 'several attempts');
    simulator.fault('connack-refused', false);
    await stage.passUntil(actor, 'connected');
    assert.deepEqual(linesAbout(actor, /permits no/), []);
    assert.equal(simulator.records.connects.at(-1)?.clean, false);
  });

  for (const refusal of ['close', 'code'] as const) {
    it(`A5: a filter that is tried again takes no other's place before it is granted (by ${refusal})`, async () => {
      const location = portOf(await stage.platform()).location;
      const simulator = await stage.platform({ policy: { subscribe: [`/ports/${company}/${location}/*`], refusal } });
      const actor = stage.account(simulator);
      actor.account.subscribe({ company, locations: [location] }, actor.events);
      await stage.passUntil(actor, 'connected');
      const wide = new EventLog();
      const refusals = (): number => actor.account.vitals()[0]?.policy.refusedFilters.length ?? 0;
      const stop = actor.account.subscribe({ company }, wide);
      await stage.pass(() => refusals() === 1, 'the refusal');
      stop();
      await stage.clock.advance(11 * minuteMs);
      // A new connection, at whose time nobody wants what was refused.
      simulator.dropConnections('reset');
      await stage.passUntil(actor, 'connecting');
      await stage.passUntil(actor, 'connected');
      actor.account.subscribe({ company }, wide);
      for (const n of [1, 2, 3]) {
        await stage.clock.advance(1_000);
        await simulator.emit(portOf(simulator), { n });
      }
      await arrived(actor.events, [1, 2, 3]);
      assert.deepEqual(actor.events.gaps, []);
    });
  }

  /** Lets the credentials' life pass until there is a new connection and no other, `n` being published meanwhile. */
  async function renew(simulator: Simulator, actor: Actor, from: number): Promise<void> {
    const { records } = simulator;
    const accesses = records.iotAccesses;
    await stage.clock.advance(43 * minuteMs);
    await simulator.emit(portOf(simulator), { n: from });
    await stage.pass(() => records.iotAccesses > accesses, 'new credentials', 1_000);
    await simulator.emit(portOf(simulator), { n: from + 1 });
    await stage.pass(() => actor.log.lines.some(({ message }) => message.includes('renewed')), 'the renewal', 500);
    await simulator.emit(portOf(simulator), { n: from + 2 });
    await stage.passUntil(actor, 'connected');
    await stage.pass(() => records.openConnections === 1, 'one connection', 500);
    await stage.clock.advance(20_000);
    simulator.fault('clock-skew', (stage.clock.monotonicMs() / minuteMs).toFixed(2));
  }

  for (const [how, policy] of Object.entries({
    'a close': { connections: 1 },
    'a code': { connections: 1, refusal: 'code' },
    'a 403': { connections: 1, refusal: '403' },
    'a close at the first packet': { connections: 1, surplus: 'late' },
    'a close of the older one': { connections: 1, surplus: 'oldest' },
  } satisfies Readonly<Record<string, SimulatorOptions['policy']>>)) {
    describe(`where one connection at a time is permitted (by ${how})`, () => {
      it('A4: ten renewals lose and double nothing of QoS 1, fetch credentials once each, and twice more at most', async () => {
        const simulator = await stage.platform({ policy });
        const actor = await stage.connected(simulator);
        const published: number[] = [];
        for (let renewal = 0; renewal < 10; renewal += 1) {
          const first = renewal * 3;
          await renew(simulator, actor, first);
          published.push(first, first + 1, first + 2);
        }
        await stage.pass(() => actor.events.events.length >= published.length, 'all events');
        assert.deepEqual(
          numbersOf(actor.events).sort((one, other) => Number(one) - Number(other)),
          published,
        );
        assert.deepEqual(actor.events.gaps, []);
        assert.ok(simulator.records.iotAccesses <= 13, `${simulator.records.iotAccesses} times credentials`);
        assert.equal(linesAbout(actor, /permits one connection at a time/).length, 1);
        assert.deepEqual(linesAbout(actor, /refused the credentials|client id|closes the connection on/), []);
        assert.deepEqual(actor.events.refusals, []);
        assert.equal(actor.account.vitals()[0]?.policy.secondConnection, false);
      }).timeout(120_000);
    });
  }
});
