import assert from 'node:assert/strict';
import type { EventGap } from '../../../src/client/events/port-subscriber';
import { JointGaps } from '../../../src/client/lanes/joint-gaps';
import { FakeClock } from '../../support/fake-clock';

const company = 'c';

describe('the gaps of several connections', () => {
  let clock: FakeClock;
  let told: EventGap[];
  let gaps: JointGaps;

  beforeEach(() => {
    clock = new FakeClock();
    told = [];
    gaps = new JointGaps(clock, (gap) => told.push(gap));
  });

  it('of one outage are one gap, from the first to the last', async () => {
    gaps.add({ company, from: 10, to: 20 });
    gaps.add({ company, from: 5, to: 15 });
    gaps.add({ company, from: 12, to: 30 });
    assert.deepEqual(told, []);
    await clock.advance(2_000);
    assert.deepEqual(told, [{ company, from: 5, to: 30 }]);
    gaps.add({ company, from: 100, to: 110 });
    await clock.advance(2_000);
    assert.equal(told.length, 2);
  });

  it('of too high a rate are told at once, and once in ten minutes', async () => {
    for (let lane = 0; lane < 4; lane += 1) gaps.add({ company, from: lane, to: 9, reason: 'rate' });
    assert.deepEqual(told, [{ company, from: 0, to: 9, reason: 'rate' }]);
    await clock.advance(600_000);
    gaps.add({ company, from: 10, to: 20, reason: 'rate' });
    assert.equal(told.length, 2);
  });

  it('are told before the end', () => {
    gaps.add({ company, from: 1, to: 2 });
    gaps.flush();
    gaps.flush();
    assert.equal(told.length, 1);
    assert.equal(clock.timers, 0);
  });
});
