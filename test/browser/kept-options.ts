import assert from 'node:assert/strict';
import { actionOutDefaults, portInDefaults, restDefaults } from '../../nodes/options';
import { currentVersion } from '../../nodes/versions';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import type { FlowNode } from '../support/node-red-process';

const variable = (name: string): string => `\${${name}}`;

const otherAccount: FlowNode = {
  id: 'acc-variables',
  type: 'ochno-config',
  name: 'Named by variables',
  server: variable('OCHNO_SERVER'),
  company: variable('OCHNO_COMPANY'),
  keepalive: variable('OCHNO_KEEPALIVE'),
  connections: variable('OCHNO_CONNECTIONS'),
  tls: '',
  version: 1,
};

/** What a later version of this package may save. */
const later = { version: currentVersion + 1, later: { option: [true] } };

const newerAccount: FlowNode = { ...otherAccount, id: 'acc-newer', name: 'Saved by a newer version', ...later };

const lamp = { location: 'loc1', hub: 'hub1', port: 'port1' };
const variables = {
  company: variable('COMPANY'),
  location: variable('LOCATION'),
  hub: variable('HUB'),
  port: variable('PORT'),
};

/** Nodes by what is special about them; those without an account of their own have the deployed one. */
const nodes: Readonly<Record<string, Readonly<Record<string, unknown>> & { readonly type: string }>> = {
  'port in as it comes from the palette': { type: 'ochno-port-in', ...portInDefaults },
  'port in of several ports': {
    type: 'ochno-port-in',
    ...portInDefaults,
    ...lamp,
    port: 'port1, port3',
    emit: 'change',
    deadband: '5',
  },
  'port in of a port that is gone': {
    type: 'ochno-port-in',
    ...portInDefaults,
    ...lamp,
    hub: 'hub1,h0bGone',
    port: 'p0rtGone',
  },
  'port in named by variables': {
    ...{ type: 'ochno-port-in', ...portInDefaults, ...variables, account: otherAccount.id },
    ...{
      property: variable('PROPERTY'),
      emit: variable('EMIT'),
      deadband: variable('DEADBAND'),
      initial: variable('INITIAL'),
      show: variable('SHOW'),
    },
  },
  'port in that a newer version saved': { type: 'ochno-port-in', ...portInDefaults, ...lamp, ...later },
  'action out as it comes from the palette': { type: 'ochno-action-out', ...actionOutDefaults },
  'action out of a lamp': {
    type: 'ochno-action-out',
    ...actionOutDefaults,
    ...lamp,
    value: '{"temp":2700}',
    valueType: 'json',
  },
  'action out named by variables': {
    ...{ type: 'ochno-action-out', ...actionOutDefaults, ...variables, account: otherAccount.id },
    ...{
      command: variable('COMMAND'),
      value: variable('VALUE'),
      valueType: 'str',
      timeout: variable('TIMEOUT'),
      confirm: true,
    },
  },
  'rest as it comes from the palette': { type: 'ochno-rest', ...restDefaults },
  'rest that updates': {
    ...{
      type: 'ochno-rest',
      ...restDefaults,
      resource: 'hubs',
      operation: 'update',
      target: 'payload.id',
      targetType: 'msg',
    },
    ...{ query: '{"a":["b","c"]}', body: '{"name":"Desk"}', bodyType: 'json' },
  },
  'rest with a path of its own, named by variables': {
    ...{
      type: 'ochno-rest',
      ...restDefaults,
      resource: 'custom',
      operation: 'request',
      method: variable('METHOD'),
      path: variable('PATH_'),
    },
    ...{
      query: variable('QUERY'),
      timeout: variable('TIMEOUT'),
      all: true,
      shape: variable('SHAPE'),
      account: otherAccount.id,
    },
  },
};

function asFlow(): FlowNode[] {
  return Object.entries(nodes).map(([name, node], at) => ({
    account: accountId,
    ...node,
    ...(node.account === '' ? { account: accountId } : {}),
    ...{ id: `node${at}`, name, z: 'tab', x: 240, y: 60 + at * 60, wires: node.type === 'ochno-port-in' ? [[]] : [[]] },
  }));
}

/** That a dialog shows what was saved, and saves what it shows: nothing is lost or changed by looking at it. */
export function describeKeptOptions(bench: () => EditorBench): void {
  describe('what is saved', () => {
    const flow = asFlow();
    let editor: EditorPage;

    before(async () => {
      const given = { email: variable('OCHNO_EMAIL'), password: variable('OCHNO_PASSWORD') };
      const credentials = { [otherAccount.id]: given, [newerAccount.id]: given };
      const accounts = [bench().account(), otherAccount, newerAccount];
      editor = await bench().open([...accounts, ...flow], { credentials });
    });
    after(async () => {
      await bench().leavePages();
    });

    for (const { id, name } of [
      { id: accountId, name: 'account' },
      { id: otherAccount.id, name: 'account named by variables' },
      { id: newerAccount.id, name: 'account that a newer version saved' },
    ]) {
      it(`is shown again after Cancel and untouched by Done: ${name}`, async () => {
        const before = await editor.state();
        const first = await editor.editConfig(id);
        const shown = await first.values();
        await first.field('name').fill('typed and thrown away');
        await first.field('password').fill('typed too');
        await first.cancel();
        const again = await editor.editConfig(id);
        assert.deepEqual(await again.values(), shown);
        await again.done();
        assert.deepEqual(await editor.state(), before);
        assert.deepEqual(before.changed, []);
      });
    }

    it('is kept by a deploy with options that only a newer version knows, and the dialog says so', async () => {
      const newer = flow.find(({ version }) => version === later.version);
      assert.ok(newer);
      const dialog = await editor.edit(newer.id);
      await dialog.form.getByRole('note').getByText('A newer version of this package saved this node.').waitFor();
      await dialog.field('deadband').evaluate((field) => Reflect.set(field, 'value', '7'));
      await dialog.done();
      await editor.deploy();
      const answer = await fetch(`${bench().nodeRed.url}/flows`);
      const saved: readonly FlowNode[] = await answer.json();
      const expected = { ...newer, deadband: '7' };
      assert.deepEqual(
        saved.find(({ id }) => id === newer.id),
        expected,
      );
      const account = saved.find(({ id }) => id === newerAccount.id);
      assert.deepEqual(account, newerAccount);
    });

    for (const { id, name } of flow) {
      it(`is shown again after Cancel and untouched by Done: ${name}`, async () => {
        const before = await editor.state();
        const first = await editor.edit(id);
        const shown = await first.values();
        await first.field('name').fill('typed and thrown away');
        await first.cancel();
        const again = await editor.edit(id);
        assert.deepEqual(await again.values(), shown);
        await again.done();
        assert.deepEqual(await editor.state(), before);
        assert.deepEqual(before.changed, []);
      });
    }
  });
}
