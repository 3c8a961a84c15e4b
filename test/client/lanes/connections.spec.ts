import assert from 'node:assert/strict';
import { filtersOverlap } from '../../../src/protocol/topics/filter-overlap';
import { filterMatches } from '../../../src/protocol/topics/subscription-plan';
import { EventLog } from '../../support/event-log';
import { eventually } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { company, LanesStage } from './lanes-stage';

describe('a company’s stream over several connections', function () {
  this.timeout(90_000);
  let stage: LanesStage;

  beforeEach(() => {
    stage = new LanesStage();
  });

  afterEach(() => stage.close());

  /** So many connections are asked for and one is permitted; it is over when the log says so. */
  async function getOneOf(asked: number, clock: FakeClock): Promise<EventLog> {
    await stage.building({ policy: { connections: 1, refusal: 'code' } });
    stage.open(asked, { clock });
    const events = new EventLog();
    stage.account.subscribe({ company }, events);
    // The hubs are read before the clock runs.
    await eventually(() => stage.simulator.records.openConnections > 0, 'the first one');
    const isSaid = (): boolean => stage.log.at('warn').some((line) => line.includes(`gets 1 of ${asked} connections`));
    await stage.pass(isSaid, 'what is said', clock);
    return events;
  }

  it('reads a wildcard as the hubs that are listed, evenly and disjointly', async () => {
    await stage.building();
    stage.open(4);
    const events = new EventLog();
    stage.account.subscribe({ company }, events);
    await stage.connected(4);
    await stage.holds(events, { perSecond: 200, seconds: 2 });
    const filters = stage.subscriptions;
    assert.deepEqual(
      filters.map(({ length }) => length),
      [5, 5, 5, 5],
    );
    const all = filters.flat();
    for (const [index, filter] of all.entries()) {
      for (const other of all.slice(index + 1)) assert.ok(!filtersOverlap(filter, other), `${filter} ${other}`);
    }
  });

  it('A6: behind a policy per hub hears seventy hubs on two connections', async () => {
    await stage.building({ locations: 1, hubs: 70, ports: 1 });
    stage.open(2);
    const hubs = [...new Set(stage.topics.map((topic) => topic.split('/')[4] ?? ''))];
    stage.simulator.permit({ subscribe: hubs.map((hub) => `*/${hub}/*`) });
    const logs = hubs.map((hub) => {
      const events = new EventLog();
      const [, , , location = ''] = stage.topics[0]?.split('/') ?? [];
      stage.account.subscribe({ company, hubs: [hub], locations: [location] }, events);
      return events;
    });
    await stage.connected(2);
    for (const topic of stage.topics) await stage.simulator.publish(topic, '1');
    await eventually(() => logs.every(({ events }) => events.length === 1), 'every hub');
    assert.ok(logs.every(({ refusals }) => refusals.length === 0));
    assert.ok(stage.subscriptions.every((filters) => filters.length <= 50));
  });

  it('is one connection if the account may have only one, and everything is on that', async () => {
    const clock = new FakeClock(Date.now());
    const events = await getOneOf(4, clock);
    const fetches = stage.simulator.records.requests.filter(({ path }) => path.endsWith('/iotAccess'));
    assert.equal(fetches.length, 2, 'new credentials, once for all that are refused');
    const held = (topic: string): boolean => stage.subscriptions.flat().some((filter) => filterMatches(filter, topic));
    await stage.pass(() => stage.topics.every(held), 'everything on that', clock);
    await stage.connected(1, clock);
    await stage.holds(events, { perSecond: 50, seconds: 2, clock });
  });

  it('is one connection if the platform prescribes the client id, and says once why', async () => {
    await stage.building({ pinClientId: true });
    stage.open(4);
    const events = new EventLog();
    stage.account.subscribe({ company }, events);
    const isSaid = (): boolean => stage.log.at('warn').length > 0;
    await stage.pass(isSaid, 'why it is one');
    await stage.holds(events, { perSecond: 50, seconds: 1 });
    stage.simulator.dropConnections();
    await stage.connected(1);
    const [why = '', ...others] = stage.log.at('warn').filter((line) => !line.includes('was lost'));
    assert.match(why, /gets 1 of 4 connections \(the platform prescribes the client id/);
    assert.deepEqual(others, []);
  });

  it('goes over to the hubs that are listed late if the account may have only one', async () => {
    const clock = new FakeClock(Date.now());
    await stage.mosquittoBuilding({ policy: { connections: 1 }, faults: ['rest-error=503'] });
    stage.open(4, { clock });
    const events = new EventLog();
    stage.account.subscribe({ company }, events);
    await stage.connected(1, clock);
    assert.deepEqual(stage.subscriptions, [[`/ports/${company}/#`]]);
    stage.simulator.fault('rest-error', false);
    const isOver = (): boolean => stage.simulator.records.unsubscribes.length > 0;
    const during = (): Promise<void> => stage.pass(isOver, 'everything by its hub', clock);
    await stage.holds(events, { perSecond: 80, seconds: 4, clock, during });
    assert.deepEqual(
      [...new Set(stage.subscriptions.flat())].toSorted(),
      [`/ports/${company}/#`, ...new Set(stage.topics.map((topic) => topic.replace(/[^/]+$/, '#')))].toSorted(),
    );
  });

  it('tries seldom what it does not get, says so once, and uses it when it is there', async () => {
    const clock = new FakeClock(Date.now());
    const events = await getOneOf(3, clock);
    await stage.connected(1, clock);
    const { connects } = stage.simulator.records;
    const tried = connects.length;
    const pass = async (minutes: number): Promise<void> => {
      for (let minute = 0; minute < minutes; minute += 1) await clock.advance(60_000);
    };
    await pass(9);
    assert.equal(connects.length, tried);
    await stage.pass(() => connects.length > tried, 'it is tried again', clock);
    await pass(1);
    assert.equal(stage.log.at('warn').filter((line) => !/clock/.test(line)).length, 1);
    stage.simulator.permit({ connections: 5 });
    await pass(18);
    await stage.connected(3, clock);
    await stage.holds(events, { perSecond: 50, seconds: 2, clock });
  });

  it('gives the present state to whoever comes later, though nothing is to be subscribed for them', async () => {
    await stage.building();
    stage.open(2);
    stage.account.subscribe({ company }, new EventLog());
    await stage.connected(2);
    const late = new EventLog('connect');
    stage.account.subscribe({ company }, late);
    await eventually(() => late.events.length >= stage.topics.length, 'the state of each port');
    assert.ok(late.events.every(({ kind }) => kind === 'snapshot'));
    await stage.simulator.publish(stage.topics[0] ?? '', '"live"');
    await eventually(() => late.data.includes('live'), 'what comes then');
  });

  it('sends commands on a connection that has room', async () => {
    await stage.building();
    stage.open(2);
    stage.account.subscribe({ company }, new EventLog());
    await stage.connected(2);
    const [, , , location = '', hub = '', port = ''] = stage.topics[0]?.split('/') ?? [];
    const target = { company, location, hub, port };
    const command = { targets: [target], command: 'device', value: { lamp: { level: 5 } }, confirm: false } as const;
    const outcome = await stage.account.send({ ...command, timeoutMs: 10_000 });
    assert.ok(outcome);
  });

  for (const how of ['total', '206']) {
    it(`C16: hears a hub that is not in a list of which the platform gives a part only (${how})`, async () => {
      await stage.building({ faults: [`partial-lists=${how}`] });
      stage.open(4);
      const events = new EventLog();
      stage.account.subscribe({ company }, events);
      await stage.connected(1);
      await stage.holds(events, { perSecond: 100, seconds: 1 });
      const said = stage.log.at('warn').filter((line) => line.includes("hubs can't be listed"));
      assert.deepEqual(said, [
        "the hubs can't be listed: The platform gave only a part of them; what listens to any hub is on one connection until they can",
      ]);
    });
  }

  it('moves filters from one connection to another without losing, doubling or reordering anything', async () => {
    const clock = new FakeClock(Date.now());
    await stage.building({ faults: ['rest-error=503'] });
    stage.open(4, { clock });
    const events = new EventLog();
    stage.account.subscribe({ company }, events);
    await stage.connected(1, clock);
    assert.deepEqual(stage.subscriptions, [[`/ports/${company}/#`]]);
    stage.simulator.fault('rest-error', false);
    const moved = (): boolean => new Set(stage.subscriptions.flat()).size === 21;
    const during = async (): Promise<void> => {
      await stage.connected(4, clock);
      await stage.pass(moved, 'every hub where it belongs', clock);
    };
    await stage.holds(events, { perSecond: 150, seconds: 4, clock, during });
  });

  it('moves filters from a connection that is being renewed just as well', async () => {
    const clock = new FakeClock(Date.now());
    await stage.building({ faults: ['rest-error=503'], iotTtlSeconds: 60 });
    stage.open(4, { clock });
    const events = new EventLog();
    stage.account.subscribe({ company }, events);
    await stage.connected(1, clock);
    const isUnread = (): boolean => stage.log.at('warn').some((line) => line.includes("hubs can't be listed"));
    await stage.pass(isUnread, 'the hubs are given up', clock);
    stage.simulator.fault('rest-error', false);
    // A renewal has the hubs read, and what they weigh then moves filters while it lasts.
    const during = (): Promise<void> => stage.connected(4, clock);
    await stage.holds(events, { perSecond: 150, seconds: 4, clock, during });
    assert.ok(stage.account.vitals().some(({ renewals }) => renewals > 0));
  });
});
