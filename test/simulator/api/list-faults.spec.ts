import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../index';
import { Probe, until } from '../probe/probe';
import { ApiProbe } from '../probe/probe-api';

describe('the faults of what the HTTP API lists', () => {
  let simulator: Simulator;
  let api: ApiProbe;

  beforeEach(async () => {
    simulator = await startSimulator({ etags: true });
    api = await ApiProbe.logIn(simulator);
  });

  afterEach(() => simulator.close());

  it('etag-rewritten has tags that the platform does not know again', async () => {
    const path = '/api/hubs/hub1';
    const tag = async (): Promise<string> => String((await api.call(path)).headers.etag);
    const good = await tag();
    const hub = await api.get<object>(path);
    const put = (ifMatch: string): Promise<number> =>
      api.status(path, { method: 'PUT', body: hub, headers: { 'If-Match': ifMatch } });
    for (const [how, rewritten] of [
      [true, `${good.slice(0, -1)}-gzip"`],
      ['weak', `W/${good}`],
    ] as const) {
      simulator.fault('etag-rewritten', how);
      assert.equal(await tag(), rewritten);
      assert.equal(await put(rewritten), 412);
      assert.equal(await put(good), 200);
    }
  });

  it('partial-lists holds back half of a list, and says how much there is', async () => {
    const whole = await api.get<unknown[]>('/api/hubs');
    const half = whole.slice(0, whole.length / 2);
    simulator.fault('partial-lists', ';path=hubs');
    const total = await api.call('/api/hubs');
    assert.deepEqual([total.status, total.headers['x-total-count']], [200, String(whole.length)]);
    assert.deepEqual(total.json(), half);
    assert.equal((await api.call('/api/locations')).headers['x-total-count'], undefined);
    simulator.fault('partial-lists', 206);
    const range = await api.call('/api/hubs');
    assert.deepEqual(
      [range.status, range.headers['content-range']],
      [206, `items 0-${half.length - 1}/${whole.length}`],
    );
    assert.deepEqual(range.json(), half);
    simulator.fault('partial-lists', 204);
    const empty = await api.call('/api/hubs');
    assert.deepEqual([empty.status, empty.text], [204, '']);
  });

  it('odd-company lists one whose id no topic can hold', async () => {
    const ids = async (): Promise<string[]> => (await api.get<{ id: string }[]>('/api/companies')).map(({ id }) => id);
    const before = await ids();
    simulator.fault('odd-company');
    assert.deepEqual(await ids(), [...before, 'ACME/West']);
    simulator.fault('odd-company', 'a+b');
    assert.deepEqual(await ids(), [...before, 'a+b']);
  });

  it('hub-off obeys nothing and tells nothing, and the lists say what they said', async () => {
    simulator.fault('hub-off', 'hub1');
    const client = await Probe.connect(simulator);
    await client.subscribe('/ports/r2d2i5b43/#');
    const action = { id: 'hub1', data: { portId: 'port1', device: { lamp: { level: 40 } } } };
    client.sendPublish('/action/r2d2i5b43/loc1/hub1/port1', JSON.stringify(action));
    await client.wait('puback');
    await until('the action is ignored', () => simulator.records.ignoredActions.at(-1)?.reason === 'the hub is off');
    const { data } = await api.get<{ data: { device: { lamp: { level: number } } } }>('/api/ports/port1');
    assert.equal(data.device.lamp.level, 0);
    simulator.fault('hub-off', false);
    client.sendPublish('/action/r2d2i5b43/loc1/hub1/port1', JSON.stringify(action));
    await client.wait('publish', 4);
    client.close();
  });
});
