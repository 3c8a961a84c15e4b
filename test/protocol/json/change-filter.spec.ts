import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ChangeFilter, type Deadband, parseDeadband } from '../../../src/protocol/json/change-filter';
import { ochnoError } from '../../support/ochno-errors';

/** Which of the values of one port pass. */
function passing(deadband: string | undefined, values: readonly unknown[]): unknown[] {
  const filter = new ChangeFilter(deadband === undefined ? undefined : parseDeadband(deadband));
  return values.filter((value) => filter.passes('/ports/c/l/h/p', value));
}

describe('a deadband', () => {
  const good: [text: string, deadband: Deadband][] = [
    ['5', { kind: 'amount', least: 5 }],
    [' 0.5 ', { kind: 'amount', least: 0.5 }],
    ['.5', { kind: 'amount', least: 0.5 }],
    ['0', { kind: 'amount', least: 0 }],
    ['10%', { kind: 'percent', least: 10 }],
    ['2.5 %', { kind: 'percent', least: 2.5 }],
    ['150%', { kind: 'percent', least: 150 }],
  ];
  for (const [text, deadband] of good) {
    it(`may be ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseDeadband(text), deadband);
    });
  }

  for (const text of [
    '',
    ' ',
    '%',
    '-5',
    '+5',
    '5%%',
    '%5',
    '1e3',
    '0x5',
    'five',
    '5,5',
    '5 5',
    'NaN',
    '9'.repeat(400),
  ]) {
    it(`can't be ${JSON.stringify(text.slice(0, 10))}`, () => {
      assert.throws(() => parseDeadband(text), ochnoError('OCHNO_VALUE', /The deadband "/));
    });
  }
});

describe('what passes a change filter', () => {
  it('is the first value of each port', () => {
    const filter = new ChangeFilter(undefined);
    for (const value of [undefined, null, 0, {}]) {
      assert.ok(filter.passes(`/ports/c/l/h/${String(value)}`, value));
      assert.ok(!filter.passes(`/ports/c/l/h/${String(value)}`, value));
    }
  });

  it('is what differs from the last that passed', () => {
    assert.deepEqual(passing(undefined, [1, 1, 2, 2, 1, '1', null, null, true]), [1, 2, 1, '1', null, true]);
    assert.deepEqual(passing(undefined, [{ a: [1] }, { a: [1] }, { a: [2] }]), [{ a: [1] }, { a: [2] }]);
    assert.deepEqual(passing(undefined, [0, -0]), [0]);
  });

  const numbers: [deadband: string, values: unknown[], passed: unknown[]][] = [
    ['5', [10, 14.9, 15, 15, 11, 10], [10, 15, 10]],
    ['5', [10, 12, 14, 16], [10, 16]],
    ['0', [1, 1, 1.0001], [1, 1.0001]],
    ['0.1', [20, 20.1, 20.2, 20.3, 20.35], [20, 20.1, 20.2, 20.3]],
    ['10%', [100, 109, 110, 120, 121, 109], [100, 110, 121]],
    ['10%', [100, 110, 121, 108.9], [100, 110, 121, 108.9]],
    ['10%', [-100, -91, -90], [-100, -90]],
    ['10%', [0, 0, 0.001, 0.001], [0, 0.001]],
    ['0%', [5, 5, 6], [5, 6]],
    ['5', [10, 'warm', 'warm', 12, { a: 1 }, { a: 2 }], [10, 'warm', 12, { a: 1 }, { a: 2 }]],
  ];
  for (const [deadband, values, passed] of numbers) {
    it(`is, with a deadband of ${deadband}, of ${JSON.stringify(values)} ${JSON.stringify(passed)}`, () => {
      assert.deepEqual(passing(deadband, values), passed);
    });
  }

  it('B10: is told of numbers that are written as text, too', () => {
    assert.deepEqual(passing('0.5', ['21.0', '21.2', 21.3, '21.5', '21.50', '20']), ['21.0', '21.5', '20']);
    assert.deepEqual(passing('10%', ['100', '105', '110']), ['100', '110']);
    assert.deepEqual(passing(undefined, ['21.0', '21.00', 21]), ['21.0', '21.00', 21]);
  });

  it('is told for each port apart', () => {
    const filter = new ChangeFilter(undefined);
    assert.ok(filter.passes('a', 1));
    assert.ok(filter.passes('b', 2));
    assert.ok(!filter.passes('a', 1));
    assert.ok(!filter.passes('b', 2));
  });

  it('is not affected by what a flow does to a payload it was given', () => {
    const filter = new ChangeFilter(undefined);
    const payload = { lamp: { level: 5 } };
    filter.passes('a', payload);
    payload.lamp.level = 6;
    assert.ok(!filter.passes('a', { lamp: { level: 5 } }));
    assert.ok(filter.passes('a', payload));
  });

  it('is, with a deadband, at least that far from the one before, and what does not pass is nearer', () => {
    const value = fc.double({ min: -1000, max: 1000, noNaN: true });
    fc.assert(
      fc.property(fc.array(value), fc.integer({ min: 1, max: 500 }), (values, least) => {
        const filter = new ChangeFilter({ kind: 'amount', least });
        let last: number | undefined;
        for (const next of values) {
          const distance = last === undefined ? Number.POSITIVE_INFINITY : Math.abs(next - last);
          const passes = filter.passes('a', next);
          if (Math.abs(distance - least) > 1e-6) assert.equal(passes, distance > least);
          if (passes) last = next;
        }
      }),
    );
  });
});
