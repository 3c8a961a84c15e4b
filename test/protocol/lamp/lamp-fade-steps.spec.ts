import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fadeStep, fadeStepEveryMs, nextFadeStepMs } from '../../../src/protocol/lamp/lamp-fade-steps';

describe('fadeStep', () => {
  it('is linear in level and temp, in whole numbers', () => {
    const start = { level: 0, temp: 3000 };
    const target = { level: 33, temp: 4000 };
    assert.deepEqual(fadeStep(start, target, 0), { level: 0, temp: 3000 });
    assert.deepEqual(fadeStep(start, target, 0.5), { level: 17, temp: 3500 });
    assert.deepEqual(fadeStep(start, target, 1), target);
  });

  it('moves only what has both a start and a target', () => {
    assert.deepEqual(fadeStep({ level: 10 }, { level: 20, temp: 3000 }, 0.5), { level: 15 });
    assert.deepEqual(fadeStep({ level: 10, temp: 3000 }, { temp: 4000 }, 0.5), { temp: 3500 });
  });
});

describe('the times of a fade', () => {
  it('are one for each whole number on the way', () => {
    assert.equal(fadeStepEveryMs({ level: 0 }, { level: 100 }, 60_000), 600);
    assert.equal(fadeStepEveryMs({ level: 0, temp: 3000 }, { level: 10, temp: 3100 }, 60_000), 600);
    assert.equal(fadeStepEveryMs({ level: 50 }, { level: 50 }, 60_000), 60_000);
  });

  it('are at most ten in a second and end with the fade', () => {
    const level = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(level, level, fc.integer({ min: 1, max: 100_000 }), (from, to, transitionMs) => {
        const everyMs = fadeStepEveryMs({ level: from }, { level: to }, transitionMs);
        const times = [0];
        let nowMs = 0;
        while (transitionMs - nowMs >= 1) {
          nowMs += Math.ceil(nextFadeStepMs(transitionMs - nowMs, everyMs));
          times.push(nowMs);
        }
        assert.equal(nowMs, transitionMs);
        for (const [index, time] of times.entries()) {
          const tenth = times[index + 10];
          assert.ok(tenth === undefined || tenth - time > 1000);
        }
      }),
    );
  });
});
