import assert from 'node:assert/strict';
import { portInDefaults } from '../../nodes/options';
import { accountId, type EditorBench } from '../support/editor-bench';
import { eventually } from '../support/eventually';
import type { FlowNode } from '../support/node-red-process';
import { openSidebar } from './sidebar-stage';

const options = { ...portInDefaults, account: accountId, wires: [[]] };

/** 200 nodes that name a hub which is gone: on two tabs, in a group and in a subflow; and one in a locked tab. */
function brokenFlow(): readonly FlowNode[] {
  const node = (at: number): FlowNode => {
    const z = ['tab', 'tab2', 'sub'][at % 3];
    const group = z === 'tab2' ? { g: 'group' } : {};
    const gone = { hub: 'gone', port: at % 2 ? 'port1' : '' };
    return { id: `n${at}`, type: 'ochno-port-in', ...options, ...gone, z, ...group, x: 200, y: 60 + at * 5 };
  };
  const nodes = Array.from({ length: 200 }, (_, at) => node(at));
  return [
    { id: 'tab', type: 'tab', label: 'Flow' },
    { id: 'tab2', type: 'tab', label: 'Second' },
    { id: 'shut', type: 'tab', label: 'Locked', locked: true },
    { id: 'sub', type: 'subflow', name: 'Desk', in: [], out: [] },
    { id: 'group', type: 'group', z: 'tab2', nodes: nodes.filter(({ g }) => g !== undefined).map(({ id }) => id) },
    ...nodes,
    { id: 'kept', type: 'ochno-port-in', ...options, hub: 'gone', z: 'shut', x: 200, y: 60 },
  ];
}

/** Mending what names an id that the platform does not know any more. */
export function describeReplacing(bench: () => EditorBench): void {
  describe('an id that is gone', () => {
    afterEach(() => bench().leavePages());

    it('is replaced in 200 nodes of tabs, subflows and groups, and one Ctrl-Z takes it all back', async () => {
      const { editor, sidebar } = await openSidebar(bench(), brokenFlow());
      const hubs = (): Promise<Record<string, number>> =>
        editor.page.evaluate(`RED.nodes.filterNodes({ type: 'ochno-port-in' }).reduce(
          (all, { hub, location }) => ({ ...all, [hub + '@' + location]: (all[hub + '@' + location] ?? 0) + 1 }), {})`);
      assert.deepEqual(await hubs(), { 'gone@': 201 });
      await sidebar.view('Issues');
      await sidebar.content.getByText('does not know the hub gone; nodes that name it: 201').waitFor();
      await sidebar.content.getByRole('button', { name: 'Replace with…' }).first().click();
      await sidebar.content.getByPlaceholder('What takes the place of gone').fill('malmö desk 2');
      await sidebar.content.getByRole('button', { name: 'Desk 2' }).click();
      await sidebar.content.getByText('gone → Desk 2. Nodes changed: 200.').waitFor();
      await sidebar.content.getByText('in locked flows: 1').waitFor();
      assert.deepEqual(await hubs(), { 'hub4@': 200, 'gone@': 1 });
      assert.equal(await editor.page.evaluate('RED.nodes.dirty()'), true);
      await editor.page.keyboard.press('Control+z');
      await eventually(async () => (await hubs())['gone@'] === 201, 'all is as it was');
      assert.equal(await editor.page.evaluate('RED.nodes.dirty()'), false);
      await editor.page.keyboard.press('Control+y');
      await eventually(async () => (await hubs())['hub4@'] === 200, 'all is done again');
    });

    /** Two nodes of a port that is gone, and one of another tab. */
    const gone = (id: string, z: string, port: string): FlowNode => ({
      ...{ id, type: 'ochno-port-in', ...options, hub: 'hub1', port, z, x: 200, y: 60 },
    });
    const fewBroken: readonly FlowNode[] = [
      { id: 'tab', type: 'tab', label: 'Flow' },
      { id: 'tab2', type: 'tab', label: 'Second' },
      gone('one', 'tab', 'gone,port1'),
      gone('two', 'tab2', 'gone'),
    ];

    it('is replaced in what a node holds by then, and not while a dialog is open that would undo it', async () => {
      const { editor, sidebar } = await openSidebar(bench(), fewBroken);
      const ports = (): Promise<unknown> => editor.page.evaluate(`['one', 'two'].map((id) => RED.nodes.node(id).port)`);
      await sidebar.view('Issues');
      await sidebar.content.getByRole('button', { name: 'Replace with…' }).click();
      const dialog = await editor.edit('one');
      await dialog.field('port').fill('gone,port2');
      await sidebar.content.getByRole('button', { name: 'Desk 1 · Laptop Head' }).click();
      await sidebar.content.getByText('Close the open dialog first.').waitFor();
      await dialog.done();
      assert.deepEqual(await ports(), ['gone,port2', 'gone']);
      await sidebar.content.getByRole('button', { name: 'Desk 1 · Laptop Head' }).click();
      await eventually(async () => String(await ports()) === 'port3,port2,port3', 'both are mended');
    });

    it('is shown on one tab after another, and not behind a dialog', async () => {
      const { editor, sidebar } = await openSidebar(bench(), fewBroken);
      await sidebar.view('Issues');
      const show = sidebar.content.getByRole('button', { name: 'Show the nodes (2)' });
      const shown = (): Promise<unknown> =>
        editor.page.evaluate(`[RED.workspaces.active(), ...RED.view.selection().nodes.map(({ id }) => id)].join()`);
      for (const expected of ['tab,one', 'tab2,two', 'tab,one']) {
        await show.click();
        assert.equal(await shown(), expected);
      }
      await editor.edit('one');
      await show.click();
      await sidebar.content.getByText('Close the open dialog first.').waitFor();
      await editor.closeDialogs();
      assert.equal(await shown(), 'tab,one');
    });
  });
}
