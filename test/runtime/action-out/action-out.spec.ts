import assert from 'node:assert/strict';
import type { Message } from '../../../nodes/runtime/node-red';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { eventually } from '../../support/eventually';
import { hostFlows, loadFlow, type RunningFlow, unloadFlow } from '../../support/node-red';
import { FakeAccount } from '../fake-account';
import { actionOutFlow, fixed, withoutActionOut } from './action-out-flow';

describe('ochno-action-out', () => {
  let fake: FakeAccount;

  hostFlows();
  beforeEach(() => {
    fake = new FakeAccount('c1');
  });

  const load = (options: object = {}): Promise<RunningFlow> =>
    loadFlow({ flow: actionOutFlow(options), open: () => fake });

  it('sends the value to the port of its options and the same message on, extended by what was sent', async () => {
    const flow = await load({ ...fixed, confirm: true, timeout: '2.5' });
    flow.node('act').receive({ payload: 40, topic: 'kept', ochno: { mine: 1 } });
    const [msg] = await flow.receives('out', 1);
    const [command] = fake.sent;
    assert.deepEqual(command?.targets, [{ company: 'c1', location: 'l1', hub: 'h1', port: 'p1' }]);
    assert.equal(command?.command, 'lamp');
    assert.equal(command?.value, 40);
    assert.equal(command?.confirm, true);
    assert.equal(command?.timeoutMs, 2500);
    assert.equal(msg?.topic, 'kept');
    assert.deepEqual(msg?.ochno, {
      mine: 1,
      company: 'c1',
      location: 'l1',
      hub: 'h1',
      port: 'p1',
      topic: '/action/c1/l1/h1/p1',
      sent: 40,
    });
    await flow.receives('completed', 1);
    assert.equal(flow.received('caught').length, 0);
  });

  const throwing = (name: string, msg: Partial<Message>): Partial<Message> =>
    Object.defineProperty(msg, name, { enumerable: true, get: () => assert.fail(`${name} can't be read`) });
  const nested = (): object => Array.from({ length: 20_000 }).reduce<object>((inner) => ({ inner }), {});
  const uncopyable: readonly [string, () => Partial<Message>, string][] = [
    ['whose payload throws when it is read', () => throwing('payload', { kept: 1 }), "payload can't be read"],
    ['that nests too deep', () => ({ kept: 1, payload: 40, ochno: { port: 'a/b' }, deep: nested() }), 'a/b'],
  ];
  for (const [what, message, reason] of uncopyable) {
    it(`gives Catch nodes what can be copied of a message ${what}, and stops showing that it works`, async () => {
      const flow = await load({ location: 'l1', hub: 'h1', port: what.includes('nests') ? '' : 'p1' });
      flow.node('act').receive(message());
      const [caught] = await flow.receives('caught', 1);
      assert.equal(caught?.kept, 1);
      assert.ok(Object(caught?.error).message.includes(reason));
      assert.equal(caught?.deep, undefined);
      await eventually(() => flow.statuses('act').at(-1)?.fill === 'red', 'the failure');
      assert.equal(flow.received('out').length, 0);
    });
  }

  it('stops showing that it works once a message is out that Complete nodes can not be given', async () => {
    const flow = await load(fixed);
    flow.node('act').receive({ payload: 40, deep: nested() });
    await flow.receives('out', 1);
    await eventually(() => flow.codes('act').includes('sending') && flow.codes('act').at(-1) !== 'sending', 'the rest');
    assert.equal(flow.received('caught').length, 0);
    assert.match(flow.logged('error').join(), /call stack/);
  });

  it('is not configured if an option is not an id, and each input gets the reason', async () => {
    const flow = await load({ ...fixed, hub: 'a#b' });
    flow.node('act').receive({ payload: 1 });
    const [msg] = await flow.receives('caught', 1);
    assert.equal(Object(msg?.error).code, 'OCHNO_VALUE');
    assert.equal(flow.codes('act').at(-1), 'not configured');
    assert.equal(flow.logged('error').length, 1);
  });

  it('takes its value from where the typed input points', async () => {
    const values: readonly [string, string, unknown][] = [
      ['35', 'num', 35],
      ['toggle', 'str', 'toggle'],
      ['{"level":5}', 'json', { level: 5 }],
      ['payload * 2', 'jsonata', 20],
      ['true', 'bool', true],
      ['nothing.here', 'msg', undefined],
      ['', 'num', undefined],
      ['level', 'flow', 77],
      ['level', 'global', 78],
      ['HOME', 'env', process.env.HOME],
    ];
    for (const [value, valueType, expected] of values) {
      const flow = await load({ ...fixed, value, valueType });
      const context = flow.node('act').context();
      context.flow.set('level', 77);
      context.global.set('level', 78);
      flow.node('act').receive({ payload: 10 });
      await flow.receives('out', 1);
      assert.deepEqual(fake.sent.at(-1)?.value, expected, valueType);
      await unloadFlow();
    }
  });

  it('reports a value that can not be read, and keeps running', async () => {
    const flow = await load({ ...fixed, value: '{"level":', valueType: 'json' });
    flow.node('act').receive({ payload: 1 });
    const [msg] = await flow.receives('caught', 1);
    assert.equal(Object(msg?.error).code, 'OCHNO_VALUE');
    assert.equal(fake.sent.length, 0);
  });

  it('names an environment variable that a value asks for and that is not set', async () => {
    const flow = await load({ ...fixed, value: 'OCHNO_NOT_SET', valueType: 'env' });
    flow.node('act').receive({ payload: 1 });
    const [msg] = await flow.receives('caught', 1);
    assert.match(Object(msg?.error).message, /OCHNO_NOT_SET/);
    assert.equal(fake.sent.length, 0);
  });

  it('completes a message that a newer one replaced without sending it on', async () => {
    fake.answerSend = async () => ({ kind: 'replaced' });
    const flow = await load(fixed);
    flow.node('act').receive({ payload: 1 });
    await flow.receives('completed', 1);
    assert.equal(flow.received('out').length, 0);
    assert.equal(flow.received('caught').length, 0);
  });

  it('hands an error to Catch with its code and cause, and shows its short name until the next success', async () => {
    const flow = await load(fixed);
    fake.setStatus({ state: 'connected' }, 'c1');
    await flow.shows('act', 'connected');
    const answer = fake.answerSend;
    fake.answerSend = async () => {
      throw new OchnoError('OCHNO_TIMEOUT', 'No acknowledgement', { cause: 'why' });
    };
    flow.node('act').receive({ payload: 1 });
    const [msg] = await flow.receives('caught', 1);
    assert.equal(Object(msg?.error).code, 'OCHNO_TIMEOUT');
    assert.equal(Object(msg?.error).cause, 'why');
    assert.equal(msg?.payload, 1);
    await flow.shows('act', 'timeout');
    const text = '@ochno/node-red-ochno/ochno-action-out:failure.timeout';
    assert.deepEqual(flow.statuses('act').at(-1), { fill: 'red', shape: 'dot', text, code: 'timeout' });
    let finish: () => void = () => undefined;
    fake.answerSend = async (command) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return answer(command);
    };
    flow.node('act').receive({ payload: 2 });
    await flow.shows('act', 'sending');
    finish();
    await flow.shows('act', 'connected');
    assert.equal(flow.received('completed').length, 1);
  });

  it('does not flicker while messages keep coming', async () => {
    const flow = await load(fixed);
    fake.setStatus({ state: 'connected' }, 'c1');
    for (let payload = 0; payload < 100; payload += 1) flow.node('act').receive({ payload });
    await flow.receives('out', 100);
    await flow.shows('act', 'connected');
    assert.ok(flow.codes('act').length <= 3, flow.codes('act').join());
  });

  it('when closed gives each message under way OCHNO_CLOSED, once, before the close is over', async () => {
    const aborted: boolean[] = [];
    fake.answerSend = ({ signal }) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => {
          aborted.push(true);
          reject(new OchnoError('OCHNO_CLOSED', 'late'));
        });
      });
    const flow = await load(fixed);
    const codes: unknown[] = [];
    const node = flow.node('act');
    node.addListener('call:error', (call: { args: [{ code: string }] }) => codes.push(call.args[0].code));
    node.receive({ payload: 1 });
    node.receive({ payload: 2 });
    await eventually(() => fake.sent.length === 2, 'two commands');
    await flow.deploy(withoutActionOut, 'nodes');
    await flow.receives('caught', 2);
    assert.deepEqual(aborted, [true, true]);
    assert.deepEqual(codes, ['OCHNO_CLOSED', 'OCHNO_CLOSED']);
    assert.equal(flow.received('caught').length, 2);
  });

  describe('keeps at hand', () => {
    it('the lamp of a fixed address from the start, and lets go of it at the end', async () => {
      const flow = await load({ ...fixed, port: 'p1,p2' });
      assert.deepEqual(
        fake.followed.map(({ port }) => port),
        ['p1', 'p2'],
      );
      await flow.deploy(withoutActionOut);
      assert.deepEqual([fake.followed, fake.used, fake.listenerCount], [[], [], 0]);
    });

    it('no port for other commands, only the stream', async () => {
      await load({ ...fixed, command: 'device' });
      assert.deepEqual(fake.followed, []);
      assert.ok(fake.used.includes('c1'));
    });

    it('a port that a message names from the first command that needs its level', async () => {
      const flow = await load({ location: 'l1', hub: 'h1' });
      fake.answerSend = async ({ onPresentNeeded, targets }) => {
        for (const target of targets) onPresentNeeded?.(target);
        return { kind: 'sent', results: [] };
      };
      for (let count = 0; count < 2; count += 1) {
        flow.node('act').receive({ payload: 'toggle', ochno: { company: 'c9', port: 'p1' } });
      }
      await flow.receives('out', 2);
      assert.deepEqual(fake.followed, [{ company: 'c9', location: 'l1', hub: 'h1', port: 'p1' }]);
      assert.deepEqual(fake.used.filter(Boolean), ['c1', 'c9']);
      fake.setStatus({ state: 'connected' }, 'c1');
      fake.setStatus({ state: 'disconnected', reason: 'refused' }, 'c9');
      await flow.shows('act', 'refused');
    });
  });

  it('without an account is not configured, and each input gets an error that says so', async () => {
    for (const id of ['', 'gone', `\${OCHNO_NOT_SET}`]) {
      const flow = await load({ ...fixed, account: id });
      flow.node('act').receive({ payload: 1 });
      const [msg] = await flow.receives('caught', 1);
      assert.equal(Object(msg?.error).code, 'OCHNO_VALUE');
      assert.match(Object(msg?.error).message, /account/i);
      assert.deepEqual(flow.codes('act'), ['not configured']);
      assert.equal(flow.received('caught').length, 1);
      await unloadFlow();
    }
  });
});
