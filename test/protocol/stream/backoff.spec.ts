import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backoffDelayMs } from '../../../src/protocol/stream/backoff';

describe('the delay before another attempt', () => {
  it('grows twofold from the first second to two minutes', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((attempt) => backoffDelayMs(attempt, 1));
    assert.deepEqual(longest, [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000, 120_000]);
  });

  it('is spread over the whole range, from a second on', () => {
    assert.equal(backoffDelayMs(1, 0), 1_000);
    assert.equal(backoffDelayMs(9, 0), 1_000);
    assert.equal(backoffDelayMs(9, 0.5), 60_500);
  });

  it('keeps to other limits', () => {
    const limits = { firstMs: 100, longestMs: 300 };
    assert.equal(backoffDelayMs(1, 0.5, limits), 150);
    assert.equal(backoffDelayMs(9, 1, limits), 300);
  });

  it('is never below the shortest nor above the longest, whatever the attempt', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const delayMs = backoffDelayMs(attempt, random);
        assert.ok(delayMs >= 1_000 && delayMs <= 120_000, String(delayMs));
      }),
    );
  });
});
