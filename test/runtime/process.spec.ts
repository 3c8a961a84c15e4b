import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../simulator';
import { ochnoNode, tab } from '../support/flow-nodes';
import { type FlowNode, type NodeRedOptions, type NodeRedProcess, startNodeRed } from '../support/node-red';
import { accountAt, company, credentialsOf, portOf } from '../support/simulated-office';

const bcrypt: { hashSync(text: string, rounds: number): string } = require('bcryptjs');

describe('the built package in a Node-RED of its own', () => {
  let simulator: Simulator;
  let nodeRed: NodeRedProcess | undefined;

  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(async () => {
    await nodeRed?.stop();
    nodeRed = undefined;
    await simulator.close();
  });

  const flow = (): FlowNode[] => [
    ...[tab, accountAt(simulator, { server: `\${OCHNO_TEST_SERVER}` })],
    ochnoNode('in', 'ochno-port-in', { wires: [['log']] }),
    { id: 'log', type: 'debug', z: 'tab', active: true, console: true, complete: 'payload', wires: [] },
  ];
  const start = async (options: NodeRedOptions = {}): Promise<NodeRedProcess> => {
    nodeRed = await startNodeRed({
      flow: flow(),
      credentials: credentialsOf(simulator),
      environment: { OCHNO_TEST_SERVER: simulator.url },
      ...options,
    });
    return nodeRed;
  };
  const typed = () => ({ id: 'new', server: simulator.url, email: simulator.email, password: simulator.password });

  it('connects, logs no secret, and says goodbye when Node-RED is stopped', async () => {
    const running = await start();
    await running.logged(/is connected/);
    const { location, hub, port } = portOf(simulator);
    await simulator.publish(`/ports/${company}/${location}/${hub}/${port}`, '"an event"');
    await running.logged(/an event/);
    assert.equal(await running.stop(), 0);
    assert.doesNotMatch(running.log(), new RegExp(`${simulator.password}|eyJ|X-Amz-`));
    assert.doesNotMatch(running.log(), /Close timed out|uncaught/i);
    const { records } = simulator;
    assert.deepEqual([records.logIns, records.logOuts, records.openConnections, records.disconnects], [1, 1, 0, 1]);
  });

  it('lets only those use the admin routes who may change flows, under any admin root', async () => {
    const user = (username: string, permissions: string) => ({
      username,
      password: bcrypt.hashSync(username, 4),
      permissions,
    });
    const adminAuth = { type: 'credentials', users: [user('writer', '*'), user('reader', 'read')] };
    const { url } = await start({ settings: { httpAdminRoot: '/building/red', adminAuth } });
    const token = async (name: string): Promise<string> => {
      const form = { client_id: 'node-red-admin', grant_type: 'password', scope: '*', username: name, password: name };
      const answer = await fetch(`${url}/auth/token`, { method: 'POST', body: new URLSearchParams(form) });
      return Object(await answer.json()).access_token;
    };
    const post = (route: string, authorization: object = {}) =>
      fetch(`${url}/ochno/${route}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...authorization },
        body: JSON.stringify({ ...typed(), account: typed() }),
      });
    const asReader = { Authorization: `Bearer ${await token('reader')}` };
    const asWriter = { Authorization: `Bearer ${await token('writer')}` };
    const before = simulator.records.logIns;
    for (const route of ['test-connection', 'places']) {
      assert.equal((await post(route)).status, 401);
      assert.equal((await post(route, asReader)).status, 401);
    }
    assert.equal(simulator.records.logIns, before);
    const tested = await post('test-connection', asWriter);
    assert.equal(Object(await tested.json()).steps[3].state, 'ok');
    const places = await post('places', asWriter);
    assert.equal(Object(await places.json()).companies.length, 2);
    assert.equal((await fetch(`${url}/ochno/places`, { headers: asWriter })).status, 404);
  });

  it('runs without an editor', async () => {
    const running = await start({ settings: { httpAdminRoot: false } });
    await running.logged(/is connected/);
  });
});
