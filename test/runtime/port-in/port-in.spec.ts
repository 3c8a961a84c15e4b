import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Status } from '../../../nodes/runtime/node-red';
import type { ConnectionStatus } from '../../../src/client/stream/stream-status';
import { eventually } from '../../support/eventually';
import { settle } from '../../support/fake-clock';
import type { FlowNode } from '../../support/node-red';
import { loadFlow, type RunningFlow, unloadFlow } from '../../support/node-red';
import { FakeAccount } from '../fake-account';

const desk = { company: 'c1', location: 'l1', hub: 'h1', port: 'p1' };
const window = { ...desk, port: 'p2' };

const tab: FlowNode = { id: 'tab', type: 'tab', label: 'Tab' };
const account: FlowNode = { id: 'acc', type: 'ochno-config', server: 'https://operated.ochno.com' };
const portIn = (options: object = {}): FlowNode => ({
  id: 'in',
  type: 'ochno-port-in',
  z: 'tab',
  account: 'acc',
  wires: [['out']],
  ...options,
});
const out: FlowNode = { id: 'out', type: 'helper', z: 'tab', wires: [] };
const catchAll: FlowNode = { id: 'catcher', type: 'catch', z: 'tab', scope: null, wires: [['caught']] };
const caught: FlowNode = { id: 'caught', type: 'helper', z: 'tab', wires: [] };

