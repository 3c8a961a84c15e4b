import assert from 'node:assert/strict';
import { quoted } from '../../../src/protocol/json/quoted';

describe('a quoted value', () => {
  const cases: [value: unknown, shown: string][] = [
    ['desk', '"desk"'],
    ['say "hi"\n', '"say \\"hi\\"\\n"'],
    ['\u2028\u202e\u009b', '"\\u2028\\u202e\\u009b"'],
    ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
    [5, '5'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{ password: 'x' }, 'an object'],
    [['x'], 'an array'],
    [() => 1, 'a function'],
  ];
  for (const [value, shown] of cases) {
    it(`is ${shown.slice(0, 20)}`, () => {
      assert.equal(quoted(value), shown);
    });
  }
});
