import assert from 'node:assert/strict';
import fc from 'fast-check';
import { numberIn } from '../../../src/protocol/json/numeric-text';

describe('a number', () => {
  const numbers: [value: unknown, number: number][] = [
    [0, 0],
    [-0, 0],
    [33.3, 33.3],
    ['40', 40],
    ['21.0', 21],
    [' .5\n', 0.5],
    ['007', 7],
    ['+10', 10],
    ['-3.25', -3.25],
  ];
  for (const [value, number] of numbers) {
    it(`is in ${JSON.stringify(value)}`, () => {
      assert.ok(Object.is(numberIn(value), number));
    });
  }

  const others: unknown[] = [
    '',
    ' ',
    '.',
    '5.',
    '+5.',
    '0x10',
    '1e1',
    '5,5',
    '50%',
    'on',
    'NaN',
    '- 5',
    '9'.repeat(400),
  ];
  for (const value of [
    ...others,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    null,
    undefined,
    true,
    [5],
    { valueOf: () => 5 },
  ]) {
    it(`is not in ${JSON.stringify(value)?.slice(0, 20) ?? value}`, () => {
      assert.equal(numberIn(value), undefined);
    });
  }

  it('is found again in what it writes, as far as that has no exponent', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        fc.pre(!String(value).includes('e'));
        assert.equal(numberIn(String(value)), value + 0);
      }),
    );
  });
});
