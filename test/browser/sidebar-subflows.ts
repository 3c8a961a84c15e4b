import assert from 'node:assert/strict';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { FlowNode } from '../support/node-red-process';
import { SidebarPage } from '../support/sidebar-page';

const place = { z: 'tab', x: 200, wires: [] };

/** A subflow with an account of its own, whose email each of its instances names. */
function subflow(account: FlowNode, emails: readonly string[]): readonly FlowNode[] {
  return [
    { id: 'sub', type: 'subflow', name: 'Tenant', in: [], out: [], env: [{ name: 'EMAIL', type: 'str', value: '' }] },
    { ...account, z: 'sub' },
    ...emails.map((value, at) => ({
      ...{ id: `i${at}`, type: 'subflow:sub', name: `Tenant ${at}`, ...place, y: 60 + 60 * at },
      env: [{ name: 'EMAIL', type: 'str', value }],
    })),
  ];
}

/** Accounts that are inside subflows, where Node-RED makes one of each for every instance. */
export function describeSubflowAccounts(bench: () => EditorBench): void {
  describe('an account inside a subflow', () => {
    const openWith = async (emails: readonly string[]): Promise<SidebarPage> => {
      const { password } = bench().simulator;
      const credentials = { [accountId]: { email: `\${EMAIL}`, password } };
      const editor = await bench().open(subflow(bench().account(), emails), { credentials });
      return SidebarPage.open(editor);
    };

    afterEach(() => bench().leavePages());

    it('shows its building once, however many instances there are, and what it may be used in', async () => {
      const { email } = bench().simulator;
      const sidebar = await openWith([email, email]);
      await sidebar.port('Lamp').click();
      assert.equal(await sidebar.content.locator('.ochno-sb-account').count(), 0);
      await sidebar.panel.getByRole('button', { name: 'Add action out' }).click();
      await sidebar.content.getByText('belongs to another flow or subflow').waitFor();
    });

    it('is another one for each email that an instance names, and says of one without what it lacks', async () => {
      const sidebar = await openWith([bench().simulator.email, '']);
      await sidebar.tree.getByText('Head office · Tenant 0').waitFor();
      // A short sidebar draws the rows in sight only.
      await sidebar.port('Lamp').waitFor();
      await sidebar.tree.press('End');
      await sidebar.tree.getByText('Head office · Tenant 1').waitFor();
      await sidebar.tree.getByText('The account has no email').waitFor();
    });
  });
}
