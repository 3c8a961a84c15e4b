import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { SessionMemory } from '../../../src';
import { EventLog } from '../../support/event-log';
import { eventually } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { company, LanesStage } from './lanes-stage';

describe('several connections over a full deploy', function () {
  this.timeout(60_000);
  const stage = new LanesStage();

  afterEach(() => stage.close());

  for (const [before, after] of [
    [3, 3],
    [3, 1],
    [1, 3],
    [4, 2],
  ] as const) {
    it(`lose and double nothing of QoS 1 from ${before} to ${after} of them`, async () => {
      const sessions = new SessionMemory();
      const events = new EventLog();
      const open = async (connections: number): Promise<void> => {
        stage.open(connections, { sessions });
        stage.account.subscribe({ company }, events);
        await stage.connected(connections);
      };
      await stage.building();
      await open(before);
      const said = stage.log;
      const deploy = async (): Promise<void> => {
        await stage.account.close({ keepSessions: true });
        await delay(1_000);
        await open(after);
      };
      await stage.holds(events, { perSecond: 100, seconds: 4, hasOutage: true, during: deploy });
      assert.ok(events.events.some(({ queued }) => queued));
      assert.deepEqual([...said.at('warn'), ...stage.log.at('warn')], []);
    });
  }

  it('lose and double nothing of QoS 1 if their number changes in the middle of a move', async () => {
    const sessions = new SessionMemory();
    const events = new EventLog();
    await stage.building();
    const open = (connections: number): void => {
      stage.open(connections, { sessions });
      stage.account.subscribe({ company }, events);
    };
    open(1);
    await stage.connected(1);
    const deploys = async (): Promise<void> => {
      for (const connections of [4, 2]) {
        await stage.account.close({ keepSessions: true });
        open(connections);
        await stage.connected(4);
        assert.deepEqual(stage.simulator.records.unsubscribes, []);
      }
    };
    await stage.holds(events, { perSecond: 100, seconds: 3, hasOutage: true, during: deploys });
  });

  it('use those that are added at once, also if all was moved to one before', async () => {
    const sessions = new SessionMemory();
    await stage.building();
    for (const connections of [2, 1, 2]) {
      stage.open(connections, { sessions });
      stage.account.subscribe({ company }, new EventLog());
      const hasMoved = (): boolean => connections > 1 || stage.simulator.records.unsubscribes.length > 0;
      await stage.pass(hasMoved, 'everything on one');
      await stage.connected(connections);
      await stage.account.close({ keepSessions: true });
    }
  });

  it('spread over all of them again after a deploy at the end of the moves to one', async () => {
    const sessions = new SessionMemory();
    const clock = new FakeClock(Date.now());
    await stage.building();
    const open = (connections: number): void => {
      stage.open(connections, { sessions, clock });
      stage.account.subscribe({ company }, new EventLog());
    };
    const { subscribes, unsubscribes } = stage.simulator.records;
    const haveBothOthers = (records: readonly { readonly clientId: string }[]): boolean =>
      ['-2-', '-3-'].every((lane) => records.some(({ clientId }) => clientId.includes(lane)));
    open(3);
    await stage.connected(3, clock);
    await stage.account.close({ keepSessions: true });
    open(1);
    await stage.pass(() => haveBothOthers(unsubscribes), 'everything on one', clock);
    await stage.account.close({ keepSessions: true });
    const before = subscribes.length;
    open(3);
    await stage.connected(3, clock);
    await stage.pass(() => haveBothOthers(subscribes.slice(before)), 'something on each', clock);
  });

  it('double nothing after a restart, whatever the sessions of before are subscribed to', async () => {
    await stage.building();
    const sessions = new SessionMemory();
    const open = async (connections: number, memory: SessionMemory): Promise<EventLog> => {
      const events = new EventLog();
      stage.open(connections, { sessions: memory });
      stage.account.subscribe({ company }, events);
      await stage.connected(connections);
      return events;
    };
    await open(2, sessions);
    await stage.account.close({ keepSessions: true });
    await open(1, sessions);
    await stage.pass(() => stage.simulator.records.unsubscribes.length > 0, 'everything on one');
    await stage.connected(1);
    await stage.account.close({ keepSessions: true });
    // The session of the first one has everything; a new process expects what it had when that was opened.
    const events = await open(2, new SessionMemory());
    await stage.holds(events, { perSecond: 100, seconds: 2 });
  });

  it('double nothing after a restart if the hubs are listed late, as they were before it', async () => {
    await stage.building();
    const open = async (clock: FakeClock, events: EventLog, chance: number): Promise<void> => {
      stage.simulator.fault('rest-error', 503);
      stage.open(4, { clock, chance });
      stage.account.subscribe({ company }, events);
      await stage.connected(1, clock);
    };
    const listHubs = (clock: FakeClock): Promise<void> => {
      stage.simulator.fault('rest-error', false);
      return stage.connected(4, clock);
    };
    const before = new FakeClock(Date.now());
    await open(before, new EventLog(), 0);
    await listHubs(before);
    await stage.account.close({ keepSessions: true });
    const clock = new FakeClock(Date.now());
    const events = new EventLog();
    await open(clock, events, 0.5);
    const during = async (): Promise<void> => {
      // The sessions of before would bring it again.
      await eventually(() => events.events.length > 100, 'what is on one connection');
      await listHubs(clock);
    };
    await stage.holds(events, { perSecond: 100, seconds: 4, clock, during });
    const presence = stage.simulator.records.connects.map(({ sessionPresent }) => sessionPresent);
    assert.deepEqual(presence.slice(-4), [true, false, false, false], 'only the one that takes over from none resumes');
  });

  it('double nothing after a crash in the middle of a move, whose filters two sessions have', async () => {
    await stage.building();
    const sessions = new SessionMemory();
    const open = (connections: number, memory: SessionMemory, events: EventLog): void => {
      stage.open(connections, { sessions: memory });
      stage.account.subscribe({ company }, events);
    };
    open(2, sessions, new EventLog());
    await stage.connected(2);
    await stage.account.close({ keepSessions: true });
    open(1, sessions, new EventLog());
    const { subscribes, unsubscribes } = stage.simulator.records;
    const hasEverything = (): boolean => subscribes.at(-1)?.clientId === subscribes[0]?.clientId;
    await stage.pass(hasEverything, 'everything on the first one, too');
    assert.deepEqual(unsubscribes, []);
    await stage.account.close({ keepSessions: true });
    const events = new EventLog();
    const restart = async (): Promise<void> => {
      await delay(1_000);
      open(2, new SessionMemory(), events);
      await stage.connected(2);
    };
    await stage.holds(events, { perSecond: 100, seconds: 4, hasOutage: true, during: restart });
    assert.ok(events.events.some(({ queued }) => queued));
  });
});
