import assert from 'node:assert/strict';
import { OchnoAccount, SessionMemory } from '../../../src';
import { filtersOverlap } from '../../../src/protocol/topics/filter-overlap';
import { filterMatches } from '../../../src/protocol/topics/subscription-plan';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator';
import { Opened } from '../../support/closing';
import { EventLog } from '../../support/event-log';
import { eventually } from '../../support/eventually';
import { LogLines } from '../../support/log-lines';
import { SteadyPublisher } from '../../support/steady-publisher';

const company = 'r2d2i5b43';

describe('a company’s stream over several connections', function () {
  this.timeout(180_000);
  const opened = new Opened();
  let simulator: Simulator;
  let account: OchnoAccount;
  let log: LogLines;

  afterEach(() => opened.close());

  async function begin(connections: number, options: SimulatorOptions = {}): Promise<void> {
    simulator = opened.add(await startSimulator({ companies: 1, locations: 2, hubs: 10, ports: 4, ...options }));
    log = new LogLines();
    account = openAccount(connections);
  }

  /** With `sessions` it goes on with what another account left. */
  function openAccount(connections: number, sessions = new SessionMemory()): OchnoAccount {
    const { url: server, email, password } = simulator;
    const network = { environment: {} };
    const made = new OchnoAccount(
      { server, email, password, company, connections, instanceId: 'here', network },
      { logger: log, sessions },
    );
    opened.add({ close: () => made.close() });
    return made;
  }

  const topics = (): string[] =>
    [...simulator.building.ports.values()]
      .filter(({ companyId }) => companyId === company)
      .map(({ locationId, hubId, id }) => `/ports/${company}/${locationId}/${hubId}/${id}`);

  /** What each client id has been subscribed to. */
  const subscriptions = (): (readonly string[])[] => {
    const byClient = new Map<string, string[]>();
    for (const { clientId, filters } of simulator.records.subscribes) {
      byClient.set(clientId, [...(byClient.get(clientId) ?? []), ...filters]);
    }
    return [...byClient.values()];
  };

  const connected = (count: number): Promise<unknown> =>
    eventually(
      () => account.status(company).state === 'connected' && simulator.records.openConnections === count,
      `${count} connections`,
      {
        state: () =>
          `${JSON.stringify(account.status(company))} ${simulator.records.openConnections}\n${log.lines.map(({ message }) => message).join('\n')}`,
        timeoutMs: 20_000,
      },
    );

  /**
   * Publishes so many events in all, numbered by port; each has to come once, and those of a port in their order. A broker
   * sends what it kept of an `outage` beside what is live, in any order.
   */
  async function holds(
    events: EventLog,
    perSecond: number,
    seconds: number,
    during: () => Promise<unknown> = async () => undefined,
    outage = false,
  ): Promise<void> {
    const all = topics();
    const from = events.events.length;
    const sent = new Map<string, number>();
    const publisher = new SteadyPublisher(perSecond, (index) => {
      const topic = all[index % all.length] ?? '';
      const n = (sent.get(topic) ?? 0) + 1;
      sent.set(topic, n);
      return simulator.publish(topic, JSON.stringify({ n }));
    });
    publisher.start();
    await Promise.all([new Promise((resolve) => setTimeout(resolve, seconds * 1000)), during()]);
    await publisher.stop();
    const total = (): number => [...sent.values()].reduce((sum, n) => sum + n, 0);
    const arrived = (): Map<string, unknown[]> => {
      const byTopic = new Map<string, unknown[]>();
      for (const { topic, data } of events.events.slice(from)) {
        byTopic.set(topic, [...(byTopic.get(topic) ?? []), Object(data).n]);
      }
      if (outage) for (const list of byTopic.values()) list.sort((one, other) => Number(one) - Number(other));
      return byTopic;
    };
    await eventually(() => events.events.length - from >= total(), 'all of them', {
      state: () => `${events.events.length - from} of ${total()}`,
      timeoutMs: 20_000,
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (const [topic, list] of arrived())
      assert.deepEqual(
        list,
        [...Array(sent.get(topic)).keys()].map((n) => n + 1),
        topic,
      );
    assert.deepEqual(events.gaps, []);
  }

  it('reads a wildcard as the hubs that are listed, evenly and disjointly', async () => {
    await begin(4);
    const events = new EventLog();
    account.subscribe({ company }, events);
    await connected(4);
    await holds(events, 200, 2);
    const filters = subscriptions();
    assert.deepEqual(
      filters.map(({ length }) => length),
      [5, 5, 5, 5],
    );
    const all = filters.flat();
    for (const [index, filter] of all.entries()) {
      for (const other of all.slice(index + 1)) assert.ok(!filtersOverlap(filter, other), `${filter} ${other}`);
    }
  });

  it('loses and doubles nothing over renewals, which are not all at once', async () => {
    await begin(4, { iotTtlSeconds: 12, dropAtExpiry: true });
    const events = new EventLog();
    account.subscribe({ company }, events);
    await connected(4);
    await holds(events, 200, 25);
    const { connects } = simulator.records;
    assert.ok(connects.length >= 8, `${connects.length} connections`);
    assert.deepEqual(log.at('warn'), []);
  });

  it('A6: behind a policy per hub hears seventy hubs on two connections', async () => {
    await begin(2, { locations: 1, hubs: 70, ports: 1 });
    const hubs = [...new Set(topics().map((topic) => topic.split('/')[4] ?? ''))];
    simulator.permit({ subscribe: hubs.map((hub) => `*/${hub}/*`) });
    const logs = hubs.map((hub) => {
      const events = new EventLog();
      account.subscribe({ company, hubs: [hub], locations: [topics()[0]?.split('/')[3] ?? ''] }, events);
      return events;
    });
    await connected(2);
    for (const topic of topics()) await simulator.publish(topic, '1');
    await eventually(() => logs.every(({ events }) => events.length === 1), 'every hub');
    assert.ok(logs.every(({ refusals }) => refusals.length === 0));
    assert.ok(subscriptions().every((filters) => filters.length <= 50));
  });

  it('is one connection where the account may have only one, and everything is on that', async () => {
    await begin(4, { policy: { connections: 1 } });
    const events = new EventLog();
    account.subscribe({ company }, events);
    await eventually(() => log.at('warn').some((line) => /gets 1 of 4 connections/.test(line)), 'what is said', {
      timeoutMs: 120_000,
    });
    const isHeld = (topic: string): boolean =>
      subscriptions()
        .flat()
        .some((filter) => filterMatches(filter, topic));
    await eventually(() => topics().every(isHeld), 'everything on that');
    await connected(1);
    await holds(events, 50, 2);
  });

  it('moves filters from one connection to another without losing, doubling or reordering anything', async () => {
    simulator = opened.add(
      await startSimulator({ companies: 1, locations: 2, hubs: 10, ports: 4, faults: ['rest-error=503'] }),
    );
    log = new LogLines();
    account = openAccount(4);
    const events = new EventLog();
    account.subscribe({ company }, events);
    await connected(1);
    assert.deepEqual(subscriptions(), [[`/ports/${company}/#`]]);
    simulator.fault('rest-error', false);
    await holds(events, 90, 30, async () => connected(4));
    assert.equal(new Set(subscriptions().flat()).size, 21);
  });

  for (const [before, after] of [
    [3, 3],
    [3, 1],
    [1, 3],
    [4, 2],
  ] as const) {
    it(`loses and doubles nothing of QoS 1 over a full deploy from ${before} to ${after} connections`, async () => {
      await begin(before);
      await account.close();
      const sessions = new SessionMemory();
      const events = new EventLog();
      const open = async (connections: number): Promise<void> => {
        account = openAccount(connections, sessions);
        account.subscribe({ company }, events);
        await connected(connections);
      };
      await open(before);
      const deploy = async (): Promise<void> => {
        await account.close({ keepSessions: true });
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        await open(after);
      };
      await holds(events, 100, 4, deploy, true);
      assert.ok(events.events.some(({ queued }) => queued));
      assert.deepEqual(log.at('warn'), []);
    });
  }

  it('sends commands on a connection that has room', async () => {
    await begin(2);
    account.subscribe({ company }, new EventLog());
    await connected(2);
    const [topic = ''] = topics();
    const [, , , location = '', hub = '', port = ''] = topic.split('/');
    const target = { company, location, hub, port };
    const command = { targets: [target], command: 'device', value: { lamp: { level: 5 } }, confirm: false } as const;
    const outcome = await account.send({ ...command, timeoutMs: 10_000 });
    assert.ok(outcome);
  });

  it('tells of a flood as of one gap on one connection, and loses nothing of it on four', async () => {
    await begin(1);
    const one = new EventLog();
    account.subscribe({ company }, one);
    await connected(1);
    const all = topics();
    const publisher = new SteadyPublisher(200, (index) => simulator.publish(all[index % all.length] ?? '', `${index}`));
    publisher.start();
    await eventually(() => one.gaps.length > 0, 'the gap', { timeoutMs: 40_000 });
    await publisher.stop();
    assert.deepEqual(
      one.gaps.map(({ reason }) => reason),
      ['rate'],
    );
    assert.equal(log.at('warn').filter((line) => /more than the 100 messages a second/.test(line)).length, 1);
    await account.close();
    log = new LogLines();
    account = openAccount(4);
    const four = new EventLog();
    account.subscribe({ company }, four);
    await connected(4);
    await holds(four, 200, 15);
    assert.deepEqual(log.at('warn'), []);
  });
});
