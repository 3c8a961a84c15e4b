import assert from 'node:assert/strict';
import { SharedAccount } from '../../../nodes/runtime/account/shared-account';
import { carryOut } from '../../../nodes/runtime/sidebar/carry-out';
import { OchnoError } from '../../../src/protocol/ochno-error';

const address = { account: 'acc', company: 'c', location: 'l', hub: 'h', port: 'p' };

/** A runtime with one account that notes what is asked of it. */
function runtime(failure?: Error) {
  const asked: unknown[] = [];
  const answer = async (what: unknown): Promise<void> => {
    asked.push(what);
    if (failure) throw failure;
  };
  const account = { identify: answer, send: answer };
  const shared = new SharedAccount('acc');
  shared.attach({ node: { error: () => undefined } as never, open: () => account as never });
  const RED = { nodes: { getNode: (id: string) => (id === 'acc' ? { shared } : null) } };
  return { RED: RED as never, asked };
}

describe('what is asked for in the sidebar', () => {
  it('is done: a lamp set, a device told, a lamp shown', async () => {
    const { RED, asked } = runtime();
    const { account: _, ...port } = address;
    assert.deepEqual(await carryOut(RED, { act: 'lamp', address, value: { level: 4 } }), { state: 'ok' });
    assert.deepEqual(await carryOut(RED, { act: 'device', address, value: { fan: { target1: 4 } } }), { state: 'ok' });
    assert.deepEqual(await carryOut(RED, { act: 'identify', address }), { state: 'ok' });
    const common = { targets: [port], confirm: false, timeoutMs: 10_000 };
    assert.deepEqual(asked, [
      { ...common, command: 'lamp', value: { level: 4 } },
      { ...common, command: 'device', value: { fan: { target1: 4 } } },
      port,
    ]);
  });

  it('fails with what is wrong, and nothing is sent', async () => {
    const { RED, asked } = runtime();
    const wrong: readonly unknown[] = [
      ...[undefined, 7, {}, { act: 'lamp' }, { act: 'lamp', address: { ...address, account: 'gone' } }],
      ...[
        { act: 'lamp', address: { ...address, hub: '' } },
        { act: 'lamp', address: { ...address, port: 'a/b' } },
      ],
      ...[
        { act: 'envelope', address, value: {} },
        { act: { toString: 1 }, address },
        { act: 'lamp', address: [] },
      ],
    ];
    for (const body of wrong) {
      const answer = await carryOut(RED, body);
      assert.equal(answer.state, 'failed', JSON.stringify(body));
      assert.ok(answer.state === 'failed' && answer.failure.message.length > 10);
    }
    assert.deepEqual(asked, []);
  });

  it('tells an error of ours, and of any other nothing that it says', async () => {
    const refused = runtime(new OchnoError('OCHNO_REFUSED', 'The broker said no'));
    const answer = await carryOut(refused.RED, { act: 'identify', address });
    assert.deepEqual(answer, { state: 'failed', failure: { code: 'OCHNO_REFUSED', message: 'The broker said no' } });
    const other = runtime(new Error('password=secret'));
    assert.doesNotMatch(JSON.stringify(await carryOut(other.RED, { act: 'identify', address })), /secret/);
  });
});
