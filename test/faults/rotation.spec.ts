import assert from 'node:assert/strict';
import { portTopic, systemClock } from '../../src';
import type { CredentialSource } from '../../src/protocol/stream/stream-credentials';
import type { Simulator, SimulatorOptions } from '../simulator';
import { EventLog } from '../support/event-log';
import { eventually } from '../support/eventually';
import { Ledger } from '../support/ledger';
import { type Mosquitto, startMosquitto } from '../support/mosquitto';
import { SteadyPublisher } from '../support/steady-publisher';
import { type Actor, arrived, company, numbersOf, portOf, ports, Stage, warnings } from './stage';

const eventsPerSecond = 190;
const rotations = 12;
/** Every so many events two leave that are equal to the byte. */
const twinEvery = 10;

interface Course {
  readonly name: string;
  readonly qos: 0 | 1;
  readonly behind: 'the simulator' | 'mosquitto';
  readonly options: SimulatorOptions;
}

interface Run extends Course {
  readonly simulator: Simulator;
  readonly actor: Actor;
  readonly ledger: Ledger;
}

/** Long enough for a match window, a tenth of it, that a busy computer keeps to. */
const short = { iotTtlSeconds: 4 };

const courses: readonly Course[] = [
  {
    name: 'publishers at QoS 0; sockets are dropped when their credentials end',
    qos: 0,
    behind: 'the simulator',
    options: { ...short, dropAtExpiry: true },
  },
  {
    name: 'publishers at QoS 1; sockets are closed at a certain age (fault 24)',
    qos: 1,
    behind: 'the simulator',
    options: { ...short, socketLifeSeconds: 5 },
  },
  { name: 'publishers at QoS 0; sockets outlive their credentials', qos: 0, behind: 'mosquitto', options: short },
  { name: 'publishers at QoS 1; sockets outlive their credentials', qos: 1, behind: 'mosquitto', options: short },
  {
    name: 'publishers at QoS 1; the client id is pinned',
    qos: 1,
    behind: 'the simulator',
    options: { ...short, pinClientId: true },
  },
  {
    name: 'publishers at QoS 1; the client id is pinned',
    qos: 1,
    behind: 'mosquitto',
    options: { ...short, pinClientId: true },
  },
];

