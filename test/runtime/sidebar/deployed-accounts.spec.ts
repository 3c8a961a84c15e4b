import assert from 'node:assert/strict';
import { becomeAccount } from '../../../nodes/runtime/account/account-node';
import { deployedAccounts, findDeployedAccount } from '../../../nodes/runtime/sidebar/deployed-accounts';
import { accountNodeOf } from '../../../nodes/sidebar-messages';
import { FakeAccount } from '../fake-account';

type Closing = (removed: boolean, done: () => void) => void;

/** A runtime with account nodes, those of subflows under ids that it made up. */
function runtime() {
  const nodes = new Map<string, object>();
  const closings: Closing[] = [];
  const RED = {
    nodes: {
      eachNode: (visit: (node: object) => void) => nodes.forEach(visit),
      getNode: (id: string) => nodes.get(id) ?? null,
    },
  } as never;
  const add = (id: string, email: string, instance?: { readonly id: string; readonly name: string }): void => {
    const node = {
      id: instance === undefined ? id : `made up ${id} ${instance.id}`,
      ...{ type: 'ochno-config', name: 'Office', credentials: { email, password: 'secret' } },
      _path: instance === undefined ? `global/${id}` : `tab/${instance.id}/${id}`,
      _flow: { path: 'tab', subflowInstance: instance },
      on: (_event: string, listener: Closing) => closings.push(listener),
      error: () => undefined,
    };
    const saved = { server: 'http://127.0.0.1:1', company: '', keepalive: '30', connections: '1', tls: '' };
    becomeAccount(RED, node as never, saved as never, () => new FakeAccount());
    if (instance === undefined) nodes.set(id, node);
  };
  const close = async (): Promise<void> => {
    for (const closing of closings.splice(0)) await new Promise<void>((done) => closing(true, done));
  };
  return { RED, add, close };
}

describe('the accounts that are deployed', () => {
  let close: () => Promise<void> = async () => undefined;
  afterEach(() => close());

  it('are those of the flows, and those in subflows under the id that the flows know', async () => {
    const { RED, add, ...ends } = runtime();
    close = ends.close;
    add('a1', 'one@ochno.example');
    add('a2', 'two@ochno.example', { id: 'i1', name: 'Desk A' });
    add('a2', 'two@ochno.example', { id: 'i2', name: 'Desk B' });
    assert.deepEqual(
      deployedAccounts(RED).map(({ id, name }) => [id, name]),
      [
        ['a1', 'Office'],
        ['a2', 'Office'],
      ],
    );
    assert.equal(findDeployedAccount(RED, 'a2')?.id, 'made up a2 i1');
    await close();
    assert.equal(findDeployedAccount(RED, 'a2'), undefined);
  });

  it('are one for each account that the environment of an instance makes of one node', () => {
    const { RED, add, ...ends } = runtime();
    close = ends.close;
    add('a2', 'one@ochno.example', { id: 'i1', name: 'Desk A' });
    add('a2', 'two@ochno.example', { id: 'i2', name: 'Desk B' });
    add('a2', '', { id: 'i3', name: '' });
    const found = deployedAccounts(RED);
    assert.deepEqual(
      found.map(({ name }) => name),
      ['Office · Desk A', 'Office · Desk B', 'Office'],
    );
    assert.deepEqual(new Set(found.map(({ id }) => accountNodeOf(id))), new Set(['a2']));
    assert.equal(new Set(found.map(({ id }) => id)).size, 3);
    for (const { id, node } of found) assert.equal(findDeployedAccount(RED, id), node);
  });
});
