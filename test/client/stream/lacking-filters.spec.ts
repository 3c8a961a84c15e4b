import assert from 'node:assert/strict';
import { MissedEvents } from '../../../src/client/stream/missed-events';
import { StreamLog } from '../../../src/client/stream/stream-log';
import type { OutageNotes } from '../../../src/client/stream/stream-memory';
import { StreamMeter } from '../../../src/protocol/connection/stream-meter';
import { FakeClock } from '../../support/fake-clock';
import { FakeConnection, type FakeLinkOptions, fakeLink } from '../../support/fake-link';
import { LogLines } from '../../support/log-lines';

const hourMs = 3_600_000;

describe('filters that the session lacks which goes on', () => {
  let clock: FakeClock;
  let notes: OutageNotes;
  let log: LogLines;
  /** How long each gap lasted, in seconds. */
  let gaps: number[];
  /** What that session is subscribed to. */
  let kept: readonly string[];
  /** What those have asked for who are to miss nothing. */
  let asked: readonly string[];
  let missed: MissedEvents;

  beforeEach(() => {
    clock = new FakeClock();
    notes = {};
    log = new LogLines();
    gaps = [];
    asked = ['#'];
    open();
  });
  afterEach(() => missed.stop());

  function open(): void {
    missed = new MissedEvents({
      ...{ company: 'c', notes, clock, meter: new StreamMeter(0), log: new StreamLog(log, 'c') },
      ...{ inSession: () => kept, asked: () => asked, isLive: () => false, onCaughtUp: () => undefined },
      onGap: ({ from, to }) => gaps.push((to - from) / 1000),
    });
  }

  function goLive(sessionPresent: boolean, options: FakeLinkOptions = {}): ReturnType<typeof fakeLink> {
    const connection = new FakeConnection({ sessionPresent });
    connection.lastHeardMs = clock.monotonicMs();
    const link = fakeLink(connection, clock, options);
    missed.wentLive(link, false);
    return link;
  }

  /** A connection ends that was subscribed to this, and the session that goes on to these. */
  function lose(filter: string, ...inSession: readonly string[]): void {
    const link = goLive(false, { filters: [filter] });
    kept = inSession;
    missed.liveEnded(link);
    missed.outageBegan(link);
  }

  it('A18: are missed until they are subscribed anew, which is told then, and once', async () => {
    lose('a', 'b');
    await clock.advance(2_000);
    goLive(true);
    assert.deepEqual(gaps, []);
    await clock.advance(3_000);
    for (let time = 0; time < 2; time += 1) missed.subscribed(['a', 'b']);
    assert.deepEqual(gaps, [5]);
    assert.equal(log.at('warn').length, 1);
  });

  it('A18: are not missed if it has them by a wider one, or nobody wants them any more', () => {
    for (const inSession of ['a', '#']) {
      lose('a', inSession);
      goLive(true);
      missed.subscribed(['a']);
    }
    lose('a', 'b');
    goLive(true);
    missed.subscribed(['b']);
    assert.deepEqual(gaps, []);
  });

  it('A18: are not missed where it has all that is left of a wider one', () => {
    lose('#', 'a', 'b');
    goLive(true);
    missed.subscribed(['a']);
    assert.deepEqual(gaps, []);
  });

  it('A18: are missed where it has them and the one that goes on after it has not', () => {
    lose('#', 'a', 'b');
    const link = goLive(true, { filters: ['#'] });
    kept = ['b'];
    missed.liveEnded(link);
    missed.subscribed(['a']);
    assert.deepEqual(gaps, [0]);
  });

  it('A18: are not missed by who only looked', () => {
    for (const flows of [[], ['b'], ['b', 'c']]) {
      asked = flows;
      lose('#', 'b', 'c');
      goLive(true);
      missed.subscribed(['#']);
    }
    assert.deepEqual(gaps, []);
    asked = ['b', 'd'];
    lose('#', 'b', 'c');
    goLive(true);
    missed.subscribed(['b', 'c']);
    assert.deepEqual(gaps, []);
    missed.subscribed(['#']);
    lose('#', 'b', 'c');
    missed.subscribed(['#']);
    assert.deepEqual(gaps, [0]);
  });

  it('A18: are not missed by a node that comes with a deploy where nobody but onlookers was before', async () => {
    asked = [];
    missed.suspend(goLive(false, { filters: ['#'] }));
    await clock.advance(2_000);
    asked = ['a'];
    open();
    goLive(false);
    missed.subscribed(['a']);
    assert.deepEqual(gaps, []);
  });

  it('A18: are told of once if that session is lost as well', async () => {
    lose('a', 'b');
    await clock.advance(2_000);
    goLive(false);
    missed.subscribed(['a', 'b']);
    assert.deepEqual(gaps, [2]);
  });

  it('A18: are known after a deploy, but not after hours', async () => {
    for (const [awayMs, told] of [
      [2_000, [2]],
      [hourMs, []],
    ] as const) {
      gaps = [];
      const link = goLive(false, { filters: ['a'] });
      kept = ['b'];
      missed.suspend(link);
      await clock.advance(awayMs);
      open();
      goLive(true);
      missed.subscribed(['a']);
      assert.deepEqual(gaps, told);
    }
  });

  it('A19: were missed also while the computer slept', async () => {
    lose('a', 'b');
    clock.sleep(hourMs / 2);
    goLive(true, { token: 'new' });
    missed.subscribed(['a']);
    assert.deepEqual(gaps, [hourMs / 2000]);
  });
});
