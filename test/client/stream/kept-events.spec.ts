import assert from 'node:assert/strict';
import type { EventGap } from '../../../src/client/events/port-subscriber';
import { MissedEvents } from '../../../src/client/stream/missed-events';
import type { StreamLink } from '../../../src/client/stream/stream-link';
import { StreamLog } from '../../../src/client/stream/stream-log';
import { StreamMeter } from '../../../src/protocol/connection/stream-meter';
import { FakeClock } from '../../support/fake-clock';
import { FakeConnection, fakeLink } from '../../support/fake-link';
import { LogLines } from '../../support/log-lines';

describe('how long what comes may have been kept by the broker', () => {
  let clock: FakeClock;
  let meter: StreamMeter<EventGap>;
  let missed: MissedEvents;
  let live: StreamLink;

  beforeEach(() => {
    clock = new FakeClock();
    meter = new StreamMeter(0);
    missed = new MissedEvents({
      ...{ company: 'c', notes: {}, clock, meter, log: new StreamLog(new LogLines(), 'c'), inSession: () => [] },
      ...{ asked: () => ['#'], isLive: (link) => link === live, onCaughtUp: () => undefined, onGap: () => undefined },
    });
  });
  afterEach(() => missed.stop());

  function goLive(sessionPresent: boolean): FakeConnection {
    const connection = new FakeConnection({ sessionPresent });
    connection.lastHeardMs = clock.monotonicMs();
    live = fakeLink(connection, clock, {});
    missed.wentLive(live, false);
    return connection;
  }

  /** So many events come in a second. */
  async function comes(connection: FakeConnection, perSecond: number): Promise<void> {
    for (let event = 0; event < perSecond; event += 1) meter.event(clock.monotonicMs());
    connection.received += perSecond;
    connection.lastHeardMs = clock.monotonicMs();
    await clock.advance(1_000);
  }

  for (const outageMs of [20_000, 300_000]) {
    it(`is told by what was usual before an outage of ${outageMs / 1000} s, and not in it`, async () => {
      const before = goLive(false);
      for (let second = 0; second < 120; second += 1) await comes(before, 5);
      missed.outageBegan(live);
      await clock.advance(outageMs);
      // The broker sends it from CONNACK on.
      meter.event(clock.monotonicMs());
      const after = goLive(true);
      for (let kept = 0.8 * 5 * (outageMs / 1000); kept > 0; kept -= 10) {
        assert.equal(live.inbox.isCatchingUp, true);
        await comes(after, 15);
      }
      for (let second = 0; second < 5; second += 1) await comes(after, 5);
      assert.equal(live.inbox.isCatchingUp, false);
    });
  }

  it('is told after outages in a row by what was usual before the first of them', async () => {
    const first = goLive(false);
    for (let second = 0; second < 120; second += 1) await comes(first, 5);
    missed.outageBegan(live);
    await clock.advance(120_000);
    // The minute before the next outage holds what was kept in this one.
    const second = goLive(true);
    for (let seconds = 0; seconds < 50; seconds += 1) await comes(second, 15);
    missed.outageBegan(live);
    await clock.advance(40_000);
    const third = goLive(true);
    for (let seconds = 0; seconds < 20; seconds += 1) {
      assert.equal(live.inbox.isCatchingUp, true);
      await comes(third, 15);
    }
    for (let seconds = 0; seconds < 5; seconds += 1) await comes(third, 5);
    assert.equal(live.inbox.isCatchingUp, false);
  });
});
