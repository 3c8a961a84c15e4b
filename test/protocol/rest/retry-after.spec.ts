import assert from 'node:assert/strict';
import { retryAfterMs } from '../../../src/protocol/rest/retry-after';

const nowMs = Date.UTC(2025, 0, 15, 12, 0, 0);
const longestMs = 15 * 60_000;

describe('Retry-After', () => {
  const cases: [header: string | undefined, ms: number | undefined][] = [
    ['0', 0],
    ['1', 1000],
    [' 120 ', 120_000],
    ['1.5', 1500],
    ['900', longestMs],
    ['901', longestMs],
    ['99999999999999999999', longestMs],
    ['Wed, 15 Jan 2025 12:00:30 GMT', 30_000],
    ['Wednesday, 15-Jan-25 12:00:30 GMT', 30_000],
    ['Wed Jan 15 12:00:30 2025', 30_000],
    ['Wed, 15 Jan 2025 11:00:00 GMT', 0],
    ['Fri, 15 Jan 2027 12:00:00 GMT', longestMs],
    ['Fri, 99 Foo 9999 99:99:99 GMT', undefined],
    [undefined, undefined],
    ['', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['soon 5', undefined],
    ['1e3', undefined],
    ['5 apples', undefined],
    ['NaN', undefined],
    ['2025-01-15T12:00:30Z', undefined],
  ];
  for (const [header, ms] of cases) {
    it(`${JSON.stringify(header) ?? 'missing'} means ${ms === undefined ? 'nothing' : `${ms} ms`}`, () => {
      assert.equal(retryAfterMs(header, nowMs), ms);
    });
  }
});
