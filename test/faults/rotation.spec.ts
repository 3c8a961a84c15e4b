import assert from 'node:assert/strict';
import { type PortAddress, portTopic, systemClock } from '../../src';
import { PortStream } from '../../src/client/port-stream';
import type { TimedCredentials } from '../../src/client/stream-link';
import type { Simulator, SimulatorOptions } from '../simulator';
import { EventLog } from '../support/event-log';
import { eventually } from '../support/eventually';
import { Ledger } from '../support/ledger';
import { LogLines } from '../support/log-lines';
import { type Mosquitto, startMosquitto } from '../support/mosquitto';
import { SteadyPublisher } from '../support/steady-publisher';
import { type Actor, arrived, company, numbersOf, portOf, Stage, warnings } from './stage';

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

const short = { iotTtlSeconds: 3 };

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
    options: { ...short, socketLifeSeconds: 4 },
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
      this.timeout(60_000);
      const ended = await Promise.all(courses.map(run));
      for (const one of ended) runs.set(one, one);
    });

    after(() => stage.close());

    async function run(course: Course): Promise<Run> {
      const { behind, options, qos } = course;
      const mosquitto = behind === 'mosquitto' ? await mosquittoOfItsOwn() : undefined;
      const broker = mosquitto === undefined ? {} : { broker: { mosquittoPort: mosquitto.port } };
      const simulator = await stage.platform({ ...options, ...broker });
      const actor = await stage.connected(simulator, { clock: systemClock, random: Math.random });
      const ledger = new Ledger();
      actor.events.onEvent = ({ data }): void => ledger.received(JSON.stringify(data));
      const publisher = new SteadyPublisher(eventsPerSecond, (n) => publish(simulator, ledger, n, qos));
      const connects = simulator.records.connects.length + rotations;
      try {
        await eventually(() => simulator.records.connects.length >= connects, 'the rotations', { timeoutMs: 55_000 });
      } finally {
        await publisher.stop();
      }
      await eventually(() => ledger.missing === 0, 'the last events', { timeoutMs: 3_000 }).catch(() => undefined);
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
        console.log(JSON.stringify(one.simulator.records.closes.slice(0, 12)), one.ledger.balance.doubled.length);
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
});
