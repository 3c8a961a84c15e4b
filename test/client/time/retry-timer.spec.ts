import assert from 'node:assert/strict';
import { RetryTimer } from '../../../src/client/time/retry-timer';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock } from '../../support/fake-clock';

describe('the wait before another attempt', () => {
  let clock: FakeClock;
  let timer: RetryTimer;
  /** When it was tried. */
  let tried: number[];
  let random: number;

  beforeEach(() => {
    clock = new FakeClock();
    random = 0.5;
    timer = new RetryTimer(clock, () => random);
    tried = [];
  });

  function wait(failures: number, { leastMs = 0, last }: { leastMs?: number; last?: Error } = {}): void {
    timer.start({ failures, leastMs, last }, () => tried.push(clock.monotonicMs()));
  }

  it('is as long as the failures make it, and over once', async () => {
    wait(10);
    await clock.advance(60_499);
    assert.deepEqual(tried, []);
    await clock.advance(600_000);
    assert.deepEqual(tried, [60_500]);
  });

  it('is in place of the one before', async () => {
    wait(10);
    wait(1);
    await clock.advance(600_000);
    assert.deepEqual(tried, [1_500]);
  });

  it('ends sooner if it is hurried, and not later', async () => {
    wait(10);
    await clock.advance(10_000);
    timer.hurry(3);
    await clock.advance(600_000);
    assert.deepEqual(tried, [14_500]);
    random = 0.01;
    wait(10);
    random = 0.99;
    timer.hurry(2);
    await clock.advance(600_000);
    assert.equal(Math.round((tried[1] ?? 0) - 610_000), 2_190);
  });

  it('is not made ever shorter by who hurries it again and again, but by a better reason', async () => {
    wait(10);
    random = 1;
    timer.hurry(3);
    random = 0;
    for (let at = 0; at < 100; at += 1) timer.hurry(3);
    await clock.advance(5_000);
    assert.deepEqual(tried, []);
    timer.hurry(1);
    await clock.advance(1_000);
    assert.deepEqual(tried, [6_000]);
  });

  it('is no shorter than it has to be', async () => {
    wait(10, { leastMs: 4_000 });
    timer.hurry(1);
    await clock.advance(600_000);
    assert.deepEqual(tried, [4_000]);
    const last = new OchnoError('OCHNO_HTTP', 'busy', { statusCode: 429, retryAfterMs: 30_000 });
    wait(10, { last });
    timer.hurry(1);
    await clock.advance(29_000);
    assert.equal(tried.length, 1);
  });

  it('is nothing to hurry when it is over or was stopped', async () => {
    wait(5);
    timer.stop();
    timer.hurry(1);
    await clock.advance(600_000);
    assert.deepEqual(tried, []);
    assert.equal(clock.timers, 0);
  });
});
