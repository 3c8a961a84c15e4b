import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import { eventually } from '../support/eventually';
import type { FlowNode } from '../support/node-red-process';
import type { SidebarPage } from '../support/sidebar-page';
import { lampNode, openSidebar, sensorNode } from './sidebar-stage';

/** The building in the sidebar: how it is shown, searched and walked through, and which of it the flows use. */
export function describeBuilding(bench: () => EditorBench): void {
  let editor: EditorPage;
  let sidebar: SidebarPage;

  const open = async (...nodes: readonly FlowNode[]): Promise<void> => {
    ({ editor, sidebar } = await openSidebar(bench(), nodes));
  };

  describe('the building', () => {
    afterEach(() => bench().leavePages());

    it('shows what the ports are in while these are still being listed, and no counts that would be wrong', async () => {
      bench().simulator.fault('rest-slow', '3000;path=/api/ports;times=1');
      await open({ ...sensorNode, port: 'gone' });
      await sidebar.rows.filter({ hasText: 'Head office' }).waitFor();
      const company = sidebar.rows.filter({ hasText: 'Goople' });
      const unknown = sidebar.content.locator('.ochno-sb-issue-text', { hasText: 'gone' });
      assert.deepEqual([await company.textContent(), await sidebar.ports.count()], ['Goople', 0]);
      await sidebar.search.fill('lamp');
      await sidebar.content.getByText('Reading the lists…').waitFor();
      await sidebar.content.getByText('not opened: 1').waitFor();
      assert.equal(await sidebar.content.getByText('nothing found').count(), 0);
      await sidebar.search.press('Escape');
      assert.equal(await unknown.count(), 0);
      await company.getByText('16', { exact: true }).waitFor();
      await sidebar.port('Lamp').waitFor();
      await unknown.waitFor({ state: 'attached' });
    });

    it('shows every port in one line, changing as events come, and asks for nothing when nobody looks', async () => {
      const { building, records } = bench().simulator;
      building.setLamp('port1', { level: 40, temp: 3000 });
      await open();
      await sidebar.says('Lamp', '40 % · 3000 K');
      building.setLamp('port1', { level: 10 });
      await sidebar.says('Lamp', '10 % · 3000 K');
      building.unplug('port3');
      await sidebar.says('Laptop', 'nothing');
      building.plugIn('port3');
      await sidebar.says('Laptop', 'laptop 43 W');
      await editor.page.evaluate(`RED.sidebar.show('info')`);
      await eventually(() => records.openConnections === 0, 'nobody holds the stream');
      await editor.page.evaluate(`RED.sidebar.show('ochno')`);
      await eventually(() => records.openConnections === 1, 'somebody looks again');
      building.setLamp('port1', { level: 20 });
      await sidebar.says('Lamp', '20 % · 3000 K');
    });

    it('shows names as text, never as markup', async () => {
      const port = bench().simulator.building.port('port1');
      const { name: before } = port;
      const refresh = (): Locator => sidebar.content.getByRole('button', { name: 'Read the lists again' });
      port.name = '<img src=x onerror=alert(1)> & "x"';
      try {
        await open();
        // For two seconds one reading of the lists does for all who ask.
        const isThere = async (): Promise<boolean> => {
          await refresh().click();
          return (await sidebar.content.getByText(port.name).count()) > 0;
        };
        await eventually(isThere, 'its name is there', { timeoutMs: 40_000, longestPauseMs: 500 });
        await sidebar.content.getByText(port.name).click();
        await sidebar.panel.getByRole('heading', { name: '<img src=x' }).waitFor();
        assert.equal(await sidebar.content.locator('img').count(), 0);
      } finally {
        port.name = before;
      }
      // It goes by its old name again, also where it is opened.
      const isBack = async (): Promise<boolean> => {
        await refresh().click();
        return (await sidebar.content.getByText('<img').count()) === 0;
      };
      await eventually(isBack, 'its name is back', { longestPauseMs: 500 });
      await sidebar.panel.getByRole('heading', { name: 'Lamp' }).waitFor();
    });
  });

  describe('finding one’s way', () => {
    before(() => open(lampNode));
    after(() => bench().leavePages());

    it('opens by its action and by its key', async () => {
      await editor.page.evaluate(`RED.sidebar.show('info')`);
      await editor.page.locator('.ochno-sb-tree').waitFor({ state: 'hidden' });
      await editor.page.evaluate(`RED.actions.invoke('ochno:show-building')`);
      await editor.page.locator('.ochno-sb-tree').waitFor();
      await editor.page.evaluate(`RED.sidebar.show('info')`);
      await editor.page.locator('.ochno-sb-tree').waitFor({ state: 'hidden' });
      await editor.page.locator('#red-ui-workspace-chart').click({ position: { x: 300, y: 300 } });
      await editor.page.keyboard.press('Control+g');
      await editor.page.keyboard.press('o');
      await editor.page.locator('.ochno-sb-tree').waitFor();
    });

    it('finds ports by search and by filters', async () => {
      await sidebar.search.fill('malmo lamp');
      await sidebar.rows.filter({ hasText: 'Head office' }).waitFor({ state: 'detached' });
      await eventually(async () => (await sidebar.ports.count()) === 2, 'the two lamps of Malmö are shown');
      await sidebar.search.fill('nowhere at all');
      await sidebar.content.getByText('nothing found').waitFor();
      await sidebar.content.getByText('not opened: 1').waitFor();
      await sidebar.search.press('Escape');
      const found = sidebar.rows.filter({ hasText: 'Goople' });
      await sidebar.filter('lamps').click();
      await found.getByText('4', { exact: true }).waitFor();
      await sidebar.filter('not in a flow').click();
      await found.getByText('3', { exact: true }).waitFor();
      for (const filter of ['lamps', 'not in a flow']) await sidebar.filter(filter).click();
    });

    it('is walked through and opened by keys alone', async () => {
      await sidebar.port('Lamp').waitFor();
      await sidebar.tree.focus();
      for (const key of ['Home', 'ArrowLeft']) await editor.page.keyboard.press(key);
      assert.equal(await sidebar.rows.count(), 2, 'the two companies');
      for (let step = 0; step < 5; step += 1) await editor.page.keyboard.press('ArrowRight');
      await sidebar.port('Lamp').waitFor();
      while (!/Lamp/.test(await sidebar.activeText())) await editor.page.keyboard.press('ArrowDown');
      await editor.page.keyboard.press('Enter');
      await sidebar.panel.getByRole('heading', { name: 'Desk 1 · Lamp' }).waitFor();
      await editor.page.keyboard.press('Escape');
      await sidebar.panel.waitFor({ state: 'hidden' });
      assert.equal(await editor.page.evaluate('document.activeElement.className'), 'ochno-sb-tree');
    });
  });

  describe('what is in the flows', () => {
    before(() => open(lampNode, sensorNode));
    after(() => bench().leavePages());

    it('is how many nodes use a port, shown by a click', async () => {
      await sidebar.port('Lamp').click();
      await sidebar.panel.getByText('Nodes that use it: 1').waitFor();
      await sidebar.panel.locator('.ochno-sb-nodes button').click();
      assert.deepEqual(await editor.page.evaluate('RED.view.selection().nodes.map(({ id }) => id)'), ['out']);
    });

    it('is marked in the tree when its node is selected', async () => {
      await sidebar.port('Room sensor').waitFor();
      await editor.node('in').locator('.red-ui-flow-node').first().click();
      await sidebar.marked.filter({ hasText: 'Room sensor' }).waitFor();
      assert.equal(await sidebar.marked.count(), 1);
    });
  });
}
