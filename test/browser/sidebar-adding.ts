import assert from 'node:assert/strict';
import { portInDefaults } from '../../nodes/options';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import { eventually } from '../support/eventually';
import type { FlowNode } from '../support/node-red-process';
import type { SidebarPage } from '../support/sidebar-page';
import { lampNode, nodesOf, openSidebar } from './sidebar-stage';

/** Nodes that are added to the flow from the sidebar. */
export function describeAdding(bench: () => EditorBench): void {
  let editor: EditorPage;
  let sidebar: SidebarPage;

  const open = async (nodes: readonly FlowNode[] = []): Promise<void> => {
    ({ editor, sidebar } = await openSidebar(bench(), nodes));
  };
  const flow = (type: string): Promise<readonly FlowNode[]> => nodesOf(editor, type);

  describe('adding to the flow', () => {
    before(() => open());
    after(() => bench().leavePages());

    it('hangs a port in for one value at the pointer, filled in, and a click places it', async () => {
      await sidebar.port('Room sensor').click();
      await sidebar.panel.getByRole('button', { name: 'Add a port in for data.device.sensor.airco2' }).click();
      await editor.page.locator('#red-ui-workspace-chart').click({ position: { x: 300, y: 200 } });
      const [node] = await flow('ochno-port-in');
      for (const [option, value] of Object.entries(portInDefaults)) {
        const expected = { account: accountId, company: 'r2d2i5b43', location: 'loc1', hub: 'hub1', port: 'port2' };
        const own: Readonly<Record<string, unknown>> = { ...expected, property: 'data.device.sensor.airco2' };
        assert.equal(String(node?.[option]), String(own[option] ?? value), option);
      }
      assert.ok(String(await editor.page.evaluate(`RED.nodes.node('${accountId}').users.length`)) === '1');
      await editor.page.keyboard.press('Control+z');
      assert.deepEqual(await flow('ochno-port-in'), []);
    });

    it('places what is dragged from the list or from a value where it is dropped, filled in', async () => {
      await sidebar.port('Room sensor').click();
      await editor.dragOnto(sidebar.port('Lamp'), { x: 400, y: 120 });
      await editor.dragOnto(sidebar.panel.getByText('data.device.sensor.motion', { exact: true }), {
        x: 160,
        y: 120,
      });
      const [lamp] = await flow('ochno-action-out');
      const [motion] = await flow('ochno-port-in');
      assert.deepEqual([lamp?.account, lamp?.hub, lamp?.port, lamp?.command], [accountId, 'hub1', 'port1', 'lamp']);
      assert.deepEqual([motion?.port, motion?.property], ['port2', 'data.device.sensor.motion']);
      assert.ok(Math.abs(Number(lamp?.x) - 400) < 90 && Math.abs(Number(lamp?.y) - 120) < 40, JSON.stringify(lamp));
      const users = `RED.nodes.node('${accountId}').users.length`;
      assert.equal(await editor.page.evaluate(users), 2);
      await editor.page.keyboard.press('Control+z');
      await editor.page.keyboard.press('Control+z');
      assert.deepEqual([await flow('ochno-port-in'), await flow('ochno-action-out')], [[], []]);
      assert.equal(await editor.page.evaluate(users), 0);
    });

    it('lets go of it by Esc', async () => {
      await sidebar.port('Lamp').click();
      await sidebar.panel.getByRole('button', { name: 'Add action out' }).click();
      await editor.page.keyboard.press('Escape');
      await eventually(async () => (await flow('ochno-action-out')).length === 0, 'nothing is left');
    });

    it('places it by keys alone', async () => {
      await sidebar.port('Lamp').click();
      await sidebar.panel.getByRole('button', { name: 'Add action out' }).focus();
      await editor.page.keyboard.press('Enter');
      await eventually(async () => (await flow('ochno-action-out')).length === 1, 'it is placed');
      assert.equal(await editor.page.evaluate('RED.nodes.dirty()'), true);
      await sidebar.panel.getByRole('button', { name: 'Add action out' }).focus();
      await editor.page.keyboard.press('Enter');
      await eventually(async () => (await flow('ochno-action-out')).length === 2, 'so is another');
      const [one, other] = await flow('ochno-action-out');
      assert.deepEqual([one?.x === other?.x, Number(other?.y) - Number(one?.y)], [true, 40]);
      await editor.node(String(other?.id)).click();
      await editor.page.keyboard.press('Control+z');
      await editor.page.keyboard.press('Control+z');
    });

    it('gives several ticked ports one node, or one each', async () => {
      await sidebar.tick('Lamp');
      const actionOut = sidebar.content.getByRole('button', { name: 'One action out for all' });
      assert.ok(await actionOut.isEnabled());
      await sidebar.tick('Room sensor');
      assert.ok(await actionOut.isDisabled(), 'a sensor takes no command');
      await sidebar.content.getByRole('button', { name: 'One port in for all' }).click();
      await editor.page.locator('#red-ui-workspace-chart').click({ position: { x: 300, y: 200 } });
      assert.deepEqual(
        (await flow('ochno-port-in')).map(({ port }) => port),
        ['port1,port2'],
      );
      await sidebar.content.getByRole('button', { name: 'A port in for each' }).click();
      await editor.page.locator('#red-ui-workspace-chart').click({ position: { x: 300, y: 400 } });
      await eventually(async () => (await flow('ochno-port-in')).length === 3, 'one for each');
    });

    it('refuses in a locked flow and while a dialog is open, and says why', async () => {
      await bench().leavePages();
      const tab = { id: 'tab', type: 'tab', label: 'Flow', locked: true };
      await open([tab, { ...lampNode, id: 'locked' }]);
      await sidebar.port('Room sensor').click();
      await sidebar.panel.getByRole('button', { name: 'Add port in' }).click();
      await sidebar.content.getByText('This flow is locked').waitFor();
      assert.equal((await flow('ochno-port-in')).length, 0);
      await editor.editConfig(accountId);
      await sidebar.panel.getByRole('button', { name: 'Add port in' }).click();
      await sidebar.content.getByText(/Close the open dialog|This flow is locked/).waitFor();
      await editor.closeDialogs();
    });
  });
}

