import assert from 'node:assert/strict';
import { chartPoints, metricSeries } from '../../../src/protocol/rest/metric-series';
import { ochnoError } from '../../support/ochno-errors';

const t = Date.UTC(2025, 0, 15, 12, 0, 0);

describe('a series for a chart', () => {
  it('is made per port, sorted by time, with x in ms', () => {
    const rows = [
      { time: '2025-01-15T12:00:02Z', portId: 'p1', temperature: 22 },
      { time: t, portId: 'p2', temperature: 19.5 },
      { t: String(t + 1000), portId: 'p1', value: '21.5' },
      { t: t / 1000, portId: 'p1', temperature: 21 },
    ];
    assert.deepEqual(metricSeries(rows, 'temperature'), [
      {
        series: 'p1',
        data: [
          { x: t, y: 21 },
          { x: t + 1000, y: 21.5 },
          { x: t + 2000, y: 22 },
        ],
      },
      { series: 'p2', data: [{ x: t, y: 19.5 }] },
    ]);
  });

  it('takes times without a zone as UTC, and true and false as 1 and 0', () => {
    const rows = [
      { time: '2025-01-15T12:00:00', portId: 7, motion: true },
      { time: '2025-01-15 12:00:01.5', portId: 7, motion: false },
    ];
    assert.deepEqual(metricSeries(rows, 'motion'), [
      {
        series: '7',
        data: [
          { x: t, y: 1 },
          { x: t + 1500, y: 0 },
        ],
      },
    ]);
  });

  it('is named after the measurement where rows name no port', () => {
    assert.deepEqual(metricSeries([{ t, value: 1 }], 'power'), [{ series: 'power', data: [{ x: t, y: 1 }] }]);
  });

  it('prefers the measurement to value, and passes over rows without a time or a number', () => {
    const rows = [
      { t, portId: 'p', power: 5, value: 6 },
      { t, portId: 'p', power: null },
      { portId: 'p', power: 1 },
      { t: 'x', power: 1 },
      { t, power: '' },
      null,
      'row',
      [],
      { t, portId: 'p', power: 'NaN' },
    ];
    assert.deepEqual(metricSeries(rows, 'power'), [{ series: 'p', data: [{ x: t, y: 5 }] }]);
  });

  it('is empty for an empty list', () => {
    assert.deepEqual(metricSeries([], 'power'), []);
  });

  it('is empty for a time in which nothing was measured', () => {
    const rows = [
      { t, portId: 'p', power: null },
      { time: '2025-01-15T12:00:00Z', portId: 'p', value: null },
    ];
    assert.deepEqual(metricSeries(rows, 'power'), []);
  });

  it('takes only own properties of a row', () => {
    assert.throws(() => metricSeries([{ t }], 'toString'), ochnoError('OCHNO_HTTP'));
  });

  for (const answer of [undefined, null, '', 'text', {}, { rows: [] }, 5]) {
    it(`can't be made of ${JSON.stringify(answer) ?? 'nothing'}`, () => {
      assert.throws(() => metricSeries(answer, 'power'), ochnoError('OCHNO_HTTP', /"power".*not a list/));
    });
  }

  it("can't be made of rows none of which can be read", () => {
    assert.throws(() => metricSeries([{ when: 1 }, {}], 'power'), ochnoError('OCHNO_HTTP', /none of its 2 rows/));
  });
});

describe('the points of a chart', () => {
  const ms = Date.UTC(2025, 0, 15, 12);
  const row = (hubId: string | undefined, portId: number | undefined, value: number) => ({
    t: ms,
    hubId,
    portId,
    value,
  });

  it('C9: are one list, each series with the name of its port', () => {
    const rows = [{ ...row('h1', 1, 2), t: ms + 1000 }, row('h1', 1, 1), row('h1', 2, 5), row(undefined, undefined, 7)];
    const names: Readonly<Record<string, string>> = { 'h1/1': 'Window seat' };
    const points = chartPoints(rows, 'power', (port, hub) => names[`${hub}/${port}`]);
    assert.deepEqual(points, [
      { series: 'Window seat', x: ms, y: 1 },
      { series: 'Window seat', x: ms + 1000, y: 2 },
      { series: '2', x: ms, y: 5 },
      { series: 'power', x: ms, y: 7 },
    ]);
  });

  it('C9: tell apart ports of one name, and ports of one number on two hubs', () => {
    const rows = [row('h1', 1, 1), row('h2', 1, 2), row('h1', 2, 3)];
    const named = chartPoints(rows, 'power', () => 'Desk').map(({ series }) => series);
    assert.deepEqual(named, ['Desk (h1/1)', 'Desk (h2/1)', 'Desk (2)']);
    const unnamed = metricSeries(rows, 'power').map(({ series }) => series);
    assert.deepEqual(unnamed, ['h1/1', 'h2/1', '2']);
  });
});
