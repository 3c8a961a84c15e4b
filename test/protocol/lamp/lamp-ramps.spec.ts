import assert from 'node:assert/strict';
import type { LampEstimate } from '../../../src/protocol/lamp/lamp-estimate';
import { FakeClock } from '../../support/fake-clock';
import { estimateAt, sent } from './estimates';

describe('the estimate of a lamp that ramps', () => {
  const ramped = async (clock: FakeClock, estimate: LampEstimate, levels: readonly number[]): Promise<void> => {
    for (const level of levels) {
      await clock.advance(100);
      estimate.shown({ level });
    }
  };

  it('B1: comes back to none of the levels on the way to one that was sent', async () => {
    for (const way of [[60, 40, 20, 0], [80, 79.6, 3, 0], [0, 60, 20, 0], [0]]) {
      const clock = new FakeClock();
      const estimate = estimateAt(clock);
      estimate.shown({ level: 80 });
      sent(estimate, 0);
      await ramped(clock, estimate, way);
      assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 80 }, way.join());
      await clock.advance(60_000);
      assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 80 }, way.join());
    }
  });

  it('B1: goes by the level that was sent while the lamp is on its way there', async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    estimate.shown({ level: 80 });
    sent(estimate, 0);
    for (const level of [60, 40, 20]) {
      await ramped(clock, estimate, [level]);
      assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 80 });
    }
    await clock.advance(3_000);
    sent(estimate, 80);
    await ramped(clock, estimate, [30, 55, 80]);
    assert.deepEqual(estimate.present(), { level: 80, lastLitLevel: 80 });
  });

  it("B1: comes back to no step of a fade, and to none of the lamp's own reports on the way", async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    estimate.shown({ level: 80 });
    for (let step = 1; step <= 30; step += 1) {
      const level = Math.round(80 - (80 * step) / 30);
      const note = estimate.sending({ level }, step < 30);
      note.published();
      note.acknowledged();
      await clock.advance(100);
      if (step > 2) estimate.shown({ level: Math.min(80, level + 4.5) });
    }
    for (const level of [5, 2, 0]) estimate.shown({ level });
    assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 80 });
  });

  it('B1: comes back to where a hand began to turn it down', async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    estimate.shown({ level: 80 });
    await clock.advance(60_000);
    await ramped(clock, estimate, [60, 40, 20, 0]);
    assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 80 });
    estimate.shown({ level: 50 });
    await clock.advance(60_000);
    estimate.shown({ level: 30 });
    await clock.advance(60_000);
    estimate.shown({ level: 0 });
    assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 30 });
  });

  it('B1: comes back to what was sent last if a hand switches off while the lamp is still on its way there', async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    estimate.shown({ level: 0 });
    sent(estimate, 70);
    await ramped(clock, estimate, [17, 43, 70]);
    await clock.advance(6_000);
    await ramped(clock, estimate, [60, 40, 20]);
    await clock.advance(6_000);
    sent(estimate, 90);
    await ramped(clock, estimate, [45, 70, 90]);
    await clock.advance(900);
    await ramped(clock, estimate, [60, 30, 0]);
    assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 90 });
  });

  it('B1: comes back to no first report of a lamp of which nothing was known', async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    sent(estimate, 70);
    await ramped(clock, estimate, [17]);
    assert.equal(estimate.present().lastLitLevel, 70);
    await ramped(clock, estimate, [43, 70]);
    await clock.advance(6_000);
    await ramped(clock, estimate, [0]);
    assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 70 });
  });

  it('B1: comes back to what was known before a gap, not to the first report on the way down after it', async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    sent(estimate, 60);
    await ramped(clock, estimate, [30, 60]);
    await clock.advance(6_000);
    estimate.forget();
    sent(estimate, 0);
    await ramped(clock, estimate, [45, 20, 0]);
    assert.deepEqual(estimate.present(), { level: 0, lastLitLevel: 60 });
  });

  it('B1: knows no level to come back to of a lamp that was first heard on its way down', async () => {
    const clock = new FakeClock();
    const estimate = estimateAt(clock);
    sent(estimate, 0);
    await ramped(clock, estimate, [45, 20, 0]);
    assert.deepEqual(estimate.present(), { level: 0 });
  });

  it('B2: is surprised by what lies elsewhere than on the way', async () => {
    for (const [level, isSurprise] of [
      [50, false],
      [35, false],
      [36.4, false],
      [90, true],
      [10, true],
      [0, true],
    ] as const) {
      const clock = new FakeClock();
      const estimate = estimateAt(clock);
      estimate.shown({ level: 30, temp: 3000 });
      sent(estimate, 60);
      await clock.advance(100);
      assert.deepEqual(estimate.shown({ level, temp: 3000 }), isSurprise ? ['level'] : [], `${level}`);
      assert.equal(estimate.present().level, isSurprise ? level : 60);
    }
  });
});
