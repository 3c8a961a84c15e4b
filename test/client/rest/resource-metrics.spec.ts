import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { ochnoError } from '../../support/ochno-errors';
import { nowMs, resourceClient } from './resource-stage';

describe('a resource client asked for metrics', () => {
  it('asks for metrics with times as the platform takes them', async () => {
    const { resources, requests } = resourceClient([]);
    await resources.call({
      resource: 'metrics',
      operation: 'get',
      id: 'power',
      query: { from: '-1h', to: nowMs, portId: 'p' },
    });
    assert.deepEqual(requests[0]?.query, {
      from: '2025-01-15T11:00:00.000Z',
      to: '2025-01-15T12:00:00.000Z',
      portId: 'p',
    });
    assert.equal(requests[0]?.path, '/api/metrics/power');
  });

  it('leaves from and to of other resources alone', async () => {
    const { resources, requests } = resourceClient();
    await resources.call({ resource: 'ports', operation: 'list', query: { from: 'A' } });
    assert.deepEqual(requests[0]?.query, { from: 'A' });
  });

  it('shapes metrics into series, and nothing else', async () => {
    const { resources } = resourceClient([{ t: nowMs, portId: 'p', power: 5 }]);
    const call = { operation: 'list', id: 'power', shape: 'series' };
    assert.deepEqual((await resources.call({ ...call, resource: 'metrics' })).body, [
      { series: 'p', data: [{ x: nowMs, y: 5 }] },
    ]);
    assert.deepEqual((await resources.call({ ...call, resource: 'ports' })).body, [
      { t: nowMs, portId: 'p', power: 5 },
    ]);
    await assert.rejects(
      resources.call({ ...call, resource: 'metrics', shape: 'pie' }),
      ochnoError('OCHNO_VALUE', /^shape: "pie"/),
    );
  });

  it('C9: makes the points of a chart of metrics, the series named by the port’s name', async () => {
    const rows = [
      { t: nowMs, portId: 'p2', power: 5 },
      { t: nowMs + 1000, portId: 'p1', power: 7 },
      { t: nowMs, portId: 'unnamed', power: 1 },
    ];
    const { resources } = resourceClient(rows);
    const call = { resource: 'metrics', operation: 'list', id: 'power', shape: 'chart' };
    assert.deepEqual((await resources.call(call)).body, [
      { series: 'Desk 2', x: nowMs, y: 5 },
      { series: 'Desk 1', x: nowMs + 1000, y: 7 },
      { series: 'unnamed', x: nowMs, y: 1 },
    ]);
  });

  it('C7: takes a Date for a time, of the realm of function nodes too', async () => {
    const { resources, requests } = resourceClient([]);
    const query = { from: new Date(0), to: runInNewContext('new Date(1000)'), portId: '' };
    await resources.call({ resource: 'metrics', operation: 'list', id: 'power', query });
    assert.deepEqual(requests[0]?.query, {
      from: '1970-01-01T00:00:00.000Z',
      to: '1970-01-01T00:00:01.000Z',
      portId: '',
    });
  });
});
