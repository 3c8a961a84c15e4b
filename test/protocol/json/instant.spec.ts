import assert from 'node:assert/strict';
import { readInstant } from '../../../src/protocol/json/instant';

const ms = Date.UTC(2025, 0, 15, 12, 0, 0);

describe('a point in time', () => {
  const cases: [value: unknown, ms: number | undefined][] = [
    ['2025-01-15T12:00:00Z', ms],
    ['2025-01-15T12:00:00.000z', ms],
    ['2025-01-15T14:00:00+02:00', ms],
    ['2025-01-15T14:00:00+0200', ms],
    ['2025-01-15T12:00:00', ms],
    ['2025-01-15 12:00:00', ms],
    [' 2025-01-15T12:00Z ', ms],
    ['2025-01-15', ms - 12 * 3_600_000],
    [ms, ms],
    [ms / 1000, ms],
    [ms / 1000 + 0.5, ms + 500],
    [String(ms), ms],
    [String(ms / 1000), ms],
    [0, 0],
    [-1, undefined],
    [Number.NaN, undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [1e300, undefined],
    ['', undefined],
    ['soon', undefined],
    ['2025-02-31x', undefined],
    ['2025-99-99T00:00:00Z', undefined],
    ['Wed, 15 Jan 2025 12:00:00 GMT', undefined],
    [null, undefined],
    [undefined, undefined],
    [{}, undefined],
    [true, undefined],
  ];
  for (const [value, expected] of cases) {
    it(`${JSON.stringify(value) ?? 'undefined'} is ${expected ?? 'none'}`, () => {
      assert.equal(readInstant(value), expected);
    });
  }
});
