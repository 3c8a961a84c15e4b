import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Message } from '../../../nodes/runtime/node-red';
import { type PortAddress, selects } from '../../../src/protocol/topics/address';
import { eventually } from '../../support/eventually';
import { settle } from '../../support/fake-clock';
import { account, catching, completing, inbox, ochnoNode, tab } from '../../support/flow-nodes';
import { type FlowNode, hostFlows, loadFlow, type RunningFlow } from '../../support/node-red';
import { FakeAccount } from '../fake-account';

const address = (hub: string, port: string): PortAddress => ({ company: 'c1', location: 'l1', hub, port });

const rows = [
  { id: 'p1', hubId: 'h1', locationId: 'l1', data: { device: { lamp: { level: 40 } } } },
  { id: 'p2', hubId: 'h1', locationId: 'l1', data: { device: { sensor: { temperature: 21 } } } },
  { id: 'p1', hubId: 'h2', locationId: 'l1', data: { device: { lamp: { level: 0 } } } },
];

const portIn = (options: object = {}): FlowNode => ochnoNode('in', 'ochno-port-in', options);

describe('control messages of ochno-port-in', () => {
  let fake: FakeAccount;
  let flow: RunningFlow;

  hostFlows();
  beforeEach(() => {
    fake = new FakeAccount('c1');
    fake.answerLists({ ports: rows });
  });

  const start = async (options: object = {}): Promise<void> => {
    const nodes: FlowNode[] = [
      ...[tab, account, portIn({ control: true, inputs: 1, ...options })],
      ...[inbox('out'), ...catching, ...completing('in')],
    ];
    flow = await loadFlow({ flow: nodes, open: () => fake });
  };

  /** Sends a control message and waits for its outcome. */
  const control = async (action: unknown, ochno?: unknown): Promise<void> => {
    const before = outcomes();
    flow.node('in').receive({ _msgid: 'control', action, ochno } as Message);
    await eventually(() => outcomes() > before, `an outcome of ${String(action)}`);
    await settle();
    assert.equal(outcomes(), before + 1);
  };
  const outcomes = (): number => flow.received('completed').length + flow.received('caught').length;

  /** An event of a port as the client hands it out: to whoever selects it. */
  const happens = (at: PortAddress): void => {
    for (const { selector, subscriber } of [...fake.subscriptions]) {
      if (!selects(selector, at)) continue;
      subscriber.onEvent({ topic: 't', address: at, data: {}, receivedAt: 0, kind: 'event' });
    }
  };
  const heard = async (at: PortAddress): Promise<number> => {
    const before = flow.received('out').length;
    happens(at);
    await settle();
    return flow.received('out').length - before;
  };
  const lastCaught = (): { code: string; message: string } => Object(flow.received('caught').at(-1)?.error);
  const subscriptions = async (): Promise<unknown> => {
    await control('subscriptions');
    return flow.received('out').at(-1)?.payload;
  };

  it('read: the present state of all it listens to, with the properties of the control message', async () => {
    await start({ hub: 'h1', property: 'data.device' });
    flow.node('in').receive({ _msgid: 'control', action: 'read', kept: { by: 'me' } } as Message);
    const messages = await flow.receives('out', 2);
    assert.deepEqual(
      messages.map(({ _msgid, kept, payload }) => [_msgid, kept, payload]),
      [
        ['control', { by: 'me' }, { lamp: { level: 40 } }],
        ['control', { by: 'me' }, { sensor: { temperature: 21 } }],
      ],
    );
    const { receivedAt, data, ...ochno } = Object(messages[0]?.ochno);
    assert.deepEqual(ochno, { ...address('h1', 'p1'), event: 'snapshot' });
    assert.equal(typeof receivedAt, 'number');
    assert.equal(Object(data).id, 'h1');
    assert.equal(messages[0]?.topic, '/ports/c1/l1/h1/p1');
    await eventually(() => outcomes() === 1, 'the outcome');
    assert.equal(flow.received('caught').length, 0);
  });

  it('read: of an address, whether it listens there or not, with ids as text, number, list or +', async () => {
    await start({ hub: 'h1' });
    for (const [ochno, count] of [
      [{ hub: 'h2' }, 1],
      [{ location: 'l1', hub: '+', port: 'p1' }, 2],
      [{ hub: ' h1 , h2 ' }, 3],
      [{ hub: ['h1', 'h2'], port: ['p1'] }, 2],
      [{ hub: ['+'] }, 3],
      [{ hub: 5 }, 0],
      [{ company: ' ', hub: 'h2' }, 1],
      [{ location: ' ', hub: '' }, 2],
      [{ hub: 'h1', event: 'event', receivedAt: 5 }, 2],
    ] as const) {
      const before = flow.received('out').length;
      await control('read', ochno);
      assert.equal(flow.received('out').length - before, count, JSON.stringify(ochno));
    }
    assert.equal(flow.received('caught').length, 0);
  });

  it('read: sends what was sent before, too, and each message its own', async () => {
    await start({ hub: 'h1', port: 'p1', emit: 'change' });
    await control('read');
    await control('read');
    const [one, two] = flow.received('out');
    assert.deepEqual(one?.payload, two?.payload);
    assert.notEqual(one?.payload, two?.payload);
  });

  it('A15: read: looks through very many ports in slices of one answer after another, though none has what is wanted', async () => {
    let copied = 0;
    const data = {
      get others() {
        copied += 1;
        return {};
      },
    };
    const all = Array.from({ length: 10_000 }, (_, id) => ({ id, hubId: 'h1', locationId: 'l1', data }));
    fake.answerLists({ ports: all });
    await start({ property: 'data.nothing' });
    for (let n = 0; n < 5; n += 1) flow.node('in').receive({ _msgid: `control${n}`, action: 'read' } as Message);
    for (let before = 0; outcomes() < 5; before = copied) {
      await nextTurn();
      assert.ok(copied - before <= 1_000, `${copied - before} in one turn`);
    }
    assert.equal(copied, 50_000);
    assert.equal(flow.received('out').length, 0);
  });

  it('read: hands on why the platform did not answer', async () => {
    await start();
    fake.answerRequest = () => Promise.reject(new Error('gone'));
    await control('read');
    assert.match(lastCaught().message, /gone/);
  });

  it('subscribe and unsubscribe: add to and take from what it listens to, each event once', async () => {
    await start({ hub: 'h1' });
    assert.equal(await heard(address('h2', 'p1')), 0);
    await control('subscribe', { hub: 'h2' });
    assert.equal(await heard(address('h2', 'p1')), 1);
    await control('subscribe', { hub: 'h2', port: 'p1' });
    await control('subscribe', { hub: '+', port: 'p1' });
    assert.equal(await heard(address('h2', 'p1')), 1);
    assert.equal(await heard(address('h1', 'p1')), 1);
    await control('unsubscribe', { hub: ['h1', 'h2'], port: 'p1' });
    assert.equal(await heard(address('h1', 'p1')), 0);
    assert.equal(await heard(address('h2', 'p1')), 0);
    assert.equal(await heard(address('h3', 'p1')), 1);
    assert.equal(await heard(address('h2', 'p2')), 1);
    await control('unsubscribe', { location: '+' });
    assert.equal(await heard(address('h3', 'p1')), 0);
    assert.equal(fake.subscriptions.size, 0);
    await control('subscribe', address('h1', 'p1'));
    assert.equal(await heard(address('h1', 'p1')), 1);
    assert.equal(flow.received('caught').length, 0);
  });

  it('subscriptions: the addresses, and what was taken from them', async () => {
    await start({ hub: 'h1', port: 'p1, p2' });
    const own = { company: 'c1', location: '+', hub: 'h1', port: 'p1,p2' };
    assert.deepEqual(await subscriptions(), [own]);
    await control('subscribe', { company: 'c2', hub: 5 });
    await control('unsubscribe', { hub: 'h1', port: 'p1' });
    assert.deepEqual(await subscriptions(), [
      { ...own, except: [{ company: 'c1', location: '+', hub: 'h1', port: 'p1' }] },
      { company: 'c2', location: '+', hub: '5', port: '+' },
    ]);
    await control('unsubscribe', { hub: 'h9' });
    await control('subscribe', { hub: 'h1', port: 'p1' });
    assert.equal(await heard(address('h1', 'p1')), 1);
  });

  it('are forgotten with the next deploy', async () => {
    await start({ hub: 'h1' });
    await control('subscribe', { hub: 'h2' });
    await flow.deploy([tab, account, portIn({ control: true, inputs: 1, hub: 'h1' })]);
    assert.equal(fake.subscriptions.size, 1);
  });

  it('of any other kind are OCHNO_VALUE, and say what to write', async () => {
    await start({ hub: 'h1' });
    for (const [action, ochno, message] of [
      [undefined, undefined, /msg\.action is undefined: it has to be read, subscribe, unsubscribe or subscriptions/],
      ['READ', undefined, /"READ"/],
      [{ read: true }, undefined, /an object/],
      ['subscribe', undefined, /names no ports to subscribe/],
      ['unsubscribe', {}, /names no ports to unsubscribe/],
      ['unsubscribe', { company: null, location: '', hub: ' ' }, /names no ports to unsubscribe/],
      ['subscribe', 'h1', /msg\.ochno has to be an object/],
      ['subscribe', { hub: 'a/b' }, /msg\.ochno\.hub.*a\/b/],
      ['subscribe', { hub: [] }, /msg\.ochno\.hub is an empty array/],
      ['read', { port: { id: 1 } }, /msg\.ochno\.port.*an object/],
      ['read', { company: ['c1', '+'] }, /msg\.ochno\.company/],
    ] as const) {
      await control(action, ochno);
      assert.equal(lastCaught().code, 'OCHNO_VALUE', String(message));
      assert.match(lastCaught().message, message);
    }
    assert.equal(fake.subscriptions.size, 1);
    assert.equal(flow.received('out').length, 0);
  });

  it('get the reason if the node is not configured', async () => {
    await start({ hub: 'h/1' });
    await control('read');
    assert.match(lastCaught().message, /h\/1/);
  });
});
