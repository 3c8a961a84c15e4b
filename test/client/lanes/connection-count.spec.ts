import assert from 'node:assert/strict';
import { ConnectionCount } from '../../../src/client/lanes/connection-count';
import type { LaneNotes } from '../../../src/client/stream/stream-memory';
import { FakeClock } from '../../support/fake-clock';
import { LogLines } from '../../support/log-lines';

describe('how many connections a company gets', () => {
  const startMs = Date.UTC(2025, 0, 15, 12);
  let clock: FakeClock;
  let log: LogLines;
  let notes: LaneNotes;
  let count: number;
  let settled: Promise<void>;
  let gaps: (readonly [number, number])[];

  beforeEach(() => {
    clock = new FakeClock(startMs);
    log = new LogLines();
    notes = { present: new Map(), moves: [], hubs: [], sessionGrants: { lastMs: Number.NEGATIVE_INFINITY } };
    count = 3;
    settled = Promise.resolve();
    gaps = [];
  });

  function connectionCount(): ConnectionCount {
    return new ConnectionCount({
      ...{ company: 'c', connections: 3, notes, clock, log, count: () => count, settled: () => settled },
      onMissing: (fromMs, toMs) => {
        gaps.push([fromMs, toMs]);
        return { company: 'c', from: startMs + fromMs, to: startMs + toMs };
      },
    });
  }

  it('is told once with what is missing, though one that was waited for is done without', async () => {
    const told = connectionCount();
    settled = new Promise(() => undefined);
    count = 2;
    told.fewer([5_000], 'refused');
    await clock.advance(10_000);
    assert.deepEqual(log.lines, []);
    settled = Promise.resolve();
    count = 1;
    told.fewer([7_000], 'refused');
    await clock.advance(1_000);
    assert.deepEqual(gaps, [[5_000, 11_000]]);
    assert.deepEqual(log.at('warn'), [
      'the stream of company c gets 1 of 3 connections (refused); what was meant for the others is on these; events from 2025-01-15T12:00:05.000Z to 2025-01-15T12:00:11.000Z may be missing',
    ]);
    for (count = 2; count <= 3; count += 1) {
      told.more();
      await clock.advance(1_000);
    }
    assert.deepEqual(log.at('info'), [
      'the stream of company c gets 2 of 3 connections again',
      'the stream of company c gets 3 of 3 connections again',
    ]);
    assert.equal(log.at('warn').length, 1);
    assert.equal(gaps.length, 1);
  });

  it('leaves what a deploy comes in between of to be told after it', async () => {
    const before = connectionCount();
    before.fewer([5_000], 'refused');
    before.stop();
    await clock.advance(10_000);
    assert.deepEqual(gaps, []);
    connectionCount().resume();
    await clock.advance(1_000);
    assert.deepEqual(gaps, [[5_000, 11_000]]);
  });
});
