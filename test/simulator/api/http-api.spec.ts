import assert from 'node:assert/strict';
import type { Company, Hub, Location, Port } from '../building/building-model';
import { foreignCompany } from '../building/building-plan';
import { type Simulator, type SimulatorOptions, startSimulator } from '../index';
import { ApiProbe, call } from '../probe/probe-api';

const goople = 'r2d2i5b43';

interface Problem {
  readonly message: string;
}

describe("the simulator's HTTP API", () => {
  let simulator: Simulator;
  let api: ApiProbe;

  async function start(options?: SimulatorOptions): Promise<void> {
    simulator = await startSimulator(options);
    api = await ApiProbe.logIn(simulator);
  }

  afterEach(() => simulator.close());

  describe('objects', () => {
    beforeEach(() => start());

    it('lists the companies of the account as a bare array, and no other', async () => {
      const companies = await api.get<Company[]>('/api/companies');
      assert.deepEqual(companies[0], {
        id: goople,
        name: 'Goople',
        type: 'Building Tenant',
        logotype: '',
        website: '',
      });
      assert.deepEqual(
        companies.map(({ id }) => id),
        [goople, 'a11iNc3p0'],
      );
    });

    it('replaces the whole of a company, as the documented example does', async () => {
      const body = { name: 'Goodle', type: 'Building Tenant' };
      const first = { name: 'Goople', website: 'https://goople.example' };
      await api.call(`/api/companies/${goople}`, { method: 'PUT', body: first });
      const answer = await api.call(`/api/companies/${goople}`, { method: 'PUT', body });
      assert.equal(answer.status, 200);
      assert.deepEqual(answer.json(), { id: goople, ...body, logotype: '', website: '' });
      assert.deepEqual(await api.get(`/api/companies/${goople}`), answer.json());
    });

    it('filters lists by repeated parameters', async () => {
      const ports = await api.get<Port[]>('/api/ports?hubIds=hub1&hubIds=hub3');
      assert.deepEqual([...new Set(ports.map(({ hubId }) => hubId))], ['hub1', 'hub3']);
      assert.equal(ports.length, 8);
      assert.equal((await api.get<Port[]>(`/api/ports?companyIds=${goople}`)).length, 16);
      assert.equal((await api.get<Port[]>('/api/ports?ids=port2&ids=port5&hubIds=hub1')).length, 1);
      assert.equal((await api.get<Hub[]>('/api/hubs?locationIds=loc2')).length, 2);
      assert.equal((await api.get<Hub[]>('/api/hubs?floorPlanIds=floor1&floorPlanIds=floor2')).length, 4);
      assert.equal((await api.get<Location[]>('/api/floorPlans?locationIds=loc1')).length, 1);
      assert.deepEqual(await api.get('/api/ports?hubIds=nowhere'), []);
    });

    it("shows in a port's data what its events said", async () => {
      await simulator.emit(simulator.building.address('port2'), {
        device: { sensor: { motion: true, temperature: 30 } },
      });
      const { data } = await api.get<Port>('/api/ports/port2');
      assert.equal(data.device?.sensor?.temperature, 30);
      assert.equal(data.device?.sensor?.motion, true);
      assert.equal(data.portId, 'port2');
      assert.equal(data.connected, true);
    });

    it('creates, reads, replaces and deletes', async () => {
      const created = await api.call('/api/locations', { method: 'POST', body: { name: 'Attic', companyId: goople } });
      assert.equal(created.status, 201);
      const { id } = created.json<Location>();
      const body = { name: 'Loft "Ü"', companyId: goople, data: { floor: 9 } };
      assert.equal(await api.status(`/api/locations/${id}`, { method: 'PUT', body }), 200);
      assert.deepEqual(await api.get(`/api/locations/${id}`), { id, ...body });
      assert.equal(await api.status(`/api/locations/${id}`, { method: 'DELETE' }), 204);
      assert.equal(await api.status(`/api/locations/${id}`), 404);
    });

    it('puts a new floor plan, hub and port where the body says', async () => {
      const create = async <T>(path: string, body: object): Promise<T> =>
        (await api.call(path, { method: 'POST', body })).json<T>();
      const plan = await create<Location>('/api/floorPlans', { name: 'Roof', locationId: 'loc1' });
      const hub = await create<Hub>('/api/hubs', { name: 'Mast', floorPlanId: plan.id, hwId: 'A1' });
      assert.equal(hub.companyId, goople);
      const port = await create<Port>('/api/ports', { name: 'Top', hubId: hub.id });
      assert.deepEqual([port.locationId, port.floorPlanId, port.hubId], ['loc1', plan.id, hub.id]);
      assert.equal(port.data.connected, false);
      assert.equal(simulator.building.address(port.id).hub, hub.id);
    });

    it('takes away what is inside a thing that is deleted', async () => {
      assert.equal(await api.status('/api/locations/loc1', { method: 'DELETE' }), 204);
      assert.equal(await api.status('/api/hubs/hub1'), 404);
      assert.equal(await api.status('/api/ports/port1'), 404);
      assert.equal((await api.get<Port[]>(`/api/ports?companyIds=${goople}`)).length, 8);
      assert.equal(await api.status(`/api/companies/${goople}`, { method: 'DELETE' }), 204);
      assert.deepEqual(await api.get(`/api/locations?companyIds=${goople}`), []);
    });

    it('keeps ids, and keeps live data out of the hands of a PUT', async () => {
      const before = await api.get<Port>('/api/ports/port1');
      const body = { ...before, name: 'Renamed', data: { connected: false } };
      const after = (await api.call('/api/ports/port1', { method: 'PUT', body })).json<Port>();
      assert.deepEqual(after, { ...before, name: 'Renamed' });
      assert.equal(await api.status('/api/ports/port1', { method: 'PUT', body: { ...body, id: 'port2' } }), 400);
    });

    it('answers 400 to a bad body, with a message that names the field', async () => {
      const put = (body: unknown): Promise<string> =>
        api.call(`/api/companies/${goople}`, { method: 'PUT', body }).then((answer) => {
          assert.equal(answer.status, 400);
          return answer.json<Problem>().message;
        });
      assert.match(await put({ type: 'x' }), /"name" is missing/);
      assert.match(await put({ name: 7 }), /"name" must be text/);
      assert.match(await put('{'), /not JSON/);
      assert.match(await put('7'), /JSON object/);
      const post = (path: string, body: unknown): Promise<number> => api.status(path, { method: 'POST', body });
      assert.equal(await post('/api/locations', { name: 'x' }), 400);
      assert.equal(await post('/api/locations', { name: 'x', companyId: 'nobody' }), 400);
      assert.equal(await post('/api/locations', { name: 'x', companyId: goople, data: [] }), 400);
      assert.equal(await post('/api/locations', `"${'x'.repeat(1024 * 1024)}"`), 413);
    });

    it('answers 404 to what is not there and 403 to what is someone else’s', async () => {
      for (const path of [
        '/nothing',
        '/api',
        '/api/nothing',
        '/api/hubs/none',
        '/api/hubs/hub1/none',
        '/api/companies/x/iotAccess',
      ]) {
        assert.equal(await api.status(path), 404, path);
      }
      const foreign = [...simulator.building.ports.values()].find(({ companyId }) => companyId === foreignCompany.id);
      assert.ok(foreign);
      assert.equal(await api.status(`/api/ports/${foreign.id}`), 403);
      assert.equal(await api.status(`/api/companies/${foreignCompany.id}`, { method: 'DELETE' }), 403);
      assert.equal(await api.status(`/api/companies/${foreignCompany.id}/iotAccess`), 403);
      const body = { name: 'x', companyId: foreignCompany.id };
      assert.equal(await api.status('/api/locations', { method: 'POST', body }), 403);
    });

    it('answers 405 with what is allowed, and 400 to a path with stray per cent signs', async () => {
      const answer = await api.call('/api/companies', { method: 'DELETE' });
      assert.equal(answer.status, 405);
      assert.equal(answer.headers.allow, 'GET, POST');
      assert.equal(await api.status('/api/%zz'), 400);
    });

    it('sends Date, and keeps secrets out of its records', async () => {
      assert.ok(Date.parse(String((await api.call('/api/companies')).headers.date)));
      const text = JSON.stringify(simulator.records);
      assert.ok(!text.includes(api.token));
      assert.ok(!text.includes(simulator.password));
      const last = simulator.records.requests.at(-1);
      assert.equal(last?.headers.authorization, 'JWT …');
      assert.equal(last?.path, '/api/companies');
    });
  });

  describe('ETags', () => {
    it('gives one for each object and refuses with 412 a change to something already changed', async () => {
      await start({ etags: true });
      const path = `/api/companies/${goople}`;
      const etag = String((await api.call(path)).headers.etag);
      const put = (name: string): Promise<number> =>
        api.status(path, { method: 'PUT', body: { name }, headers: { 'If-Match': etag } });
      assert.equal(await put('First'), 200);
      assert.equal(await put('Second'), 412);
      assert.equal((await api.get<Company>(path)).name, 'First');
      assert.equal(await api.status(path, { method: 'DELETE', headers: { 'If-Match': '*' } }), 204);
    });

    it('is the same for a port whose live data changed', async () => {
      await start({ etags: true });
      const etag = async (): Promise<unknown> => (await api.call('/api/ports/port2')).headers.etag;
      const before = await etag();
      simulator.building.setSensor('port2', { temperature: 40 });
      assert.equal(await etag(), before);
    });

    it('gives none unless asked for', async () => {
      await start();
      assert.equal((await api.call(`/api/companies/${goople}`)).headers.etag, undefined);
    });
  });

  it('cuts lists into pages joined by Link', async () => {
    await start({ pageSize: 7 });
    let path: string | undefined = `/api/ports?companyIds=${goople}`;
    const ids: string[] = [];
    let pages = 0;
    while (path !== undefined) {
      const answer = await api.call(path);
      ids.push(...answer.json<Port[]>().map(({ id }) => id));
      pages++;
      path = /<([^>]+)>; rel="next"/.exec(String(answer.headers.link ?? ''))?.[1];
    }
    assert.equal(pages, 3);
    assert.deepEqual(
      ids,
      Array.from({ length: 16 }, (_, index) => `port${index + 1}`),
    );
  });

  it('keeps the picture of a floor plan as the bytes it was put as', async () => {
    await start();
    const path = '/api/floorPlans/floor1/image';
    const blank = await api.call(path);
    assert.deepEqual([blank.status, blank.headers['content-type']], [200, 'image/png']);
    const headers = { 'Content-Type': 'image/svg+xml' };
    assert.equal(await api.status(path, { method: 'PUT', body: '<svg/>', headers }), 204);
    assert.equal((await api.call(path)).text, '<svg/>');
    assert.equal(await api.status(path, { method: 'PUT', body: {} }), 415);
    assert.equal(await api.status(path, { method: 'DELETE' }), 405);
  });

  it('gives stream credentials with all that is documented', async () => {
    await start({ iotTtlSeconds: 1800 });
    const access = await api.streamAccess();
    assert.ok(Math.abs(Date.parse(access.expiration) - Date.now() - 1_800_000) < 60_000);
    assert.deepEqual(Object.keys(access), [
      'accessKeyId',
      'secretKey',
      'sessionToken',
      'expiration',
      'region',
      'host',
      'port',
      'protocol',
    ]);
    assert.deepEqual([access.host, access.port, access.protocol], ['127.0.0.1', simulator.gatewayPort, 'ws']);
    assert.equal(simulator.records.iotAccesses, 1);
  });

  it('serves https with its own authority', async () => {
    await start({ tls: true });
    assert.match(simulator.url, /^https:\/\/localhost:/);
    assert.equal(await api.status('/api/companies'), 200);
    assert.equal((await api.streamAccess()).protocol, 'wss');
    await assert.rejects(call({ url: simulator.url }, '/api/companies'), /self.signed|unable to/i);
  });

  for (const [tls, reason] of [
    ['expired', /expired/],
    ['wrong-host', /localhost.*does not match|altnames/i],
  ] as const) {
    it(`serves a certificate to be refused: ${tls}`, async () => {
      simulator = await startSimulator({ tls });
      await assert.rejects(call(simulator, '/api/companies'), reason);
    });
  }

  it('lists 10 000 ports', async () => {
    await start({ companies: 1, locations: 10, hubs: 100, ports: 10 });
    assert.equal((await api.get<Port[]>('/api/ports')).length, 10_000);
    assert.equal((await api.get<Port[]>('/api/ports?hubIds=hub500')).length, 10);
  });
});