describe('ochno-port-in', () => {
  let fake: FakeAccount;

  before(() => helper.startServer());
  after(() => helper.stopServer());
  beforeEach(() => {
    fake = new FakeAccount('c1');
  });
  afterEach(unloadFlow);

  const load = (...nodes: FlowNode[]): Promise<RunningFlow> =>
    loadFlow({ flow: [tab, account, ...nodes], open: () => fake });
  const anyPort = { locations: undefined, hubs: undefined, ports: undefined };
  const onlySelector = () => [...fake.subscriptions].map(({ selector }) => selector);

  it('sends each event as one message of the documented shape', async () => {
    const flow = await load(portIn(), out);
    fake.emit(desk, { data: { device: { lamp: { level: 7 } } } });
    fake.emit(desk, 'text', 'snapshot');
    const [event, snapshot] = await flow.receives('out', 2);
    assert.match(event?._msgid ?? '', /^[0-9a-f]{16}$/);
    assert.notEqual(event?._msgid, snapshot?._msgid);
    assert.deepEqual(
      { ...event, _msgid: '' },
      {
        _msgid: '',
        topic: '/ports/c1/l1/h1/p1',
        payload: { data: { device: { lamp: { level: 7 } } } },
        ochno: { ...desk, event: 'event', receivedAt: 1_700_000_000_000 },
      },
    );
    assert.equal(snapshot?.payload, 'text');
    assert.deepEqual(snapshot?.ochno, { ...desk, event: 'snapshot', receivedAt: 1_700_000_000_000 });
  });

  it('A13: marks what the broker kept, and nothing else', async () => {
    const flow = await load(portIn({ property: 'v' }), out);
    const event = { topic: 't', address: desk, data: { v: 1 }, receivedAt: 5, kind: 'event' } as const;
    for (const { subscriber } of fake.subscriptions) {
      subscriber.onEvent({ ...event, queued: true });
      subscriber.onEvent(event);
    }
    const [kept, live] = await flow.receives('out', 2);
    assert.equal(Object(kept?.ochno).queued, true);
    assert.ok(!('queued' in Object(live?.ochno)));
  });

  it('tells a gap of a rate from one of an outage', async () => {
    const flow = await load(portIn(), out, catchAll, caught);
    for (const { subscriber } of fake.subscriptions) {
      subscriber.onGap({ company: 'c1', from: 1000, to: 2000, reason: 'rate' });
    }
    const [msg] = await flow.receives('caught', 1);
    assert.deepEqual(Object(msg?.ochno).gap, { from: 1000, to: 2000, reason: 'rate' });
    assert.match(Object(msg?.error).message, /more came than the broker passes on one connection/);
  });

  it('with names adds what is known of them, and no event waits', async () => {
    const rows: Record<string, object[]> = {
      '/api/companies': [{ id: 'c1', name: 'Goople' }],
      '/api/ports': [{ id: 'p1', name: 'Left', hubId: 'h1', locationId: 'l1' }],
    };
    fake.answerRequest = async ({ method, path }) => ({
      ...{ statusCode: 200, headers: {}, body: rows[path] ?? [] },
      ...{ method, path },
    });
    const flow = await load(portIn({ names: true }), out);
    await settle();
    fake.emit(desk, 1);
    const [msg] = await flow.receives('out', 1);
    assert.deepEqual(Object(msg?.ochno).names, { company: 'Goople', port: 'Left' });
  });

  it('with show: value has the last value under it while connected', async () => {
    const flow = await load(portIn({ show: 'value' }), out);
    fake.emit(desk, { data: { device: { lamp: { level: 40 } } } });
    fake.setStatus({ state: 'connected' }, 'c1');
    await eventually(() => /^40 % · \d\d:\d\d$/.test(String(flow.statuses('in').at(-1)?.text)), 'the value');
    assert.equal(flow.statuses('in').at(-1)?.code, 'connected');
  });

  it('with a property sends its value, the whole event beside it, and nothing where it is missing', async () => {
    const flow = await load(portIn({ property: 'data.device.lamp.level' }), out);
    fake.emit(desk, { data: { device: { fan: {} } } });
    fake.emit(desk, { data: { device: { lamp: { level: 0 } } } });
    const [msg] = await flow.receives('out', 1);
    assert.equal(msg?.payload, 0);
    assert.deepEqual(Object(msg?.ochno).data, { data: { device: { lamp: { level: 0 } } } });
    assert.equal(flow.received('out').length, 1);
  });

  it('with emit: change sends what differs from the last of that port only', async () => {
    const flow = await load(portIn({ property: 'v', emit: 'change', deadband: '5' }), out);
    for (const v of [10, 12, 15, 16]) fake.emit(desk, { v });
    fake.emit(window, { v: 16 });
    const messages = await flow.receives('out', 3);
    assert.deepEqual(
      messages.map(({ payload }) => payload),
      [10, 15, 16],
    );
  });

  it('is not misled by a flow that changes an object it was sent', async () => {
    const flow = await load(portIn({ emit: 'change' }), out);
    flow.node('out').on('input', (msg) => Object.assign(Object(msg.payload), { v: 99 }));
    fake.emit(desk, { v: 1 });
    await flow.receives('out', 1);
    fake.emit(desk, { v: 1 });
    fake.emit(desk, { v: 2 });
    await flow.receives('out', 2);
    assert.equal(flow.received('out').length, 2);
  });

  describe('selects', () => {
    it("the account's company and any port where all is empty", async () => {
      await load(portIn(), out);
      assert.deepEqual(onlySelector(), [{ ...anyPort, company: 'c1' }]);
    });

    it('ids and lists of ids on every level, one subscription for each company', async () => {
      await load(portIn({ company: 'a, b', location: 'l1', hub: '+', port: 'p1,p2' }), out);
      assert.deepEqual(onlySelector(), [
        { ...anyPort, company: 'a', locations: ['l1'], ports: ['p1', 'p2'] },
        { ...anyPort, company: 'b', locations: ['l1'], ports: ['p1', 'p2'] },
      ]);
    });

    it('every company the account lists where the company is +', async () => {
      const flow = await load(portIn({ company: '+' }), out);
      await eventually(() => fake.subscriptions.size === 2, 'two subscriptions');
      assert.deepEqual(onlySelector(), [
        { ...anyPort, company: 'r2d2i5b43' },
        { ...anyPort, company: 'a11iNc3p0' },
      ]);
      fake.setStatus({ state: 'connected' }, 'r2d2i5b43');
      fake.setStatus({ state: 'connecting' }, 'a11iNc3p0');
      await flow.shows('in', 'connecting');
      fake.setStatus({ state: 'connected' }, 'a11iNc3p0');
      await flow.shows('in', 'connected');
    });

    it('nothing where no company is known, and is then not configured', async () => {
      fake = new FakeAccount();
      const flow = await load(portIn(), out);
      assert.deepEqual(flow.codes('in'), ['not configured']);
      assert.equal(fake.subscriptions.size, 0);
      assert.match(flow.logged('error').join('\n'), /No company/);
    });

    it('nothing where an id can not be one, and names it', async () => {
      const flow = await load(portIn({ hub: 'h/1' }), out);
      assert.equal(flow.codes('in').at(-1), 'not configured');
      assert.equal(fake.subscriptions.size, 0);
      assert.match(flow.logged('error').join('\n'), /hub.*h\/1/);
    });
  });

  it('passes on what a subscriber wants to have first', async () => {
    await load(portIn({ initial: 'connect' }), out);
    assert.equal([...fake.subscriptions][0]?.subscriber.initial, 'connect');
  });

  it('hands bytes that are not JSON to Catch, with topic and code', async () => {
    const flow = await load(portIn(), out, catchAll, caught);
    fake.emitUnreadable(desk, Buffer.from([0xff, 0x00]));
    const [msg] = await flow.receives('caught', 1);
    assert.equal(Object(msg?.error).code, 'OCHNO_PAYLOAD');
    assert.equal(Object(msg?.error).source.id, 'in');
    assert.equal(msg?.topic, '/ports/c1/l1/h1/p1');
    assert.ok(Buffer.isBuffer(msg?.payload));
    assert.deepEqual([...Buffer.from(Object(msg?.payload))], [0xff, 0x00]);
    fake.emit(desk, 1);
    await flow.receives('out', 1);
    assert.equal(flow.received('out').length, 1);
  });

  it('speaks of a gap once on each tab, by one of its nodes', async () => {
    const twice = (z: string): FlowNode[] => [
      { id: z, type: 'tab', label: z },
      { ...catchAll, id: `${z}-catch`, z, wires: [[`${z}-caught`]] },
      { ...caught, id: `${z}-caught`, z },
      { ...portIn(), id: `${z}-1`, z, wires: [[]] },
      { ...portIn(), id: `${z}-2`, z, wires: [[]] },
    ];
    const flow = await loadFlow({ flow: [account, ...twice('t1')], open: () => fake });
    // The helper can load a flow with one Catch node only.
    await flow.deploy([account, ...twice('t1'), ...twice('t2')]);
    fake.setStatus({ state: 'connected' }, 'c1');
    fake.emitGap('c1', 1000, 2000);
    const [one] = await flow.receives('t1-caught', 1);
    await flow.receives('t2-caught', 1);
    assert.equal(Object(one?.error).code, 'OCHNO_GAP');
    assert.deepEqual(Object(one?.ochno).gap, { from: 1000, to: 2000, reason: 'outage' });
    await flow.shows('t1-1', 'gap');
    await flow.shows('t1-2', 'connected');
    fake.emitGap('c1', 5000, 6000);
    await flow.receives('t1-caught', 2);
    assert.equal(flow.received('t1-caught').length, 2);
    fake.emit(desk, 1);
    await flow.shows('t1-1', 'connected');
  });

  it('works in a subflow, with the options each instance gives, and is of the tab its instance is on', async () => {
    const subflow: FlowNode = { id: 'sub', type: 'subflow', name: 'Desk', in: [], out: [], env: [] };
    const inside: FlowNode = {
      id: 'inside',
      type: 'ochno-port-in',
      z: 'sub',
      account: 'acc',
      port: `\${PORT}`,
      wires: [[]],
    };
    const instance = (id: string, port: string): FlowNode => ({
      id,
      type: 'subflow:sub',
      z: 'tab',
      env: [{ name: 'PORT', value: port, type: 'str' }],
      wires: [],
    });
    const flow = await load(subflow, inside, instance('one', 'p1'), instance('two', 'p2'), catchAll, caught);
    assert.deepEqual(onlySelector(), [
      { ...anyPort, company: 'c1', ports: ['p1'] },
      { ...anyPort, company: 'c1', ports: ['p2'] },
    ]);
    fake.emitGap('c1', 1000, 2000);
    await flow.receives('caught', 1);
    assert.equal(flow.received('caught').length, 1);
  });

  it('D4: shows the connection in the words of the contract, by whole keys, which a subflow can pass on', async () => {
    fake.answerRequest = async ({ method, path }) => ({
      ...{ statusCode: 200, headers: {}, body: [{ id: 'c1' }] },
      ...{ method, path },
    });
    const flow = await load(portIn(), out);
    const states: [ConnectionStatus, Status][] = [
      [{ state: 'connecting' }, { fill: 'yellow', shape: 'ring', code: 'connecting' }],
      [
        { state: 'disconnected', reason: 'dns' },
        { fill: 'red', shape: 'ring', code: 'dns' },
      ],
      [{ state: 'disconnected' }, { fill: 'red', shape: 'ring', code: 'disconnected' }],
      [{ state: 'log-in refused' }, { fill: 'red', shape: 'ring', code: 'log-in refused' }],
      [{ state: 'connected' }, { fill: 'green', shape: 'dot', code: 'connected' }],
    ];
    for (const [state, { fill, shape, code = '' }] of states) {
      fake.setStatus(state, 'c1');
      await flow.shows('in', code);
      const text = `@ochno/node-red-ochno/ochno-port-in:status.${code}`;
      assert.deepEqual(flow.statuses('in').at(-1), { fill, shape, text, code });
    }
    assert.deepEqual(
      flow.codes('in'),
      states.map(([, { code }]) => code),
    );
  });

  it('D7: shows why there is no stream, and that it is the company if nothing else explains it', async () => {
    const flow = await load(portIn({ company: 'r2d2i5b43, gone' }), out);
    fake.setStatus({ state: 'disconnected', reason: 'dns' }, 'gone');
    await flow.shows('in', 'dns');
    fake.setStatus({ state: 'disconnected', reason: 'forbidden' }, 'gone');
    await flow.shows('in', 'no company');
    assert.equal(fake.requests.length, 1);
    fake.setStatus({ state: 'disconnected' }, 'r2d2i5b43');
    fake.setStatus({ state: 'connected' }, 'gone');
    await settle();
    assert.equal(fake.requests.length, 1);
  });

  it('lets go of its subscriptions and listeners when it is closed', async () => {
    const flow = await load(portIn(), out);
    assert.equal(fake.used.length, 1);
    await flow.deploy([tab, account]);
    assert.equal(fake.subscriptions.size, 0);
    assert.equal(fake.listenerCount, 0);
    assert.equal(fake.used.length, 0);
  });
});
