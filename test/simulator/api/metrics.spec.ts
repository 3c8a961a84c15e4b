import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../index';
import { ApiProbe } from '../probe/probe-api';

interface Row {
  readonly time: string;
  readonly portId: string;
  readonly temperature?: number;
  readonly power?: number;
}

describe("the simulator's metrics", () => {
  let simulator: Simulator;
  let api: ApiProbe;
  const day = 'from=2025-03-03T00:00:00Z&to=2025-03-04T00:00:00Z';

  beforeEach(async () => {
    simulator = await startSimulator();
    api = await ApiProbe.logIn(simulator);
  });

  afterEach(() => simulator.close());

  it('tells the past in rows of time, port and value, oldest first', async () => {
    const rows = await api.get<Row[]>(`/api/metrics/temperature?${day}&portId=port2`);
    assert.ok(rows.length > 1000);
    for (const row of rows) {
      assert.deepEqual(Object.keys(row), ['time', 'portId', 'temperature']);
      assert.ok(row.temperature !== undefined && row.temperature > 15 && row.temperature < 30);
    }
    const times = rows.map(({ time }) => Date.parse(time));
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });

  it('tells the same past every time, also in a simulator started anew, and another at another port', async () => {
    const first = await api.get<Row[]>(`/api/metrics/temperature?${day}&portId=port2`);
    assert.deepEqual(await api.get(`/api/metrics/temperature?${day}&portIds=port2`), first);
    const other = await api.get<Row[]>(`/api/metrics/temperature?${day}&portId=port6`);
    assert.notDeepEqual(
      other.map(({ temperature }) => temperature),
      first.map(({ temperature }) => temperature),
    );
    const again = await startSimulator();
    try {
      const probe = await ApiProbe.logIn(again);
      assert.deepEqual(await probe.get(`/api/metrics/temperature?${day}&portId=port2`), first);
    } finally {
      await again.close();
    }
  });

  it('agrees with what the sensor shows', async () => {
    const now = Date.now();
    const [row] = await api.get<Row[]>(`/api/metrics/temperature?from=${now - 60_000}&to=${now}&portId=port2`);
    const shown = simulator.building.port('port2').data.device?.sensor?.temperature;
    assert.ok(typeof shown === 'number' && row?.temperature !== undefined);
    assert.ok(Math.abs(row.temperature - shown) <= 0.2);
  });

  it('takes several ports, ms and ISO, and tells a long span more coarsely', async () => {
    const year = 'from=1700000000000&to=1731536000000';
    const rows = await api.get<Row[]>(`/api/metrics/power?${year}&portId=port1&portId=port2`);
    assert.ok(rows.length <= 3002 && rows.length > 2000);
    assert.deepEqual([...new Set(rows.map(({ portId }) => portId))], ['port1', 'port2']);
    assert.ok(rows.every(({ power }) => typeof power === 'number'));
  });

  it('never tells the future', async () => {
    assert.deepEqual(await api.get('/api/metrics/airco2?from=2998-01-01&to=2999-01-01&portId=port2'), []);
    const now = Date.now();
    const rows = await api.get<Row[]>(`/api/metrics/airco2?from=${now - 600_000}&to=2999-01-01&portId=port2`);
    assert.ok(rows.length > 0 && rows.every(({ time }) => Date.parse(time) <= Date.now()));
  });

  it('answers 400, 403 and 404 as the rest of the API', async () => {
    assert.equal(await api.status('/api/metrics/temperature'), 400);
    assert.equal(await api.status('/api/metrics/temperature?portId=port2&from=yesterday'), 400);
    assert.equal(await api.status('/api/metrics/temperature?portId=port2&from=2000&to=1000'), 400);
    assert.equal(await api.status('/api/metrics/mood?portId=port2'), 404);
    assert.equal(await api.status('/api/metrics/temperature?portId=none'), 404);
    assert.equal(await api.status('/api/metrics/temperature?portId=port33'), 403);
    assert.equal(await api.status('/api/metrics/temperature?portId=port2', { method: 'POST', body: {} }), 405);
  });
});
