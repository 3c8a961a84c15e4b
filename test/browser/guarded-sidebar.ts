import assert from 'node:assert/strict';
import { portInDefaults } from '../../nodes/options';
import { Opened } from '../support/closing';
import { accountId, type EditorBench } from '../support/editor-bench';
import { EditorPage } from '../support/editor-page';
import type { NodeRedProcess } from '../support/node-red-process';
import { SidebarPage } from '../support/sidebar-page';

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

/** The sidebar of users who may not do everything. */
export function describeGuardedSidebar(bench: () => EditorBench): void {
  describe('behind a log-in', () => {
    const opened = new Opened();
    const inTest = new Opened();
    let nodeRed: NodeRedProcess;

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
        settings: { httpAdminRoot: '/red', adminAuth: { type: 'credentials', users } },
      });
      opened.add({ close: () => nodeRed.stop() });
    });
    after(() => opened.close());
    afterEach(() => inTest.close());

    const openAs = async (name: string): Promise<SidebarPage> => {
      const editor = new EditorPage(inTest.add(await bench().page({ user: name })));
      await editor.open(nodeRed.url, async (page) => {
        await page.locator('#node-dialog-login-username').fill(name);
        await page.locator('#node-dialog-login-password').fill(name);
        await page.locator('#node-dialog-login-submit').click();
      });
      return SidebarPage.open(editor);
    };
    const tokenOf = async (name: string): Promise<string> => {
      const form = { client_id: 'node-red-editor', grant_type: 'password', scope: '', username: name, password: name };
      const answer = await fetch(`${nodeRed.url}/auth/token`, { method: 'POST', body: new URLSearchParams(form) });
      return Object(await answer.json()).access_token;
    };

    it('a user who may write sees and acts', async () => {
      const sidebar = await openAs('writer');
      await sidebar.port('Lamp').click();
      assert.ok(await sidebar.panel.getByRole('slider', { name: 'Level' }).isEnabled());
      assert.ok(await sidebar.panel.getByRole('button', { name: 'Add port in' }).isEnabled());
    });

    it('a user who may only read sees all and can change nothing', async () => {
      const sidebar = await openAs('reader');
      await sidebar.port('Lamp').click();
      for (const name of ['Identify', /Turn o/, 'Add port in', 'Add action out']) {
        assert.ok(await sidebar.panel.getByRole('button', { name }).isDisabled(), String(name));
      }
      assert.ok(await sidebar.panel.getByRole('slider', { name: 'Level' }).isDisabled());
      await sidebar.panel.getByText('may look, but not change anything').waitFor();
    });

    it('a user without the permission is told so and sees nothing', async () => {
      const sidebar = await openAs('stranger');
      await sidebar.content.getByText('it takes the permission ochno-config.read').waitFor();
      assert.equal(await sidebar.rows.count(), 0);
    });

    it('no request gets by without the permission', async () => {
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
