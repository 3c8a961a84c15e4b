import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { SessionMemory } from '../../../src';
import { EventLog } from '../../support/event-log';
import { eventually } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { SteadyPublisher } from '../../support/steady-publisher';
import { company, LanesStage } from './lanes-stage';

/** What was published, and when by the test's clock. */
interface Published {
  readonly beforeMs: number;
  afterMs: number;
}

const perSecond = 80;

describe('several connections, of which fewer are permitted later', function () {
  this.timeout(90_000);
  let stage: LanesStage;
  let clock: FakeClock;
  let events: EventLog;
  let published: Map<string, Published>;
  let publisher: SteadyPublisher;

  beforeEach(() => {
    stage = new LanesStage();
    clock = new FakeClock(Date.now());
    events = new EventLog();
    published = new Map();
  });

  afterEach(async () => {
    await publisher.stop();
    await stage.close();
  });

  /** Three connections, and events at QoS 1 on all ports from now on. */
  async function connectThree(sessions = new SessionMemory()): Promise<void> {
    await stage.building();
    stage.open(3, { clock, sessions });
    stage.account.subscribe({ company }, events);
    // The hubs are read before the clock runs.
    await eventually(() => stage.simulator.records.openConnections > 0, 'the first one');
    await stage.connected(3, clock);
    const all = stage.topics;
    publisher = new SteadyPublisher(perSecond, async (index) => {
      const topic = all[index % all.length] ?? '';
      const entry: Published = { beforeMs: clock.now(), afterMs: Number.POSITIVE_INFINITY };
      published.set(`${topic} ${index}`, entry);
      const answered = stage.simulator.publish(topic, JSON.stringify({ index })).then(() => {
        entry.afterMs = clock.now();
      });
      // The simulator's broker sometimes gives no answer when a subscriber is closed in the middle of it.
      await Promise.race([answered, delay(1_000, undefined, { ref: false })]);
    });
    publisher.start();
    await delay(500);
  }

  const linesAbout = (words: RegExp): readonly string[] =>
    [...stage.log.at('warn'), ...stage.log.at('info')].filter((line) => words.test(line));

  /** Waits until it is said how many there are, and that what is missing has been told. */
  async function getting(count: number): Promise<void> {
    const isSaid = (): boolean => linesAbout(new RegExp(`gets ${count} of 3 connections`)).length > 0;
    await stage.pass(isSaid, `it gets ${count}`, clock, () => linesAbout(/./).join('\n'));
    await clock.advance(3_000);
  }

  /** Each event has come once, or was published in one of the gaps; what was published last has come. */
  async function holds(gaps: number): Promise<void> {
    await delay(500);
    await publisher.stop();
    const counts = new Map<string, number>();
    const isComplete = (): boolean => {
      counts.clear();
      for (const { topic, data } of events.events) {
        const key = `${topic} ${Number(Object(data).index)}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return [...published].every(
        ([key, { beforeMs, afterMs }]) =>
          counts.has(key) || events.gaps.some(({ from, to }) => beforeMs <= to && afterMs >= from),
      );
    };
    await stage.pass(isComplete, 'what is not in a gap', clock, () => JSON.stringify(events.gaps));
    await clock.advance(2_000);
    await delay(300);
    assert.ok(isComplete());
    assert.deepEqual(
      [...counts].filter(([, count]) => count > 1),
      [],
    );
    assert.equal(events.gaps.length, gaps, JSON.stringify(events.gaps));
  }

  /** Waits until they are permitted again, and each has its share. */
  async function getThreeAgain(): Promise<void> {
    for (let tens = 0; tens < 55; tens += 1) await clock.advance(10_000);
    stage.simulator.permit({ connections: undefined, clientIds: undefined, surplus: undefined });
    await getting(3);
    await stage.connected(3, clock);
    const moved = (): boolean => stage.simulator.records.unsubscribes.length > 0;
    await stage.pass(moved, 'each has its share', clock);
  }

  for (const [what, policy] of [
    ['refuses all but one', { connections: 1, refusal: 'code' }],
    ['refuses all but one without a word', { connections: 1, refusal: 'close' }],
    ['refuses the first', { clientIds: ['*-2-*', '*-3-*'], refusal: 'code' }],
    ['ends the others for each that comes', { connections: 1, surplus: 'oldest' }],
    ['ends all but one at their first packet', { connections: 1, surplus: 'late' }],
  ] as const) {
    it(`have all events on those that there are if the broker ${what}, with one gap, and use the others again`, async () => {
      await connectThree();
      stage.simulator.permit(policy);
      stage.simulator.dropConnections();
      const left = 'connections' in policy ? 1 : 2;
      await getting(left);
      await stage.connected(left, clock);
      assert.equal(linesAbout(/gets \d of 3 connections .*events from .* may be missing$/).length, 1);
      await delay(500);
      await getThreeAgain();
      await holds(1);
      assert.equal(stage.log.at('warn').filter((line) => /gets/.test(line)).length, 1);
    });
  }

  it('are as many as before, without a gap, after none was permitted for minutes', async () => {
    await connectThree();
    stage.simulator.permit({ clientIds: ['nobody'], refusal: 'code' });
    stage.simulator.dropConnections();
    await clock.advance(120_000);
    stage.simulator.permit({ clientIds: undefined });
    await stage.connected(3, clock);
    await holds(0);
    assert.deepEqual(linesAbout(/gets/), []);
  });

  it('bring what they have to those who want a snapshot after every connect, while others are only tried', async () => {
    await connectThree();
    const snapshots = new EventLog('connect');
    stage.account.subscribe({ company }, snapshots);
    await stage.pass(() => snapshots.events.length > 0, 'the first events', clock);
    stage.simulator.permit({ connections: 1, refusal: 'code' });
    stage.simulator.dropConnections();
    await stage.pass(() => stage.simulator.records.openConnections === 1, 'one of them', clock);
    await clock.advance(10_000);
    const before = snapshots.events.length;
    await eventually(() => snapshots.events.length > before + 10, 'what the one brings');
    assert.deepEqual(linesAbout(/gets/), []);
  });

  it('go on over deploys that come again and again before it is known that there are fewer', async () => {
    const sessions = new SessionMemory();
    await connectThree(sessions);
    stage.simulator.permit({ connections: 1, refusal: 'code' });
    stage.simulator.dropConnections();
    for (let deploys = 0; deploys < 3; deploys += 1) {
      await stage.pass(() => stage.simulator.records.openConnections === 1, 'one of them', clock);
      await clock.advance(10_000);
      // What the broker has kept comes ten a second, by this computer's clock.
      await delay(2_000);
      const closing = stage.account.close({ keepSessions: true });
      await clock.advance(3_000);
      await closing;
      stage.open(3, { clock, sessions });
      stage.account.subscribe({ company }, events);
    }
    await getting(1);
    await holds(1);
  });
});
