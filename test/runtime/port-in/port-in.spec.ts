import assert from 'node:assert/strict';
import type { Status } from '../../../nodes/runtime/node-red';
import type { ConnectionStatus } from '../../../src/client/stream/stream-status';
import { eventually } from '../../support/eventually';
import { settle } from '../../support/fake-clock';
import { account, catching, inbox, ochnoNode, tab } from '../../support/flow-nodes';
import { type FlowNode, hostFlows, loadFlow, type RunningFlow } from '../../support/node-red';
import { FakeAccount } from '../fake-account';

const desk = { company: 'c1', location: 'l1', hub: 'h1', port: 'p1' };
const window = { ...desk, port: 'p2' };

const portIn = (options: object = {}): FlowNode => ochnoNode('in', 'ochno-port-in', options);

describe('ochno-port-in', () => {
  let fake: FakeAccount;

  hostFlows();
  beforeEach(() => {
    fake = new FakeAccount('c1');
  });

  const load = (options: object = {}): Promise<RunningFlow> =>
    loadFlow({ flow: [tab, account, portIn(options), inbox('out'), ...catching], open: () => fake });

  it('sends each event as one message of the documented shape', async () => {
    const flow = await load();
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
    const flow = await load({ property: 'v' });
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
    const flow = await load();
    for (const { subscriber } of fake.subscriptions) {
      subscriber.onGap({ company: 'c1', from: 1000, to: 2000, reason: 'rate' });
    }
    const [msg] = await flow.receives('caught', 1);
    assert.deepEqual(Object(msg?.ochno).gap, { from: 1000, to: 2000, reason: 'rate' });
    assert.match(Object(msg?.error).message, /more came than the broker passes on one connection/);
  });

  it('with names adds what is known of them, and no event waits', async () => {
    fake.answerLists({
      companies: [{ id: 'c1', name: 'Goople' }],
      ports: [{ id: 'p1', name: 'Left', hubId: 'h1', locationId: 'l1' }],
    });
    const flow = await load({ names: true });
    await settle();
    fake.emit(desk, 1);
    const [msg] = await flow.receives('out', 1);
    assert.deepEqual(Object(msg?.ochno).names, { company: 'Goople', port: 'Left' });
  });

  it('with show: value has the last value under it while connected', async () => {
    const flow = await load({ show: 'value' });
    fake.emit(desk, { data: { device: { lamp: { level: 40 } } } });
    fake.setStatus({ state: 'connected' }, 'c1');
    await eventually(() => /^40 % · \d\d:\d\d$/.test(String(flow.statuses('in').at(-1)?.text)), 'the value');
    assert.equal(flow.statuses('in').at(-1)?.code, 'connected');
  });

  it('with a property sends its value, the whole event beside it, and nothing if it is missing', async () => {
    const flow = await load({ property: 'data.device.lamp.level' });
    fake.emit(desk, { data: { device: { fan: {} } } });
    fake.emit(desk, { data: { device: { lamp: { level: 0 } } } });
    const [msg] = await flow.receives('out', 1);
    assert.equal(msg?.payload, 0);
    assert.deepEqual(Object(msg?.ochno).data, { data: { device: { lamp: { level: 0 } } } });
    assert.equal(flow.received('out').length, 1);
  });

  it('with emit: change sends what differs from the last of that port only', async () => {
    const flow = await load({ property: 'v', emit: 'change', deadband: '5' });
    for (const v of [10, 12, 15, 16]) fake.emit(desk, { v });
    fake.emit(window, { v: 16 });
    const messages = await flow.receives('out', 3);
    assert.deepEqual(
      messages.map(({ payload }) => payload),
      [10, 15, 16],
    );
  });

  it('is not misled by a flow that changes an object it was sent', async () => {
    const flow = await load({ emit: 'change' });
    flow.node('out').on('input', (msg) => Object.assign(Object(msg.payload), { v: 99 }));
    fake.emit(desk, { v: 1 });
    await flow.receives('out', 1);
    fake.emit(desk, { v: 1 });
    fake.emit(desk, { v: 2 });
    await flow.receives('out', 2);
    assert.equal(flow.received('out').length, 2);
  });

  it('passes on what a subscriber wants to have first', async () => {
    await load({ initial: 'connect' });
    assert.equal([...fake.subscriptions][0]?.subscriber.initial, 'connect');
  });

  it('hands bytes that are not JSON to Catch, with topic and code', async () => {
    const flow = await load();
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
      { id: `${z}-catch`, type: 'catch', z, scope: null, wires: [[`${z}-caught`]] },
      { ...inbox(`${z}-caught`), z },
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
    // A node that was late with the first one.
    fake.emitGap('c1', 1000, 2000);
    await flow.receives('t1-caught', 2);
    assert.equal(flow.received('t1-caught').length, 2);
    fake.emit(desk, 1);
    await flow.shows('t1-1', 'connected');
  });

  it('works in a subflow, with the options each instance gives, and is of the tab its instance is on', async () => {
    const subflow: FlowNode[] = [
      { id: 'sub', type: 'subflow', name: 'Desk', in: [], out: [], env: [] },
      { ...portIn({ port: `\${PORT}` }), z: 'sub', wires: [[]] },
    ];
    const instances = ['p1', 'p2'].map((port) => ({
      ...{ id: `of-${port}`, type: 'subflow:sub', z: 'tab', wires: [] },
      env: [{ name: 'PORT', value: port, type: 'str' }],
    }));
    const flow = await loadFlow({ flow: [tab, account, ...subflow, ...instances, ...catching], open: () => fake });
    assert.deepEqual(
      [...fake.subscriptions].map(({ selector }) => selector.ports),
      [['p1'], ['p2']],
    );
    fake.emitGap('c1', 1000, 2000);
    await flow.receives('caught', 1);
    assert.equal(flow.received('caught').length, 1);
  });

  it('D4: shows the connection in the words of the contract, by whole keys, which a subflow can pass on', async () => {
    fake.answerLists({ companies: [{ id: 'c1' }] });
    const flow = await load();
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
    const flow = await load({ company: 'r2d2i5b43, gone' });
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
    const flow = await load();
    assert.equal(fake.used.length, 1);
    await flow.deploy([tab, account]);
    assert.equal(fake.subscriptions.size, 0);
    assert.equal(fake.listenerCount, 0);
    assert.equal(fake.used.length, 0);
  });
});
