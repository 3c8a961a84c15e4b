import assert from 'node:assert/strict';
import { Timer } from '../../../src/client/time/timer';
import { FakeClock } from '../../support/fake-clock';

describe('a timer', () => {
  let clock: FakeClock;
  let timer: Timer;
  let done: string[];

  beforeEach(() => {
    clock = new FakeClock();
    timer = new Timer(clock);
    done = [];
  });

  it('does what was asked last, once', async () => {
    timer.start(1_000, () => done.push('one'));
    timer.start(2_000, () => done.push('other'));
    await clock.advance(1_999);
    assert.deepEqual(done, []);
    await clock.advance(10_000);
    assert.deepEqual(done, ['other']);
  });

  it('brings forward what would come later, and puts off nothing', async () => {
    timer.start(10_000, () => done.push('it'));
    timer.noLaterThan(20_000);
    timer.noLaterThan(1_000);
    timer.noLaterThan(5_000);
    await clock.advance(1_000);
    assert.deepEqual(done, ['it']);
    await clock.advance(60_000);
    assert.deepEqual(done, ['it']);
  });

  it('does nothing once more when that is over or was stopped', async () => {
    timer.start(1_000, () => done.push('it'));
    await clock.advance(1_000);
    timer.noLaterThan(1_000);
    timer.start(1_000, () => done.push('never'));
    timer.stop();
    timer.noLaterThan(500);
    await clock.advance(60_000);
    assert.deepEqual(done, ['it']);
    assert.equal(clock.timers, 0);
  });
});
