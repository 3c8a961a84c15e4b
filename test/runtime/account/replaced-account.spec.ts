import assert from 'node:assert/strict';
import { catching, inbox } from '../../support/flow-nodes';
import { type FlowNode, hostFlows, loadFlow, type RunningFlow } from '../../support/node-red';
import { FakeAccount } from '../fake-account';

const port = { company: 'c1', location: 'l1', hub: 'h1', port: 'p1' };
const chosen = `\${ACC}`;

const account = (id = 'acc', options: object = {}): FlowNode => ({
  id,
  type: 'ochno-config',
  server: 'https://operated.ochno.com',
  ...options,
});
const env = (id: string) => [{ name: 'ACC', type: 'conf-type', value: id }];
const tab = (id = 'acc'): FlowNode => ({ id: 'tab', type: 'tab', label: 'Tab', env: env(id) });
const users = (z = 'tab'): FlowNode[] => [
  { id: 'in', type: 'ochno-port-in', z, account: chosen, wires: [['heard']] },
  { id: 'act', type: 'ochno-action-out', z, account: chosen, ...port, wires: [['sent']] },
  { id: 'rest', type: 'ochno-rest', z, account: chosen, wires: [['read']] },
];
const outlets = ['heard', 'sent', 'read'].map(inbox);

describe('nodes that name their account by a variable', () => {
  let fakes: FakeAccount[];

  hostFlows();
  beforeEach(() => {
    fakes = [];
  });

  const load = (...flow: FlowNode[]): Promise<RunningFlow> =>
    loadFlow({
      flow,
      open: () => {
        const fake = new FakeAccount('c1');
        fakes.push(fake);
        return fake;
      },
    });

  const allWorkWith = async (flow: RunningFlow, fake: FakeAccount | undefined): Promise<void> => {
    assert.ok(fake);
    const count = flow.received('heard').length + 1;
    fake.emit(port, { count });
    for (const id of ['act', 'rest']) flow.node(id).receive({ payload: 1 });
    for (const id of ['heard', 'sent', 'read']) await flow.receives(id, count);
    assert.equal(fake.sent.length, 1);
    assert.equal(fake.calls.length, 1);
  };

  for (const type of ['nodes', 'flows', 'full'] as const) {
    it(`A9: go on with the account that a deploy of type ${type} changed`, async () => {
      const rest = [...users(), ...outlets, ...catching];
      const flow = await load(tab(), account(), ...rest);
      await allWorkWith(flow, fakes[0]);
      await flow.deploy([tab(), account('acc', { keepalive: 60 }), ...rest], type);
      await allWorkWith(flow, fakes[1]);
      fakes[1]?.setStatus({ state: 'connected' }, 'c1');
      await flow.shows('in', 'connected');
      assert.equal(fakes.length, 2);
      assert.deepEqual(fakes[0]?.closed, [true]);
      assert.equal(fakes[0]?.subscriptions.size, 0);
      assert.equal(fakes[0]?.listenerCount, 0);
      assert.deepEqual(flow.received('caught'), []);
    });
  }

  it('A9: go on with an account inside a subflow property, too', async () => {
    const subflow: FlowNode = { id: 'sub', type: 'subflow', name: 'Desk', in: [], out: [], env: env('') };
    const [inside] = users('sub');
    const flow: FlowNode[] = [
      ...[tab(), subflow, { ...inside, wires: [] } as FlowNode],
      { id: 'one', type: 'subflow:sub', z: 'tab', env: env('acc'), wires: [] },
    ];
    const running = await load(...flow, account());
    assert.equal(fakes[0]?.subscriptions.size, 1);
    await running.deploy([...flow, account('acc', { company: 'c2' })], 'nodes');
    assert.equal(fakes[0]?.subscriptions.size, 0);
    assert.equal(fakes[1]?.subscriptions.size, 1);
  });

  it('A9: go on with another account that the variable names from now on', async () => {
    const rest = [...users(), ...outlets, account('acc'), account('other')];
    const flow = await load(tab(), ...rest);
    await allWorkWith(flow, fakes[0]);
    await flow.deploy([tab('other'), ...rest], 'nodes');
    await allWorkWith(flow, fakes.at(-1));
    assert.equal(fakes[0]?.subscriptions.size, 0);
  });

  it('A9: say so while there is no such account, and go on when it is back', async () => {
    const rest = [...users(), ...outlets, ...catching];
    const flow = await load(tab(), account(), ...rest);
    await flow.deploy([tab(), ...rest], 'nodes');
    await flow.shows('in', 'not configured');
    flow.node('act').receive({ payload: 1 });
    const [msg] = await flow.receives('caught', 1);
    assert.match(Object(msg?.error).message, /account "acc" is missing/);
    assert.match(flow.logged('error').join('\n'), /ochno-port-in: Not configured: The account "acc" is missing/);
    await flow.deploy([tab(), account(), ...rest], 'nodes');
    await allWorkWith(flow, fakes[1]);
  });

  it('give a message that comes in between its one outcome', async () => {
    const rest = [...users(), ...outlets, ...catching];
    const flow = await load(tab(), account(), ...rest);
    let endClose: () => void = () => undefined;
    const first = fakes[0];
    assert.ok(first);
    first.answerClose = () =>
      new Promise((resolve) => {
        endClose = resolve;
      });
    const deployed = flow.deploy([tab(), account('acc', { keepalive: 60 }), ...rest], 'nodes');
    const { receives } = flow;
    while (first.closed.length === 0) await new Promise((resolve) => setImmediate(resolve));
    flow.node('act').receive({ payload: 1 });
    const [msg] = await receives('caught', 1);
    assert.equal(Object(msg?.error).code, 'OCHNO_CLOSED');
    endClose();
    await deployed;
    await allWorkWith(flow, fakes[1]);
  });
});