/** While the palette has a node type disabled. */
export function describeDisabledType(bench: () => EditorBench): void {
  describe('while a node type is disabled in the palette', () => {
    let sidebar: SidebarPage;
    /** Whose editor no other test has. */
    const user = 'who has a type disabled';
    const open = async (): Promise<void> => {
      ({ sidebar } = await openSidebar(bench(), [], { user }));
    };
    const enable = async (enabled: boolean): Promise<void> => {
      const answer = await fetch(`${bench().nodeRed.url}/nodes/@ochno/node-red-ochno/ochno-port-in`, {
        ...{ method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ enabled }) },
      });
      assert.ok(answer.ok, await answer.text());
    };
    // Node-RED disables no type that is in use.
    before(() => bench().nodeRed.deploy([{ id: 'tab', type: 'tab', label: 'Flow' }]));
    beforeEach(() => enable(true));
    afterEach(() => bench().leavePages());
    after(() => enable(true));

    it('shows the building, offers no node and says why', async () => {
      await enable(false);
      await open();
      await sidebar.port('Room sensor').click();
      await sidebar.panel.getByText('The Ochno nodes are disabled').waitFor();
      assert.ok(await sidebar.panel.getByRole('button', { name: 'Add port in' }).isDisabled());
    });

    it('notices it in an editor that was open before, and when the type is back', async () => {
      await open();
      await sidebar.port('Room sensor').click();
      await sidebar.tick('Lamp');
      const adding = sidebar.content.getByRole('button', { name: /^(Add port in|One port in)/ });
      const offered = async (): Promise<boolean[]> =>
        Promise.all((await adding.all()).map((button) => button.isEnabled()));
      await eventually(async () => (await offered()).includes(true), 'offered');
      await enable(false);
      await sidebar.panel.getByText('The Ochno nodes are disabled').waitFor();
      assert.ok(!(await offered()).includes(true));
      await enable(true);
      await eventually(async () => !(await offered()).includes(false), 'offered again');
    });
  });
}
