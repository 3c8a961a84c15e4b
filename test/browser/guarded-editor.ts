import assert from 'node:assert/strict';
import { portInDefaults } from '../../nodes/options';
import { Opened } from '../support/closing';
import { accountId, type EditorBench } from '../support/editor-bench';
import { EditorPage } from '../support/editor-page';
import type { NodeRedProcess } from '../support/node-red-process';
import { startSubPathProxy } from '../support/sub-path-proxy';

const bcrypt: { hashSync(text: string, rounds: number): string } = require('bcryptjs');

const user = (username: string, permissions: string) => ({
  username,
  password: bcrypt.hashSync(username, 4),
  permissions,
});
const adminAuth = { type: 'credentials', users: [user('writer', '*'), user('reader', 'read')] };

/** An editor that asks who one is, has a root of its own, and is seen under another path through a reverse proxy. */
export function describeGuardedEditor(bench: () => EditorBench): void {
  describe('behind a log-in, an admin root and a sub-path of a reverse proxy', () => {
    const opened = new Opened();
    const inTest = new Opened();
    let url: string;

    before(async () => {
      const { email, password } = bench().simulator;
      const nodeRed: NodeRedProcess = await bench().startNodeRed({
        flow: [
          { id: 'tab', type: 'tab', label: 'Flow' },
          bench().account(),
          {
            id: 'in',
            type: 'ochno-port-in',
            ...portInDefaults,
            account: accountId,
            z: 'tab',
            x: 240,
            y: 60,
            wires: [[]],
          },
        ],
        credentials: { [accountId]: { email, password } },
        settings: { httpAdminRoot: '/sub/admin', adminAuth },
      });
      opened.add({ close: () => nodeRed.stop() });
      url = opened.add(await startSubPathProxy('/tower/red/', nodeRed.url)).url;
    });
    after(() => opened.close());
    afterEach(() => inTest.close());

    const openAs = async (name: string): Promise<EditorPage> => {
      const editor = new EditorPage(inTest.add(await bench().page({ user: name })));
      return editor.open(url, async (page) => {
        await page.locator('#node-dialog-login-username').fill(name);
        await page.locator('#node-dialog-login-password').fill(name);
        await page.locator('#node-dialog-login-submit').click();
      });
    };

    it('lets a user who may write use the lists and the connection test', async () => {
      const editor = await openAs('writer');
      const dialog = await editor.edit('in');
      await dialog.placesLine.getByText('Ports: 16').waitFor();
      const account = await dialog.editAccount('edit');
      assert.deepEqual(await account.testConnection(), ['ok', 'ok', 'ok', 'ok']);
    });

    it('tells a user who may only read so, and leaves nothing waiting', async () => {
      const before = bench().simulator.records.logIns;
      const editor = await openAs('reader');
      const dialog = await editor.edit('in');
      await dialog.placesLine.getByText('Your Node-RED user may not do this').waitFor();
      await (await dialog.openList('port')).getByText('Your Node-RED user may not do this').waitFor();
      const account = await dialog.editAccount('edit');
      assert.deepEqual(await account.testConnection(), []);
      assert.match((await account.form.locator('.ochno-test-summary').textContent()) ?? '', /may not do this/);
      assert.equal(bench().simulator.records.logIns, before);
    });
  });
}
