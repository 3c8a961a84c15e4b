import assert from 'node:assert/strict';
import { findAccountNode } from '../../nodes/runtime/account/account-node';
import { type Simulator, startSimulator } from '../simulator';
import { eventually } from '../support/eventually';
import { catching, inbox, ochnoNode, tab } from '../support/flow-nodes';
import {
  type FlowNode,
  hostFlows,
  loadFlow,
  type RunningFlow,
  registerTlsConfig,
  unloadFlow,
} from '../support/node-red';
import { accountAt, company, credentialsOf, lampOf, loadOffice } from '../support/simulated-office';

describe('the nodes and a platform', () => {
  let simulator: Simulator;

  hostFlows();
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.close());

  const load = (nodes: readonly FlowNode[], options?: object): Promise<RunningFlow> =>
    loadOffice(simulator, nodes, options);

  it('log in once, ask for stream credentials once and share one connection, twenty of them', async () => {
    const many = Array.from({ length: 18 }, (_, index) => ochnoNode(`in${index}`, 'ochno-port-in'));
    const flow = await load([
      ...many,
      ochnoNode('act', 'ochno-action-out'),
      ochnoNode('rest', 'ochno-rest'),
      inbox('out'),
    ]);
    for (const { id } of many) await flow.shows(id, 'connected');
    flow.node('rest').receive({});
    await flow.receives('out', 1);
    await simulator.emit(lampOf(simulator), { button: { pushed: true } });
    await flow.receives('out', 19);
    const { records } = simulator;
    assert.deepEqual([records.logIns, records.iotAccesses, records.openConnections], [1, 1, 1]);

    await flow.deploy([tab, accountAt(simulator)], 'nodes');
    await eventually(() => records.openConnections === 0 && records.logOuts === 1, 'the goodbye');
    assert.equal(records.disconnects, 1);
  });

  it('have a stream of their own for each account node, though two hold the same account', async () => {
    const accounts = ['acc1', 'acc2'];
    const flow = await loadFlow({
      flow: [
        tab,
        ...accounts.map((id) => accountAt(simulator, { id })),
        ...accounts.map((account) => ochnoNode(`of-${account}`, 'ochno-port-in', { account })),
        inbox('out'),
      ],
      credentials: credentialsOf(simulator, accounts),
    });
    for (const account of accounts) await flow.shows(`of-${account}`, 'connected');
    await simulator.emit(lampOf(simulator), { button: { pushed: true } });
    await flow.receives('out', 2);
    const { connects, closes, openConnections } = simulator.records;
    assert.equal(new Set(connects.map(({ clientId }) => clientId)).size, 2);
    assert.deepEqual([connects.length, closes.length, openConnections], [2, 0, 2]);
  });

  it('show log-in refused on every node and do not try again', async () => {
    const nodes = ['port-in', 'action-out', 'rest'].map((name) => ochnoNode(name, `ochno-${name}`));
    const flow = await loadFlow({
      flow: [tab, accountAt(simulator), ...nodes, inbox('out'), ...catching],
      credentials: { acc: { email: simulator.email, password: 'wrong' } },
    });
    await flow.shows('port-in', 'log-in refused');
    await flow.shows('action-out', 'log-in refused');
    flow.node('rest').receive({});
    await eventually(
      () => flow.received('caught').some(({ error }) => Object(error).code === 'OCHNO_LOGIN'),
      'the error of the rest node',
    );
    await flow.shows('rest', 'login');
    assert.equal(simulator.records.refusedLogIns, 1);
    assert.doesNotMatch(JSON.stringify(flow.received('caught')), /wrong"/);
  });

  it('have a lamp obey, and send on what was sent once the port shows it', async () => {
    const address = lampOf(simulator);
    const flow = await load([
      ochnoNode('act', 'ochno-action-out', { ...address, confirm: true, wires: [['done']] }),
      ochnoNode('in', 'ochno-port-in', { ...address, property: 'data.device.lamp.level' }),
      inbox('out'),
      inbox('done'),
      ...catching,
    ]);
    flow.node('act').receive({ payload: 33 });
    const [msg] = await flow.receives('done', 1);
    assert.deepEqual(Object(msg?.ochno).sent, { level: 33 });
    assert.deepEqual(Object(msg?.ochno).topic, `/action/${company}/${address.location}/${address.hub}/${address.port}`);
    const levels = await flow.receives('out', 4);
    assert.equal(levels.at(-1)?.payload, 33);
    flow.node('act').receive({ payload: '+10' });
    await flow.receives('done', 2);
    assert.deepEqual(Object(flow.received('done')[1]?.ochno).sent, { level: 43 });
    flow.node('act').receive({ payload: { level: 400 } });
    const [refused] = await flow.receives('caught', 1);
    assert.equal(Object(refused?.error).code, 'OCHNO_VALUE');
    assert.match(Object(refused?.error).message, /level.*400/);
  });

  it('keep the stream of a company that a message names once a command went out, and none of one that is not there', async () => {
    const flow = await load([ochnoNode('act', 'ochno-action-out', { timeout: 1 }), inbox('out'), ...catching], {
      company: '',
    });
    const statusOf = (id: string) => findAccountNode(flow.RED, 'acc')?.shared.current?.status(id).state;
    for (const payload of [10, 'toggle']) {
      flow.node('act').receive({ payload, ochno: { ...lampOf(simulator), company: 'nobody' } });
    }
    const failed = await flow.receives('caught', 2);
    assert.ok(failed.every(({ error }) => Object(error).code === 'OCHNO_TIMEOUT'));
    flow.node('act').receive({ payload: 10, ochno: lampOf(simulator) });
    await flow.receives('out', 1);
    await flow.shows('act', 'connected');
    assert.equal(simulator.records.openConnections, 1);
    await eventually(() => statusOf('nobody') !== 'disconnected', 'its stream is closed');
    assert.equal(simulator.records.openConnections, 1, 'the other is not');
  });

  it('report unreadable payloads with their bytes, and go on with the next event', async () => {
    const { location, hub, port } = lampOf(simulator);
    const topic = `/ports/${company}/${location}/${hub}/${port}`;
    const flow = await load([ochnoNode('in', 'ochno-port-in'), inbox('out'), ...catching]);
    await flow.shows('in', 'connected');
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const unreadable = ['{"a":', '', deep, Buffer.alloc(120_000, 0xfe)].map((bytes) => Buffer.from(bytes));
    for (const bytes of unreadable) await simulator.publish(topic, bytes);
    await simulator.publish(topic, '{"__proto__":{"polluted":true},"t":1}');
    const [good] = await flow.receives('out', 1);
    assert.deepEqual(good?.payload, { t: 1 });
    assert.equal(Object({}).polluted, undefined);
    const errors = await flow.receives('caught', 4);
    for (const [index, bytes] of unreadable.entries()) {
      const msg = errors[index];
      assert.equal(Object(msg?.error).code, 'OCHNO_PAYLOAD');
      assert.equal(msg?.topic, topic);
      assert.ok(Buffer.isBuffer(msg?.payload) && bytes.equals(msg.payload));
    }
  });

  it('speak of a gap once if the broker lost the session', async () => {
    const flow = await load([
      ochnoNode('a', 'ochno-port-in'),
      ochnoNode('b', 'ochno-port-in'),
      inbox('out'),
      ...catching,
    ]);
    await flow.shows('a', 'connected');
    await flow.shows('b', 'connected');
    simulator.forgetSessions();
    simulator.dropConnections('reset');
    const [msg] = await flow.receives('caught', 1);
    assert.equal(Object(msg?.error).code, 'OCHNO_GAP');
    const { from, to } = Object(msg?.ochno).gap;
    assert.ok(from <= to && to <= Date.now());
    await eventually(
      () => [...flow.statuses('a'), ...flow.statuses('b')].some(({ code }) => code === 'gap'),
      'the status',
    );
    assert.equal(flow.received('caught').length, 1);
    await simulator.emit(lampOf(simulator), { t: 1 });
    await flow.receives('out', 2);
    await flow.shows('a', 'connected');
    await flow.shows('b', 'connected');
  });

  it('send the present state first if that is asked for', async () => {
    const address = lampOf(simulator);
    const flow = await load([ochnoNode('in', 'ochno-port-in', { ...address, initial: 'start' }), inbox('out')]);
    const [msg] = await flow.receives('out', 1);
    assert.equal(Object(msg?.ochno).event, 'snapshot');
    assert.equal(msg?.topic, `/ports/${company}/${address.location}/${address.hub}/${address.port}`);
  });

  it('listen to every company the account lists, a stream each', async () => {
    const flow = await load([ochnoNode('in', 'ochno-port-in', { company: '+' }), inbox('out')]);
    await flow.shows('in', 'connected');
    assert.equal(simulator.records.openConnections, 2);
    assert.equal(simulator.records.logIns, 1);
  });

  it('D7: say that the account does not have the company', async () => {
    const nodes = ['ochno-port-in', 'ochno-action-out'].map((type) => ochnoNode(type, type, { company: 'n0where' }));
    const flow = await load([...nodes, inbox('out')]);
    for (const id of ['ochno-port-in', 'ochno-action-out']) {
      await flow.shows(id, 'no company');
      assert.equal(flow.statuses(id).at(-1)?.fill, 'red');
    }
  });

  it('trust what their TLS configuration trusts, over REST and the stream', async () => {
    await simulator.close();
    simulator = await startSimulator({ tls: true });
    const listening = [ochnoNode('in', 'ochno-port-in'), inbox('out')];
    const flow = await loadFlow({
      flow: [
        ...[tab, accountAt(simulator, { tls: 'trust' }), ...listening],
        { id: 'trust', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: true },
      ],
      credentials: { ...credentialsOf(simulator), trust: { cadata: simulator.ca ?? '' } },
      modules: [registerTlsConfig],
    });
    await flow.shows('in', 'connected');
    await unloadFlow();
    const distrusting = await load(listening);
    await distrusting.shows('in', 'tls');
  });

  it('read, change and fail over REST as documented', async () => {
    const flow = await load([
      ochnoNode('all', 'ochno-rest'),
      ochnoNode('change', 'ochno-rest', { operation: 'update', target: company }),
      ochnoNode('one', 'ochno-rest', { resource: 'ports', operation: 'get', target: 'no-such-port' }),
      inbox('out'),
      ...catching,
    ]);
    flow.node('change').receive({ payload: { name: 'Renamed' } });
    const [updated] = await flow.receives('out', 1);
    assert.equal(Object(updated?.payload).name, 'Renamed');
    flow.node('all').receive({});
    const [, listed] = await flow.receives('out', 2);
    assert.equal(Object(listed?.payload)[0].name, 'Renamed');
    assert.equal(listed?.statusCode, 200);
    assert.deepEqual(Object(listed?.ochno).request, { method: 'GET', path: '/api/companies' });
    flow.node('one').receive({});
    const [msg] = await flow.receives('caught', 1);
    assert.equal(msg?.statusCode, 404);
    assert.equal(Object(msg?.error).code, 'OCHNO_HTTP');
    assert.equal(Object(msg?.error).cause.statusCode, 404);
  });
});
