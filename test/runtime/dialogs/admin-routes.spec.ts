import assert from 'node:assert/strict';
import { registerAdminRoutes } from '../../../nodes/runtime/dialogs/admin-routes';
import type { Runtime } from '../../../nodes/runtime/node-red';
import { type Simulator, startSimulator } from '../../simulator';
import { tab } from '../../support/flow-nodes';
import { hostFlows, loadFlow } from '../../support/node-red';
import { company } from '../../support/simulated-office';
import { callRoute, typedAccount } from './dialog-calls';

describe('what a dialog finds out by asking', () => {
  let simulator: Simulator;

  hostFlows();
  beforeEach(async () => {
    simulator = await startSimulator();
    await loadFlow({ flow: [tab] });
  });
  afterEach(() => simulator.close());

  const post = (route: string, body: object) => callRoute(simulator, route, body);

  it('is what the chosen ports say now, and of no others', async () => {
    const account = typedAccount(simulator);
    const ask = (fields: object) => post('port-values', { account, company, location: 'loc1', hub: 'hub1', ...fields });
    const { ports } = await ask({ port: 'port1 ' });
    assert.equal(ports.length, 1);
    assert.equal(typeof ports[0].event.data.device.lamp.level, 'number');
    assert.equal((await ask({ port: '' })).ports.length, 4);
    assert.deepEqual((await ask({ port: 'gone' })).ports, []);
    assert.deepEqual((await ask({ port: 'a/b' })).problem, {
      field: 'port',
      key: 'id-character',
      values: { character: '/' },
    });
  });

  it('is the answer of a request that only reads, without what opens something else', async () => {
    const account = typedAccount(simulator);
    const ask = (request: object) => post('try', { account, request });
    const list = await ask({ resource: 'hubs', query: { companyIds: [company] } });
    assert.deepEqual([list.state, list.statusCode, list.isCut], ['ok', 200, false]);
    assert.ok(Array.isArray(JSON.parse(list.text)));
    assert.equal(JSON.parse((await ask({ resource: 'hubs', id: 'hub1' })).text).id, 'hub1');
    const keys = await ask({ resource: 'custom', path: `/api/companies/${company}/iotAccess` });
    const { secretKey, sessionToken, accessKeyId, region } = JSON.parse(keys.text);
    assert.deepEqual([secretKey, sessionToken, accessKeyId, typeof region], ['…', '…', '…', 'string']);
    assert.equal((await ask({ resource: 'hubs', id: 'gone' })).statusCode, 404);
    assert.equal((await ask({ resource: 'custom', path: '//evil.example' })).problem.key, 'path-server');
    const writing = simulator.records.requests.filter(({ method, path }) => method !== 'GET' && path !== '/auth/jwt');
    assert.deepEqual(writing, []);
  });
});

describe('registering the admin routes', () => {
  const application = () => {
    const routes: string[] = [];
    const permissions: string[] = [];
    const RED: unknown = {
      httpAdmin: { post: (path: string) => routes.push(path) },
      auth: { needsPermission: (permission: string) => permissions.push(permission) },
    };
    return { RED: RED as Runtime, routes, permissions };
  };

  it('happens once for each admin application, even one that only knows post, and asks for the right to write', () => {
    const { RED, routes, permissions } = application();
    registerAdminRoutes(RED);
    registerAdminRoutes(RED);
    assert.deepEqual(routes, ['/ochno/test-connection', '/ochno/places', '/ochno/port-values', '/ochno/try']);
    assert.deepEqual([...new Set(permissions)], ['ochno-config.write']);
  });
});
