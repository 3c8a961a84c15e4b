import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../docs/markdown';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import { eventually } from '../support/eventually';
import { SidebarPage } from '../support/sidebar-page';

const mostClicks = 12;

/**
 * The way from an empty flow to a lamp that follows motion, as pictures of the documentation. `UPDATE_SCREENSHOTS=1`
 * writes them anew.
 */
export function describeFilm(bench: () => EditorBench): void {
  describe('from an empty flow', () => {
    let editor: EditorPage;

    const take = async (name: string): Promise<void> => {
      const file = join(root, 'docs/images', `${name}.png`);
      const picture = await editor.page.screenshot({ animations: 'disabled' });
      if (process.env.UPDATE_SCREENSHOTS === '1') writeFileSync(file, picture);
      assert.ok(existsSync(file), `docs/images/${name}.png is missing: UPDATE_SCREENSHOTS=1 npm test writes it`);
    };

    afterEach(() => bench().leavePages());

    it(`a lamp found by Identify follows a motion sensor within ${mostClicks} clicks`, async () => {
      const { building } = bench().simulator;
      building.setLamp('port1', { level: 40, temp: 3000 });
      editor = await bench().open([bench().account()], { size: { width: 1100, height: 640 } });
      await editor.page.evaluate(`
        globalThis.clicks = 0;
        addEventListener('mousedown', () => { globalThis.clicks += 1; }, true);`);
      const chart = editor.page.locator('#red-ui-workspace-chart');
      const sidebar = await SidebarPage.open(editor);
      await sidebar.port('Lamp').click();
      const levels: (number | undefined)[] = [];
      const end = building.onChange(({ port }, { device }) => {
        if (port === 'port1' && device?.lamp?.level !== undefined) levels.push(device.lamp.level);
      });
      await sidebar.panel.getByRole('button', { name: 'Identify' }).click();
      await take('sidebar-1-identify');
      await eventually(() => new Set(levels).size > 1 && levels.at(-1) === 40, 'it has blinked', { timeoutMs: 45_000 });
      end();
      await sidebar.panel.getByRole('button', { name: 'Add action out' }).click();
      await chart.click({ position: { x: 420, y: 120 } });
      await take('sidebar-2-action-out');
      await sidebar.port('Room sensor').click();
      await sidebar.panel.getByRole('button', { name: 'Add a port in for data.device.sensor.motion' }).click();
      await chart.click({ position: { x: 140, y: 120 } });
      await take('sidebar-3-port-in');
      const { flow } = await editor.state();
      const idOf = (type: string): string => flow.find((node) => node.type === type)?.id ?? '';
      await editor.wire(idOf('ochno-port-in'), idOf('ochno-action-out'));
      await editor.deploy();
      await editor.says(idOf('ochno-port-in'), 'connected');
      building.setSensor('port2', { motion: true });
      await eventually(() => (building.port('port1').data.device?.lamp?.level ?? 0) > 0, 'the lamp is on');
      building.setSensor('port2', { motion: false });
      await eventually(() => building.port('port1').data.device?.lamp?.level === 0, 'the lamp follows');
      await sidebar.value('data.device.sensor.motion').getByText('false').waitFor();
      await editor.page.locator('.red-ui-notification').waitFor({ state: 'hidden' });
      // What it said of the last node is over, too.
      await sidebar.content.locator('.ochno-sb-said:empty').waitFor({ state: 'attached' });
      await take('sidebar-4-deployed');
      await editor.page.setViewportSize({ width: 1280, height: 860 });
      building.setLamp('port1', { level: 40, temp: 3000 });
      const clicks = Number(await editor.page.evaluate('globalThis.clicks'));
      assert.ok(clicks <= mostClicks, `${clicks} clicks`);
      assert.ok(flow.some(({ id }) => id === accountId));
      await sidebar.port('Lamp').click();
      await sidebar.says('Lamp', '40 % · 3000 K');
      await take('sidebar');
    });
  });
}
