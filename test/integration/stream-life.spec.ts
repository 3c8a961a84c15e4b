import assert from 'node:assert/strict';
import { OchnoAccount, SessionMemory } from '../../src';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator';
import { Opened } from '../support/closing';
import { EventLog } from '../support/event-log';
import { eventually } from '../support/eventually';
import { LogLines } from '../support/log-lines';
import { company, portOf } from '../support/simulated-office';

describe('the life of a stream', () => {
  const opened = new Opened();

  afterEach(() => opened.close());

  async function startPlatform(options: SimulatorOptions = {}): Promise<Simulator> {
    return opened.add(await startSimulator(options));
  }

  function openAccount(simulator: Simulator, sessions = new SessionMemory()): { account: OchnoAccount; log: LogLines } {
    const log = new LogLines();
    const { url: server, email, password } = simulator;
    const account = new OchnoAccount(
      { server, email, password, company, instanceId: 'test' },
      { logger: log, sessions },
    );
    return { account: opened.add(account), log };
  }

  async function connected(account: OchnoAccount): Promise<void> {
    await eventually(() => account.status(company).state === 'connected', 'the stream to be connected');
  }

  it('renews its connection before the credentials end, and every event arrives once', async () => {
    const simulator = await startPlatform({ iotTtlSeconds: 2, dropAtExpiry: true });
    const { account, log } = openAccount(simulator);
    const events = new EventLog();
    account.subscribe({ company }, events);
    await connected(account);
    let published = 0;
    const renewals = () => simulator.records.connects.length - 1;
    const publishing = async (): Promise<boolean> => {
      await simulator.emit(portOf(simulator), { counter: published }, published % 2 === 0 ? 0 : 1);
      published += 1;
      return renewals() >= 4;
    };
    await eventually(publishing, 'four renewals', { longestPauseMs: 0 });
    await eventually(() => events.events.length >= published, 'the last event');
    const counters = events.events.map(({ data }) => JSON.stringify(data).match(/"counter":(\d+)/)?.[1]);
    assert.equal(new Set(counters).size, published);
    assert.equal(counters.length, published);
    assert.deepEqual(log.at('warn'), []);
    assert.equal(events.gaps.length, 0);
  });

  it('resumes its session after a short outage: QoS 1 events arrive after it, once, and there is no gap', async () => {
    const simulator = await startPlatform();
    const { account } = openAccount(simulator);
    const events = new EventLog();
    account.subscribe({ company }, events);
    await connected(account);
    simulator.fault('upgrade-error');
    simulator.dropConnections('reset');
    await eventually(() => account.status(company).state === 'disconnected');
    for (let counter = 0; counter < 5; counter += 1) await simulator.emit(portOf(simulator), { counter }, 1);
    simulator.fault('upgrade-error', false);
    await connected(account);
    await eventually(() => events.events.length >= 5, 'the queued events');
    await simulator.emit(portOf(simulator), { counter: 'last' }, 1);
    await eventually(() => events.events.some(({ data }) => JSON.stringify(data).includes('last')));
    assert.equal(events.events.length, 6);
    assert.equal(events.gaps.length, 0);
  });

  it('declares one gap when the broker lost the session', async () => {
    const simulator = await startPlatform();
    const { account, log } = openAccount(simulator);
    const events = new EventLog();
    account.subscribe({ company }, events);
    await connected(account);
    const before = Date.now();
    simulator.forgetSessions();
    simulator.dropConnections('reset');
    await eventually(() => events.gaps.length > 0, 'the gap');
    await connected(account);
    assert.equal(events.gaps.length, 1);
    const [gap] = events.gaps;
    assert.ok(gap && gap.from <= before + 1000 && gap.to >= gap.from);
    assert.equal(log.at('warn').filter((line) => line.includes('may be missing')).length, 1);
  });

  it('reads the ports’ present state before live events go on, at the start and after every reconnect', async () => {
    const simulator = await startPlatform();
    const { account } = openAccount(simulator);
    const events = new EventLog('connect');
    const port = portOf(simulator);
    account.subscribe({ company, ports: [port.port] }, events);
    await eventually(() => events.events.length > 0, 'the snapshot');
    assert.deepEqual(
      events.events.map(({ kind, address }) => [kind, address]),
      [['snapshot', port]],
    );
    simulator.dropConnections('reset');
    await eventually(() => events.events.length > 1, 'the second snapshot');
    await simulator.emit(port, { motion: true });
    await eventually(() => events.events.length > 2, 'the live event');
    assert.deepEqual(
      events.events.map(({ kind }) => kind),
      ['snapshot', 'snapshot', 'event'],
    );
  });

  it('loses no QoS 1 event over a redeploy', async () => {
    const simulator = await startPlatform();
    const sessions = new SessionMemory();
    const first = openAccount(simulator, sessions);
    first.account.subscribe({ company }, new EventLog());
    await connected(first.account);
    await first.account.close({ keepSessions: true });
    assert.equal(simulator.records.openConnections, 0);
    await simulator.emit(portOf(simulator), { counter: 1 }, 1);
    const second = openAccount(simulator, sessions);
    const events = new EventLog();
    second.account.subscribe({ company }, events);
    await eventually(() => events.events.length > 0, 'the event of the meantime');
    assert.equal(events.events.length, 1);
    assert.equal(events.gaps.length, 0);
  });

  it('resumes its session after a restart of Node-RED with the same flow, and no other flow’s', async () => {
    const simulator = await startPlatform();
    const port = portOf(simulator);
    const one = { company, locations: [port.location], hubs: [port.hub], ports: [port.port] };
    for (const selector of [{ company }, { company }, one]) {
      // A memory of its own, as a new process has.
      const { account } = openAccount(simulator);
      account.subscribe(selector, new EventLog());
      await connected(account);
      await account.close({ keepSessions: true });
    }
    const [first, same, other] = simulator.records.connects;
    assert.deepEqual([first?.sessionPresent, same?.sessionPresent, other?.sessionPresent], [false, true, false]);
    assert.equal(same?.clientId, first?.clientId);
    assert.notEqual(other?.clientId, first?.clientId);
  });

  it('closes stream and log-in after the last user, and opens them again for the next', async () => {
    const simulator = await startPlatform();
    const { account } = openAccount(simulator);
    const stop = account.subscribe({ company }, new EventLog());
    await connected(account);
    stop();
    await eventually(() => simulator.records.logOuts === 1, 'the log-out');
    await eventually(() => simulator.records.openConnections === 0, 'the end of the connection');
    account.subscribe({ company }, new EventLog());
    await connected(account);
    assert.equal(simulator.records.logIns, 2);
  });

  it('stops trying after a refused log-in', async () => {
    const simulator = await startPlatform({ faults: ['login-refused'] });
    const { account, log } = openAccount(simulator);
    account.subscribe({ company }, new EventLog());
    await eventually(() => account.status(company).state === 'log-in refused');
    assert.equal(simulator.records.refusedLogIns, 1);
    assert.equal(log.at('error').length, 1);
  });

  it('takes a pinned session over without doubling or losing a QoS 1 event', async () => {
    const simulator = await startPlatform({ iotTtlSeconds: 2, pinClientId: true });
    const { account } = openAccount(simulator);
    const events = new EventLog();
    account.subscribe({ company }, events);
    await connected(account);
    let published = 0;
    const publishing = async (): Promise<boolean> => {
      await simulator.emit(portOf(simulator), { counter: published }, 1);
      published += 1;
      return simulator.records.connects.length >= 4;
    };
    await eventually(publishing, 'four connections', { longestPauseMs: 0 });
    await eventually(() => events.events.length >= published, 'the last event');
    assert.equal(events.events.length, published);
    assert.equal(new Set(simulator.records.connects.map(({ clientId }) => clientId)).size, 1);
    assert.equal(events.gaps.length, 0);
  });

  it('adds and removes subscriptions as nodes come and go, and never subscribes a topic twice', async () => {
    const simulator = await startPlatform();
    const { account } = openAccount(simulator);
    const [one, other] = [portOf(simulator, 0), portOf(simulator, 1)];
    const first = new EventLog();
    const second = new EventLog();
    account.subscribe({ company, ports: [one.port], hubs: [one.hub], locations: [one.location] }, first);
    await connected(account);
    const stop = account.subscribe({ company }, second);
    await eventually(() => simulator.records.subscribes.some(({ filters }) => filters.includes(`/ports/${company}/#`)));
    await simulator.emit(one, { counter: 1 }, 1);
    await simulator.emit(other, { counter: 2 }, 1);
    await eventually(() => first.events.length >= 1 && second.events.length >= 2);
    stop();
    await simulator.emit(one, { counter: 3 }, 1);
    await eventually(() => first.events.length >= 2);
    assert.equal(first.events.length, 2);
    assert.equal(second.events.length, 2);
  });
});
