import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { portInDefaults } from '../../nodes/options';
import { Opened } from '../support/closing';
import { accountId, type EditorBench } from '../support/editor-bench';
import { EditorPage } from '../support/editor-page';
import type { NodeRedProcess } from '../support/node-red-process';
import { SidebarPage } from '../support/sidebar-page';
import { startSubPathProxy } from '../support/sub-path-proxy';

const bcrypt: { hashSync(text: string, rounds: number): string } = require('bcryptjs');

const user = (username: string, permissions: string | readonly string[]) => ({
  username,
  password: bcrypt.hashSync(username, 4),
  permissions,
});
const users = [
  user('writer', '*'),
  user('reader', 'read'),
  user('stranger', ['status.read', 'settings.read', 'flows.read', 'nodes.read', 'library.read', 'plugins.read']),
];

async function logIn(page: Page, name: string): Promise<void> {
  await page.locator('#node-dialog-login-username').fill(name);
  await page.locator('#node-dialog-login-password').fill(name);
  await page.locator('#node-dialog-login-submit').click();
}

/** An editor that asks who one is, has a root of its own, and is seen under another path through a reverse proxy. */
export function describeGuardedEditor(bench: () => EditorBench): void {
  describe('behind a log-in, an admin root and a sub-path of a reverse proxy', () => {
    const opened = new Opened();
    let nodeRed: NodeRedProcess;
    let url: string;

    before(async () => {
      const { email, password } = bench().simulator;
      const node = { ...portInDefaults, account: accountId, z: 'tab', x: 240, y: 60, wires: [[]] };
      nodeRed = await bench().startNodeRed({
        flow: [
          { id: 'tab', type: 'tab', label: 'Flow' },
          bench().account(),
          { id: 'in', type: 'ochno-port-in', ...node },
        ],
        credentials: { [accountId]: { email, password } },
        settings: { httpAdminRoot: '/sub/admin', adminAuth: { type: 'credentials', users } },
      });
      opened.add({ close: () => nodeRed.stop() });
      url = opened.add(await startSubPathProxy('/tower/red/', nodeRed.url)).url;
    });
    after(() => opened.close());

    function describeUser(name: string, describeMore: (editor: () => EditorPage) => void): void {
      describe(`as a ${name}`, () => {
        let editor: EditorPage;

        before(async () => {
          editor = new EditorPage(await bench().page());
          await editor.open(url, (page) => logIn(page, name));
        });
        after(async () => {
          await editor.page.evaluate('localStorage.clear()');
          await editor.page.close();
        });
        afterEach(() => editor.closeDialogs());

        describeMore(() => editor);
      });
    }

    describeUser('writer', (editor) => {
      it('lets a user who may write use the lists and the connection test', async () => {
        const dialog = await editor().edit('in');
        await dialog.placesLine.getByText('Ports: 16').waitFor();
        const account = await dialog.editAccount('edit');
        assert.deepEqual(await account.testConnection(), ['ok', 'ok', 'ok', 'ok']);
      });

      it('lets a user who may write see and act in the sidebar', async () => {
        const sidebar = await SidebarPage.open(editor());
        await sidebar.port('Lamp').click();
        assert.ok(await sidebar.panel.getByRole('slider', { name: 'Level' }).isEnabled());
        assert.ok(await sidebar.panel.getByRole('button', { name: 'Add port in' }).isEnabled());
      });
    });

    describeUser('reader', (editor) => {
      it('tells a user who may only read so, and leaves nothing waiting', async () => {
        const before = bench().simulator.records.logIns;
        const dialog = await editor().edit('in');
        await dialog.placesLine.getByText('Your Node-RED user may not do this').waitFor();
        await (await dialog.openList('port')).getByText('Your Node-RED user may not do this').waitFor();
        const account = await dialog.editAccount('edit');
        assert.deepEqual(await account.testConnection(), []);
        assert.match((await account.form.locator('.ochno-test-summary').textContent()) ?? '', /may not do this/);
        assert.equal(bench().simulator.records.logIns, before);
      });

      it('shows a user who may only read all of the building in the sidebar, and lets nothing be changed', async () => {
        const sidebar = await SidebarPage.open(editor());
        await sidebar.port('Lamp').click();
        for (const name of ['Identify', /Turn o/, 'Add port in', 'Add action out']) {
          assert.ok(await sidebar.panel.getByRole('button', { name }).isDisabled(), String(name));
        }
        assert.ok(await sidebar.panel.getByRole('slider', { name: 'Level' }).isDisabled());
        await sidebar.panel.getByText('may look, but not change anything').waitFor();
      });
    });

    describeUser('stranger', (editor) => {
      it('tells a user without the permission so in the sidebar, and shows nothing', async () => {
        const sidebar = await SidebarPage.open(editor());
        await sidebar.content.getByText('it needs the permission ochno-config.read').waitFor();
        assert.equal(await sidebar.rows.count(), 0);
      });
    });

    it('no request of the sidebar gets by without the permission', async () => {
      const tokenOf = async (name: string): Promise<string> => {
        const form = { client_id: 'node-red-editor', grant_type: 'password', scope: '' };
        const body = new URLSearchParams({ ...form, username: name, password: name });
        const answer = await fetch(`${nodeRed.url}/auth/token`, { method: 'POST', body });
        return Object(await answer.json()).access_token;
      };
      const ask = async (path: string, name: string, method = 'GET'): Promise<number> => {
        const headers = { Authorization: `Bearer ${await tokenOf(name)}`, 'Content-Type': 'application/json' };
        const body = method === 'POST' ? { body: '{"act":"identify","address":{}}' } : {};
        return (await fetch(`${nodeRed.url}/ochno/${path}`, { method, headers, ...body })).status;
      };
      const building = `building?account=${accountId}&company=r2d2i5b43`;
      assert.equal((await fetch(`${nodeRed.url}/ochno/${building}`)).status, 401);
      assert.equal(await ask(building, 'stranger'), 401);
      assert.equal(await ask(building, 'reader'), 200);
      assert.equal(await ask('act', 'reader', 'POST'), 401);
      assert.equal(await ask('act', 'stranger', 'POST'), 401);
      assert.equal(await ask('act', 'writer', 'POST'), 200);
    });
  });
}