describe('rotation of the credentials', () => {
  const stage = new Stage();

  describe(`fault 25: a dozen rotations at ${eventsPerSecond} events a second`, () => {
    const runs = new Map<Course, Run>();

    // All at the same time: each takes as long as its credentials live.
    before(async function () {
      this.timeout(180_000);
      const ended = await Promise.all(courses.map(run));
      for (const one of ended) runs.set(one, one);
    });

    after(() => stage.close());

    async function run(course: Course): Promise<Run> {
      const { behind, options, qos } = course;
      const mosquitto = behind === 'mosquitto' ? await mosquittoOfItsOwn() : undefined;
      const broker = mosquitto === undefined ? {} : { broker: { mosquittoPort: mosquitto.port } };
      const simulator = await stage.platform({ connectionRate: 'unlimited', ...options, ...broker });
      const actor = await stage.connected(simulator, { clock: systemClock, random: Math.random });
      const ledger = new Ledger();
      actor.events.onEvent = ({ data }): void => ledger.received(JSON.stringify(data));
      const publisher = new SteadyPublisher(eventsPerSecond, (n) => publish(simulator, ledger, n, qos));
      publisher.start();
      const connects = simulator.records.connects.length + rotations;
      try {
        await eventually(() => simulator.records.connects.length >= connects, 'the rotations', { timeoutMs: 150_000 });
      } finally {
        await publisher.stop();
      }
      await eventually(() => ledger.missing === 0, 'the last events', { timeoutMs: 10_000 }).catch(() => undefined);
      ledger.settle(Number.POSITIVE_INFINITY, []);
      return Object.assign(course, { simulator, actor, ledger });
    }

    async function mosquittoOfItsOwn(): Promise<Mosquitto> {
      const mosquitto = await startMosquitto();
      stage.opened.add({ close: () => mosquitto.stop() });
      return mosquitto;
    }

    async function publish(simulator: Simulator, ledger: Ledger, n: number, qos: 0 | 1): Promise<void> {
      const copies = n % twinEvery === 0 ? 2 : 1;
      const payload = JSON.stringify({ n });
      ledger.published(payload, copies);
      const topic = portTopic(portOf(simulator, n % 8));
      await Promise.all(Array.from({ length: copies }, () => simulator.publish(topic, payload, qos)));
    }

    for (const course of courses) {
      it(`fault 25: loses 0 and doubles 0 behind ${course.behind}, ${course.name}`, () => {
        const one = runs.get(course);
        assert.ok(one);
        const { published, received, lost, doubled } = one.ledger.balance;
        assert.ok(published > rotations * eventsPerSecond, `${published} events`);
        assert.equal(`lost ${lost.slice(0, 20).join()}, doubled ${doubled.slice(0, 20).join()}`, 'lost , doubled ');
        assert.equal(received, published);
        assert.deepEqual(one.actor.events.gaps, []);
        assert.deepEqual(warnings(one.actor), []);
        const ids = one.simulator.records.connects.map(({ clientId }) => clientId);
        assert.equal(new Set(ids).size > 1, course.options.pinClientId !== true);
      });
    }
  });

  describe('what stands in its way', () => {
    afterEach(() => stage.close());

    it('fault 25: if the successor can’t be had, the old connection is kept, and the attempt repeated', async () => {
      const simulator = await stage.platform();
      const actor = await stage.connected(simulator);
      await stage.clock.advance(44 * minuteMs);
      simulator.fault('clock-skew', 44);
      simulator.fault('upgrade-error', 503);
      await stage.pass(() => simulator.records.upgrades.length >= 5, 'four attempts at a successor');
      await simulator.emit(portOf(simulator), { n: 1 });
      await arrived(actor.events, [1]);
      assert.equal(actor.account.status(company).state, 'connected');
      assert.equal(warnings(actor).length, 1, 'said once');
      simulator.fault('upgrade-error', false);
      await stage.pass(() => simulator.records.disconnects === 1, 'the handover');
      await simulator.emit(portOf(simulator), { n: 2 });
      await arrived(actor.events, [1, 2]);
      assert.deepEqual(numbersOf(actor.events), [1, 2]);
      assert.deepEqual(actor.events.gaps, []);
      assert.equal(simulator.records.openConnections, 1);
    });

    it('fault 25: a renewal that falls due while two connections are there comes right after', async () => {
      const simulator = await stage.platform();
      const actor = await stage.connected(simulator);
      // Credentials that live for 12 s by the platform's word: the next renewal is due within the handover.
      simulator.fault('iot-access-fields', JSON.stringify({ expiration: Date.now() + 44 * minuteMs + 12_000 }));
      await stage.clock.advance(44 * minuteMs);
      simulator.fault('clock-skew', 44);
      await stage.pass(() => simulator.records.connects.length === 2, 'the successor', 1000);
      simulator.fault('iot-access-fields', false);
      simulator.fault('clock-skew', 45);
      await stage.pass(() => simulator.records.connects.length >= 3, 'its own successor', 1000);
      await stage.reach(actor, 'connected');
      assert.deepEqual(actor.events.gaps, []);
    });

    it('fault 24: before a connection is 23 hours old it is replaced, whatever its credentials say', async () => {
      const simulator = await stage.platform();
      const { events } = stage.stream(simulator, 30, {
        clock: stage.clock,
        credentials: (source) => living(source, 30 * 24 * hourMs),
      });
      await eventually(() => simulator.records.subscribes.length === 1, 'subscribed');
      await stage.clock.advance(22.9 * hourMs);
      assert.equal(simulator.records.connects.length, 1);
      simulator.fault('clock-skew', 23 * 60);
      await stage.pass(() => simulator.records.connects.length === 2, 'the successor', minuteMs);
      assert.ok(stage.clock.monotonicMs() < 23.2 * hourMs);
      await stage.pass(() => simulator.records.disconnects === 1, 'the old one goes');
      assert.equal(simulator.records.openConnections, 1);
      assert.deepEqual(events.gaps, []);
    });
  });

  it('5000 subscriptions to 5000 ports: no SUBSCRIBE above 8, no connection above 50, each event to its own once', async () => {
    const simulator = await stage.platform({
      ...{ companies: 1, locations: 10, hubs: 10, ports: 50 },
      connectionRate: 'unlimited',
    });
    const addresses = ports(simulator, 5000);
    const actor = stage.account(simulator);
    stage.opened.add({ close: () => stage.finish(actor.account) });
    const logs = addresses.map(({ location, hub, port }) => {
      const log = new EventLog();
      actor.account.subscribe({ company, locations: [location], hubs: [hub], ports: [port] }, log);
      return log;
    });
    await stage.reach(actor, 'connected');
    for (const [n, address] of addresses.entries()) await simulator.emit(address, { n }, n % 2 === 0 ? 0 : 1);
    await eventually(() => logs.every(({ events }) => events.length > 0), 'every event', { timeoutMs: 30_000 });
    assert.ok(logs.every((log, n) => log.events.length === 1 && numbersOf(log)[0] === n));
    const { subscribes, closes, connects } = simulator.records;
    assert.ok(subscribes.every(({ filters }) => filters.length <= 8));
    assert.ok(new Set(subscribes.flatMap(({ filters }) => filters)).size <= 50);
    assert.deepEqual(closes, []);
    assert.equal(connects.length, 1);
    await stage.close();
  }).timeout(60_000);
});

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Credentials that are good for so long, as no platform gives them. */
function living(source: CredentialSource, lifeMs: number): CredentialSource {
  const longer = async (timed: ReturnType<CredentialSource['current']>): ReturnType<CredentialSource['current']> => {
    const { credentials } = await timed;
    return { credentials, lifeMs, renewAtMs: Number.POSITIVE_INFINITY, endsAtMs: Number.POSITIVE_INFINITY };
  };
  return {
    current: () => longer(source.renew()),
    renew: () => longer(source.renew()),
    reject: (refused) => source.reject(refused),
  };
}
