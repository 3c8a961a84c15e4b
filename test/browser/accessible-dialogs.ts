import assert from 'node:assert/strict';
import { actionOutDefaults, portInDefaults, restDefaults } from '../../nodes/options';
import { accessibilityProblems } from '../support/accessibility';
import type { DialogPage } from '../support/dialog-page';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import type { FlowNode } from '../support/node-red-process';

const lamp = { account: accountId, location: 'loc1', hub: 'hub1', port: 'port1' };
const place = (y: number) => ({ z: 'tab', x: 240, y, wires: [[]] });
const flow: readonly FlowNode[] = [
  { id: 'in', type: 'ochno-port-in', ...portInDefaults, ...lamp, ...place(60), emit: 'change', deadband: '5' },
  { id: 'wrong', type: 'ochno-port-in', ...portInDefaults, hub: 'a//b', port: 'gone', property: '..', ...place(120) },
  { id: 'out', type: 'ochno-action-out', ...actionOutDefaults, ...lamp, ...place(180) },
  { id: 'rest', type: 'ochno-rest', ...restDefaults, account: accountId, ...place(240) },
  {
    ...{ id: 'path', type: 'ochno-rest', ...restDefaults, account: accountId, ...place(300) },
    ...{ resource: 'custom', operation: 'request', path: '/api/hubs/../x', query: '[' },
  },
];

type Look = (editor: EditorPage) => Promise<DialogPage>;

/** The dialogs in the states that draw something of their own. */
const looks: Readonly<Record<string, Look>> = {
  'port in with its tree': async (editor) => {
    const dialog = await editor.edit('in');
    await dialog.openTree();
    await dialog.expand('Head office', 'Floor 1', 'Desk 1');
    return dialog;
  },
  'port in with a list': async (editor) => {
    const dialog = await editor.edit('in');
    await (await dialog.openList('port')).first().waitFor();
    await dialog.page.keyboard.press('ArrowDown');
    return dialog;
  },
  'port in with reasons': (editor) => editor.edit('wrong'),
  'action out with what the lamp can be told': async (editor) => {
    const dialog = await editor.edit('out');
    await dialog.form.locator('.ochno-offers button').first().waitFor();
    return dialog;
  },
  'action out with its tree': async (editor) => {
    const dialog = await editor.edit('out');
    await dialog.openTree();
    await dialog.expand('Head office', 'Floor 1', 'Desk 1');
    return dialog;
  },
  rest: (editor) => editor.edit('rest'),
  'rest with a path of its own and reasons': (editor) => editor.edit('path'),
  'account after a test that went well': async (editor) => {
    const dialog = await editor.editConfig(accountId);
    assert.deepEqual(await dialog.testConnection(), ['ok', 'ok', 'ok', 'ok']);
    return dialog;
  },
  'account after a test that failed': async (editor) => {
    const dialog = await editor.editConfig(accountId);
    await dialog.field('server').fill('http://127.0.0.1:1');
    await dialog.field('password').fill('typed');
    assert.equal((await dialog.testConnection())[0], 'failed');
    return dialog;
  },
};

/** That our dialogs can be used by everybody: what axe can tell, in both themes. */
export function describeAccessibleDialogs(bench: () => EditorBench): void {
  describe('axe finds nothing wrong', () => {
    let editor: EditorPage;

    before(async () => {
      editor = await bench().open([bench().account(), ...flow]);
    });
    after(async () => {
      assert.deepEqual(await bench().closePages(), []);
    });

    afterEach(() => editor.closeDialogs());

    for (const [name, look] of Object.entries(looks)) {
      it(`in ${name}`, async () => {
        const dialog = await look(editor);
        for (const theme of ['light', 'dark'] as const) {
          await editor.setTheme(theme);
          assert.deepEqual(await accessibilityProblems(editor.page, '.ochno-form'), [], theme);
        }
        await dialog.cancel();
      });
    }
  });
}
