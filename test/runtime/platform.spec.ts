import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import { findAccountNode } from '../../nodes/runtime/account/account-node';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator';
import { eventually } from '../support/eventually';
import { type FlowNode, loadFlow, type RunningFlow, registerTlsConfig, unloadFlow } from '../support/node-red';

const company = 'r2d2i5b43';
const tab: FlowNode = { id: 'tab', type: 'tab', label: 'Tab' };
const helperNode = (id: string): FlowNode => ({ id, type: 'helper', z: 'tab', wires: [] });
const catcher: FlowNode[] = [
  { id: 'catcher', type: 'catch', z: 'tab', scope: null, wires: [['caught']] },
  helperNode('caught'),
];
const node = (id: string, type: string, options: object = {}): FlowNode => ({
  id,
  type,
  z: 'tab',
  account: 'acc',
  wires: [['out']],
  ...options,
});

describe('the nodes and a platform', () => {
  let simulator: Simulator;

  before(() => helper.startServer());
  after(() => helper.stopServer());
  afterEach(async () => {
    await unloadFlow();
    await simulator.close();
  });

  const start = async (options: SimulatorOptions = {}): Promise<void> => {
    simulator = await startSimulator(options);
  };
  const load = (
    nodes: readonly FlowNode[],
    options: object = {},
    password = simulator.password,
  ): Promise<RunningFlow> =>
    loadFlow({
      flow: [tab, { id: 'acc', type: 'ochno-config', server: simulator.url, company, ...options }, ...nodes],
      credentials: { acc: { email: simulator.email, password } },
      modules: [registerTlsConfig],
    });
  /** The ids of a port of the company that has a lamp. */
  const lamp = () => {
    const ports = [...simulator.building.ports.values()];
    const port = ports.find(
      ({ companyId, data }) => companyId === company && JSON.stringify(data).includes('"lamp":{'),
    );
    assert.ok(port, 'the building has a lamp');
    return { company, location: port.locationId, hub: port.hubId, port: port.id };
  };

  it('log in once, ask for stream credentials once and share one connection, twenty of them', async () => {
    await start();
    const many = Array.from({ length: 18 }, (_, index) => node(`in${index}`, 'ochno-port-in'));
    const flow = await load([...many, node('act', 'ochno-action-out'), node('rest', 'ochno-rest'), helperNode('out')]);
    for (const { id } of many) await flow.shows(id, 'connected');
    flow.node('rest').receive({});
    await flow.receives('out', 1);
    await simulator.emit(lamp(), { button: { pushed: true } });
    await flow.receives('out', 19);
    const { records } = simulator;
    assert.deepEqual([records.logIns, records.iotAccesses, records.openConnections], [1, 1, 1]);

    await flow.deploy([tab, { id: 'acc', type: 'ochno-config', server: simulator.url, company }], 'nodes');
    await eventually(() => records.openConnections === 0 && records.logOuts === 1, 'the goodbye');
    assert.equal(records.disconnects, 1);
  });

  it('have a stream of their own for each account node, though two hold the same account', async () => {
    await start();
    const account = (id: string): FlowNode => ({ id, type: 'ochno-config', server: simulator.url, company });
    const login = { email: simulator.email, password: simulator.password };
    const listening = ['in1', 'in2'].map((id, index) =>
      node(id, 'ochno-port-in', { account: ['acc1', 'acc2'][index] }),
    );
    const flow = await loadFlow({
      flow: [tab, account('acc1'), account('acc2'), ...listening, helperNode('out')],
      credentials: { acc1: login, acc2: login },
    });
    for (const { id } of listening) await flow.shows(id, 'connected');
    await simulator.emit(lamp(), { button: { pushed: true } });
    await flow.receives('out', 2);
    const { connects, closes, openConnections } = simulator.records;
    assert.equal(new Set(connects.map(({ clientId }) => clientId)).size, 2);
    assert.deepEqual([connects.length, closes.length, openConnections], [2, 0, 2]);
  });

  it('go on with the session of an account inside a subflow after a deploy, in each instance', async () => {
    await start();
    const inner = { z: 'sub', account: 'acc', company: '', location: '', hub: '', wires: [] };
    const instance = (id: string): FlowNode => ({ id, type: 'subflow:sub', z: 'tab', name: id, wires: [['out']] });
    const nodes: FlowNode[] = [
      tab,
      { id: 'sub', type: 'subflow', name: 'Sub', in: [], out: [{ x: 0, y: 0, wires: [{ id: 'in', port: 0 }] }] },
      { id: 'acc', type: 'ochno-config', z: 'sub', server: simulator.url, company },
      { id: 'in', type: 'ochno-port-in', ...inner },
      ...['one', 'two'].map(instance),
      helperNode('out'),
    ];
    const { records } = simulator;
    const login = { email: simulator.email, password: simulator.password };
    const flow = await loadFlow({ flow: nodes, credentials: { acc: login } });
    await eventually(() => records.subscribes.length === 2, 'two streams');
    await flow.deploy(nodes);
    await eventually(() => records.connects.length === 4 && records.openConnections === 2, 'two new connections');
    await simulator.emit(lamp(), { button: { pushed: true } });
    await flow.receives('out', 2);
    const ids = records.connects.map(({ clientId }) => clientId);
    assert.deepEqual(new Set(ids.slice(2)), new Set(ids.slice(0, 2)));
    assert.deepEqual(
      records.connects.map(({ sessionPresent }) => sessionPresent),
      [false, false, true, true],
    );
  });

  it('show log-in refused on every node and do not try again', async () => {
    await start();
    const flow = await load(
      [
        node('in', 'ochno-port-in'),
        node('act', 'ochno-action-out'),
        node('rest', 'ochno-rest'),
        helperNode('out'),
        ...catcher,
      ],
      {},
      'wrong',
    );
    await flow.shows('in', 'log-in refused');
    await flow.shows('act', 'log-in refused');
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
    await start();
    const address = lamp();
    const flow = await load([
      node('act', 'ochno-action-out', { ...address, confirm: true, wires: [['done']] }),
      node('in', 'ochno-port-in', { ...address, property: 'data.device.lamp.level' }),
      helperNode('out'),
      helperNode('done'),
      ...catcher,
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
    await start();
    const flow = await load([node('act', 'ochno-action-out', { timeout: 1 }), helperNode('out'), ...catcher], {
      company: '',
    });
    const statusOf = (id: string) => findAccountNode(flow.RED, 'acc')?.shared.current?.status(id).state;
    for (const payload of [10, 'toggle']) {
      flow.node('act').receive({ payload, ochno: { ...lamp(), company: 'nobody' } });
    }
    const failed = await flow.receives('caught', 2);
    assert.ok(failed.every(({ error }) => Object(error).code === 'OCHNO_TIMEOUT'));
    flow.node('act').receive({ payload: 10, ochno: lamp() });
    await flow.receives('out', 1);
    await flow.shows('act', 'connected');
    assert.equal(simulator.records.openConnections, 1);
    await eventually(() => statusOf('nobody') !== 'disconnected', 'its stream is closed');
    assert.equal(simulator.records.openConnections, 1, 'the other is not');
  });

  it('report unreadable payloads with their bytes, and go on with the next event', async () => {
    await start();
    const { location, hub, port } = lamp();
    const topic = `/ports/${company}/${location}/${hub}/${port}`;
    const flow = await load([node('in', 'ochno-port-in'), helperNode('out'), ...catcher]);
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

  it('speak of a gap once where the broker lost the session', async () => {
    await start();
    const flow = await load([node('a', 'ochno-port-in'), node('b', 'ochno-port-in'), helperNode('out'), ...catcher]);
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
    await simulator.emit(lamp(), { t: 1 });
    await flow.receives('out', 2);
    await flow.shows('a', 'connected');
    await flow.shows('b', 'connected');
  });

  it('send the present state first where that is asked for', async () => {
    await start();
    const address = lamp();
    const flow = await load([node('in', 'ochno-port-in', { ...address, initial: 'start' }), helperNode('out')]);
    const [msg] = await flow.receives('out', 1);
    assert.equal(Object(msg?.ochno).event, 'snapshot');
    assert.equal(msg?.topic, `/ports/${company}/${address.location}/${address.hub}/${address.port}`);
  });

  it('listen to every company the account lists, a stream each', async () => {
    await start();
    const flow = await load([node('in', 'ochno-port-in', { company: '+' }), helperNode('out')]);
    await flow.shows('in', 'connected');
    assert.equal(simulator.records.openConnections, 2);
    assert.equal(simulator.records.logIns, 1);
  });

  it('D7: say that the account does not have the company', async () => {
    await start();
    const nodes = ['ochno-port-in', 'ochno-action-out'].map((type) => node(type, type, { company: 'n0where' }));
    const flow = await load([...nodes, helperNode('out')]);
    for (const id of ['ochno-port-in', 'ochno-action-out']) {
      await flow.shows(id, 'no company');
      assert.equal(flow.statuses(id).at(-1)?.fill, 'red');
    }
  });

  it('trust what their TLS configuration trusts, over REST and the stream', async () => {
    await start({ tls: true });
    const tls: FlowNode = { id: 'trust', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: true };
    const nodes = [tls, node('in', 'ochno-port-in'), helperNode('out')];
    const flow = await loadFlow({
      flow: [tab, { id: 'acc', type: 'ochno-config', server: simulator.url, company, tls: 'trust' }, ...nodes],
      credentials: {
        acc: { email: simulator.email, password: simulator.password },
        trust: { cadata: simulator.ca ?? '' },
      },
      modules: [registerTlsConfig],
    });
    await flow.shows('in', 'connected');
    await unloadFlow();
    const distrusting = await load([node('in', 'ochno-port-in'), helperNode('out')]);
    await distrusting.shows('in', 'tls');
  });

  it('read, change and fail over REST as documented', async () => {
    await start();
    const flow = await load([
      node('all', 'ochno-rest'),
      node('change', 'ochno-rest', { operation: 'update', target: company }),
      node('one', 'ochno-rest', { resource: 'ports', operation: 'get', target: 'no-such-port' }),
      helperNode('out'),
      ...catcher,
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

  it('miss nothing in deploys that restart them and not their account', async () => {
    await start();
    const address = lamp();
    const nodesNamed = (name: string): FlowNode[] => [
      tab,
      { id: 'acc', type: 'ochno-config', server: simulator.url, company },
      node('in', 'ochno-port-in', { ...address, name, property: 'data.n' }),
      helperNode('out'),
    ];
    const flow = await load(nodesNamed('0').slice(2));
    await flow.shows('in', 'connected');
    let published = 0;
    let isOver = false;
    const publishing = (async () => {
      for (; !isOver; published += 1) await simulator.emit(address, { n: published });
    })();
    try {
      for (const name of ['1', '2', '3', '4', '5']) await flow.deploy(nodesNamed(name), 'nodes');
    } finally {
      isOver = true;
      await publishing;
    }
    // The inbox is filled once more by each deploy: what counts is which messages came.
    const came = (): Set<unknown> => new Set(flow.received('out').map(({ payload }) => payload));
    await eventually(() => came().size === published, `${published} events`, { state: () => `${came().size} came.` });
    assert.equal(new Set(flow.received('out').map(({ _msgid }) => _msgid)).size, published);
    const { connects, unsubscribes } = simulator.records;
    assert.deepEqual([connects.length, unsubscribes.length], [1, 0]);
  });

  it('leave one connection after many deploys, and none at the end', async () => {
    await start();
    const nodes = [node('in', 'ochno-port-in'), helperNode('out')];
    const flow = await load(nodes);
    for (let keepalive = 31; keepalive < 41; keepalive += 1) {
      await flow.deploy([
        tab,
        { id: 'acc', type: 'ochno-config', server: simulator.url, company, keepalive },
        ...nodes,
      ]);
    }
    await flow.shows('in', 'connected');
    await eventually(() => simulator.records.openConnections === 1, 'one connection');
    await simulator.emit(lamp(), { t: 1 });
    await flow.receives('out', 1);
    await flow.deploy([tab]);
    await eventually(() => simulator.records.openConnections === 0, 'no connection');
    assert.equal(simulator.records.logOuts, simulator.records.logIns);
  });
});
