import assert from 'node:assert/strict';
import { metricQuery, metricTime } from '../../../src/protocol/rest/metric-time';
import { ochnoError } from '../../support/ochno-errors';

const nowMs = Date.UTC(2025, 0, 15, 12, 0, 0);

describe('the time span of metrics', () => {
  const good: [value: unknown, iso: string][] = [
    ['2025-01-14T08:30:00Z', '2025-01-14T08:30:00.000Z'],
    ['2025-01-14T08:30:00.250+02:00', '2025-01-14T06:30:00.250Z'],
    ['2025-01-14', '2025-01-14T00:00:00.000Z'],
    ['2025-01', '2025-01-01T00:00:00.000Z'],
    [' 2025-01-14T08:30Z ', '2025-01-14T08:30:00.000Z'],
    [nowMs, '2025-01-15T12:00:00.000Z'],
    [0, '1970-01-01T00:00:00.000Z'],
    [String(nowMs), '2025-01-15T12:00:00.000Z'],
    ['-1h', '2025-01-15T11:00:00.000Z'],
    ['-30m', '2025-01-15T11:30:00.000Z'],
    ['-90s', '2025-01-15T11:58:30.000Z'],
    ['-7d', '2025-01-08T12:00:00.000Z'],
    ['-2w', '2025-01-01T12:00:00.000Z'],
    ['-1.5h', '2025-01-15T10:30:00.000Z'],
  ];
  for (const [value, iso] of good) {
    it(`takes ${JSON.stringify(value)} as ${iso}`, () => {
      assert.equal(metricTime('from', value, nowMs), iso);
    });
  }

  it('C7: takes a day and a time of day without a zone as the same zone, UTC, which is how answers are read', () => {
    assert.equal(metricTime('to', '2025-01-14T00:00', nowMs), metricTime('to', '2025-01-14', nowMs));
  });

  it('C7: takes seconds, milliseconds and a Date for the same time', () => {
    const times = [nowMs, nowMs / 1000, String(nowMs / 1000), new Date(nowMs), new Date(nowMs).toISOString()];
    assert.deepEqual([...new Set(times.map((time) => metricTime('from', time, nowMs)))], ['2025-01-15T12:00:00.000Z']);
    assert.equal(metricTime('from', new Date(1000), nowMs), '1970-01-01T00:00:01.000Z');
  });

  for (const value of [
    '',
    'yesterday',
    '1h',
    '+1h',
    '-1y',
    '-h',
    '2025-13-01',
    '2025-01-14 08:00 x',
    -5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    9e15,
    '99999999999999999',
    `-${'9'.repeat(30)}d`,
    true,
    null,
    {},
    [nowMs],
    new Date(Number.NaN),
  ]) {
    it(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(() => metricTime('from', value, nowMs), ochnoError('OCHNO_VALUE', /from.*-1h/));
    });
  }

  it('is put among the other parameters, and left out if it is empty', () => {
    assert.deepEqual(metricQuery({ from: '-1h', to: nowMs, portId: ['a', 'b'] }, nowMs), {
      from: '2025-01-15T11:00:00.000Z',
      to: '2025-01-15T12:00:00.000Z',
      portId: ['a', 'b'],
    });
    assert.deepEqual(metricQuery({ from: undefined, to: null, x: 1 }, nowMs), { from: undefined, to: null, x: 1 });
    assert.throws(() => metricQuery({ to: 'x' }, nowMs), ochnoError('OCHNO_VALUE', /to is "x"/));
  });
});
