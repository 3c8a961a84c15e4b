import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import helper from 'node-red-node-test-helper';
import type { Runtime, RuntimeNode } from '../../nodes/runtime/node-red';
import { type InputWork, onInput } from '../../nodes/runtime/on-input';
import { StatusLight } from '../../nodes/runtime/status/status-light';
import { OchnoError } from '../../src/protocol/ochno-error';
import { FakeClock, settle } from '../support/fake-clock';
import { hostFlows } from '../support/node-red';

type Send = (msg: object) => void;

describe('an input handler', () => {
  let clock: FakeClock;
  let RED: Runtime;

  hostFlows();
  beforeEach(async () => {
    clock = new FakeClock();
    await loadNode();
  });

  const loadNode = (): Promise<void> =>
    helper.load(
      (runtime: Runtime) => {
        RED = runtime;
      },
      [{ id: 'node', type: 'helper' }],
    );

  /** A node with this work; what it is called back with is recorded. */
  const nodeWith = (work: InputWork) => {
    const node: RuntimeNode = helper.getNode('node');
    const light = new StatusLight(node, clock);
    node.on('close', () => light.close());
    onInput(RED, node, light, () => ({ ok: true, value: work }));
    const outcomes: unknown[] = [];
    const handler: unknown = Object(node)._inputCallback;
    assert.ok(typeof handler === 'function');
    assert.equal(handler.length, 3, 'the runtime counts on the number of parameters');
    const receive = (msg: object, send: Send = () => outcomes.push('sent')): void => {
      handler(msg, send, (error?: Error) => outcomes.push(error ?? 'done'));
    };
    return { node, outcomes, receive };
  };

  it('sends and is done, in this order', async () => {
    const { outcomes, receive } = nodeWith(async (msg) => msg);
    receive({});
    await settle();
    assert.deepEqual(outcomes, ['sent', 'done']);
  });

  it('makes whatever is thrown the one outcome, at once or later, error or not', async () => {
    const thrown: unknown[] = [
      new OchnoError('OCHNO_HTTP', 'no', { statusCode: 503 }),
      new TypeError('bug'),
      'text',
      undefined,
    ];
    for (const what of thrown) {
      for (const work of [() => Promise.reject(what), throwing(what)]) {
        const { outcomes, receive } = nodeWith(work);
        const msg = { payload: 1 };
        receive(msg);
        await settle();
        assert.equal(outcomes.length, 1);
        assert.ok(outcomes[0] instanceof Error);
        assert.deepEqual(msg, what === thrown[0] ? { payload: 1, statusCode: 503 } : { payload: 1 });
        await helper.unload();
        await loadNode();
      }
    }
  });

  it('makes an error of another realm, as flows throw them, the outcome as it is', async () => {
    const { outcomes, receive } = nodeWith(throwing(runInNewContext('new Error("of a flow")')));
    receive({});
    await settle();
    assert.deepEqual(outcomes.map(String), ['Error: of a flow']);
  });

  it('has one outcome where sending throws, or closes the node', async () => {
    const { node, outcomes, receive } = nodeWith(async (msg) => msg);
    receive({}, () => {
      throw new Error('no wire');
    });
    await settle();
    assert.equal(outcomes.length, 1);
    receive({}, () => void node.close(false));
    await settle();
    assert.equal(outcomes.length, 2);
    assert.equal(Object(outcomes[1]).code, 'OCHNO_CLOSED');
  });

  it('has its outcome before the node is closed, and what comes later changes nothing', async () => {
    let finish: (msg: undefined) => void = () => undefined;
    let isAborted = false;
    const { node, outcomes, receive } = nodeWith((_msg, signal) => {
      signal.addEventListener('abort', () => {
        isAborted = true;
      });
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    receive({});
    await settle();
    const closed = node.close(true);
    assert.equal(outcomes.length, 1);
    assert.equal(Object(outcomes[0]).code, 'OCHNO_CLOSED');
    assert.equal(isAborted, true);
    await closed;
    finish(undefined);
    await settle();
    assert.equal(outcomes.length, 1);
    assert.equal(clock.timers, 0);
  });
});

function throwing(what: unknown): InputWork {
  return () => {
    throw what;
  };
}
