import assert from 'node:assert/strict';
import type { EventGap } from '../../../src/client/events/port-subscriber';
import { MissedEvents } from '../../../src/client/stream/missed-events';
import type { StreamLink } from '../../../src/client/stream/stream-link';
import { StreamLog } from '../../../src/client/stream/stream-log';
import type { OutageNotes } from '../../../src/client/stream/stream-memory';
import { StreamMeter } from '../../../src/protocol/connection/stream-meter';
import { FakeClock } from '../../support/fake-clock';
import { FakeConnection, fakeLink } from '../../support/fake-link';
import { LogLines } from '../../support/log-lines';

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;

describe('missed events', () => {
  let clock: FakeClock;
  let notes: OutageNotes;
  let gaps: EventGap[];
  let log: LogLines;
  let live: StreamLink | undefined;
  let caughtUp: number;
  let missed: MissedEvents;
  let meter: StreamMeter<EventGap>;

  function open(): void {
    missed = new MissedEvents({
      ...{ company: 'c', notes, clock, meter, log: new StreamLog(log, 'c'), inSession: () => [] },
      asked: () => ['#'],
      isLive: (link) => link === live,
      onCaughtUp: () => {
        caughtUp += 1;
      },
      onGap: (gap) => gaps.push(gap),
    });
  }

  /** A connection is live; with `sessionPresent` the broker resumed its session. */
  function goLive(sessionPresent: boolean, options: { skewMs?: number; token?: string } = {}): FakeConnection {
    const connection = new FakeConnection({ sessionPresent });
    connection.lastHeardMs = clock.monotonicMs();
    live = fakeLink(connection, clock, options);
    missed.wentLive(live, false);
    return connection;
  }

  /** The live connection is gone. */
  function lose(): void {
    assert.ok(live);
    missed.outageBegan(live);
    live = undefined;
  }

  beforeEach(() => {
    clock = new FakeClock(Date.UTC(2026, 0, 1));
    notes = {};
    gaps = [];
    log = new LogLines();
    live = undefined;
    caughtUp = 0;
    meter = new StreamMeter(0);
    open();
  });
  afterEach(() => missed.stop());

  const seconds = (from: number): number[] => gaps.map((gap) => (gap.to - gap.from) / 1000 + from);

  it('are none before the first connection', () => {
    goLive(false);
    assert.deepEqual(gaps, []);
  });

  it('count from when the connection was last heard from, not from when its end was noticed', async () => {
    goLive(false);
    const heardAt = clock.now();
    await clock.advance(45_000);
    lose();
    await clock.advance(5_000);
    goLive(false);
    assert.deepEqual(gaps, [{ company: 'c', from: heardAt, to: clock.now() }]);
    assert.equal(log.at('warn').length, 1);
    // As the line before says that it was lost.
    assert.match(log.at('warn')[0] ?? '', /is connected again after 5 s; events from/);
  });

  it('count from the last answered ping: what comes when a line has stalled was sent long before', async () => {
    const connection = goLive(false);
    await clock.advance(20_000);
    connection.provenBeforeMs = clock.monotonicMs();
    const provenAt = clock.now();
    await clock.advance(6_000);
    connection.lastHeardMs = clock.monotonicMs();
    lose();
    await clock.advance(3_000);
    goLive(false);
    assert.deepEqual(gaps, [{ company: 'c', from: provenAt, to: clock.now() }]);
    assert.match(log.at('warn')[0] ?? '', /again after 3 s/);
  });

  it('count from when it was last heard on a connection that we closed: its last ping is answered after that', async () => {
    const connection = goLive(false);
    connection.provenBeforeMs = clock.monotonicMs();
    await clock.advance(20_000);
    connection.lastHeardMs = clock.monotonicMs();
    const heardAt = clock.now();
    lose();
    await clock.advance(100);
    connection.provenBeforeMs = clock.monotonicMs();
    goLive(false);
    assert.deepEqual(gaps, [{ company: 'c', from: heardAt, to: clock.now() }]);
  });

  it('are none when the broker kept the session, unless for longer than an hour', async () => {
    goLive(false);
    lose();
    await clock.advance(hourMs);
    goLive(true);
    assert.deepEqual(gaps, []);
    lose();
    await clock.advance(hourMs + 1);
    goLive(true);
    assert.equal(gaps.length, 1);
  });

  it('are there when a connection that failed had begun a new session, which the next one resumes', async () => {
    goLive(false);
    lose();
    missed.sessionBegan();
    goLive(true);
    assert.equal(gaps.length, 1);
    lose();
    goLive(true);
    assert.equal(gaps.length, 1, 'the new session is kept from then on');
  });

  it('A18: are there when a session that may be new is silent for longer than is usual, and not when it is quiet', async () => {
    for (const perMinute of [6, 60]) {
      for (let n = 0; n < 2 * perMinute; n += 1) {
        await clock.advance(60_000 / perMinute);
        meter.event(clock.monotonicMs());
      }
      goLive(true);
      lose();
      await clock.advance(10_000);
      missed.sessionIsSilent();
      goLive(true);
      assert.equal(gaps.length, perMinute === 6 ? 0 : 1);
    }
  });

  it('go back to an earlier outage when the session is lost before all it had kept has come', async () => {
    const connection = goLive(false);
    lose();
    await clock.advance(100_000);
    goLive(true);
    connection.received += 1;
    lose();
    await clock.advance(10_000);
    goLive(false);
    assert.deepEqual(seconds(0), [110]);
  });

  it('go back no farther than their own outage once all that was kept before has come', async () => {
    goLive(false);
    lose();
    await clock.advance(100_000);
    const connection = goLive(true);
    await clock.advance(10_000);
    assert.equal(caughtUp, 1);
    connection.lastHeardMs = clock.monotonicMs();
    lose();
    await clock.advance(5_000);
    goLive(false);
    assert.deepEqual(seconds(0), [5]);
  });

  it('go on over a deploy, from when the connection was last heard', async () => {
    goLive(false);
    await clock.advance(1_000);
    missed.suspend(live);
    await clock.advance(2_000);
    open();
    goLive(false);
    assert.deepEqual(seconds(0), [3]);
  });

  it('do not go on if the stream is opened again much later', async () => {
    goLive(false);
    missed.suspend(live);
    await clock.advance(hourMs);
    open();
    goLive(false);
    assert.deepEqual(gaps, []);
  });

  it('A19: are none after a short cut in which the clock comes from 1970 to now', async () => {
    clock = new FakeClock(0);
    open();
    goLive(false, { skewMs: 56 * yearMs });
    lose();
    await clock.advance(2_000);
    clock.jump(56 * yearMs);
    goLive(true, { skewMs: 0, token: 'new' });
    assert.deepEqual(gaps, []);
  });

  it('A19: are told in the corrected time', async () => {
    clock = new FakeClock(0);
    open();
    goLive(false, { skewMs: 56 * yearMs });
    lose();
    await clock.advance(2_000);
    clock.jump(56 * yearMs);
    goLive(false, { skewMs: 0, token: 'new' });
    assert.deepEqual(gaps, [{ company: 'c', from: clock.now() - 2_000, to: clock.now() }]);
  });

  for (const byMs of [-hourMs, -5_000, 20 * 60_000]) {
    it(`A19: last as long as they did when the clock is set by ${byMs / 1000} s meanwhile`, async () => {
      goLive(false);
      lose();
      clock.jump(byMs);
      await clock.advance(7_000);
      goLive(false, { skewMs: -byMs, token: 'new' });
      assert.deepEqual(seconds(0), [7]);
    });
  }

  it('A19: hold the time that the computer slept, if its clock was right before and after', async () => {
    goLive(false);
    const heardAt = clock.now();
    clock.sleep(3 * hourMs);
    lose();
    await clock.advance(1_000);
    goLive(true, { token: 'new' });
    assert.deepEqual(gaps, [{ company: 'c', from: heardAt, to: clock.now() }]);
  });

  it('A13: are caught up with, for those who want to know what was kept, after a second in which nothing comes', async () => {
    goLive(false);
    lose();
    await clock.advance(5_000);
    const connection = goLive(true);
    assert.ok(live?.inbox.isCatchingUp);
    connection.received += 20;
    await clock.advance(1_000);
    assert.ok(live?.inbox.isCatchingUp);
    await clock.advance(1_000);
    assert.equal(live?.inbox.isCatchingUp, false);
    assert.equal(caughtUp, 0, 'with the session nothing may be lost for longer');
    await clock.advance(2_000);
    assert.equal(caughtUp, 1);
  });

  it('A13: are caught up with on a connection that is being replaced meanwhile, and still brings events', async () => {
    goLive(false);
    lose();
    await clock.advance(5_000);
    const connection = goLive(true);
    const old = live;
    live = fakeLink(new FakeConnection(), clock);
    missed.wentLive(live, true);
    connection.received += 20;
    await clock.advance(1_000);
    assert.ok(old?.inbox.isCatchingUp);
    await clock.advance(1_000);
    assert.equal(old?.inbox.isCatchingUp, false);
    await clock.advance(10_000);
    assert.equal(caughtUp, 0, 'its successor has nothing to catch up with');
    assert.equal(clock.timers, 0);
  });
});
