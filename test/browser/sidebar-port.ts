import assert from 'node:assert/strict';
import type { EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import { eventually } from '../support/eventually';
import type { FlowNode } from '../support/node-red-process';
import type { SidebarPage } from '../support/sidebar-page';
import { openSidebar } from './sidebar-stage';

/** A port that is opened in the sidebar, and what is set there. */
export function describePort(bench: () => EditorBench): void {
  let editor: EditorPage;
  let sidebar: SidebarPage;

  const open = async (...nodes: readonly FlowNode[]): Promise<void> => {
    ({ editor, sidebar } = await openSidebar(bench(), nodes));
  };

  describe('a port that is opened', () => {
    before(async () => {
      bench().simulator.building.setLamp('port1', { level: 40, temp: 3000 });
      await open();
    });
    after(() => bench().leavePages());

    it('has every value with its path, and a lamp’s light is set there', async () => {
      const { building } = bench().simulator;
      await sidebar.port('Lamp').click();
      await sidebar.value('data.device.lamp.level').getByText('40 %').waitFor();
      await sidebar.panel.getByRole('slider', { name: 'Level' }).fill('70');
      await eventually(() => building.port('port1').data.device?.lamp?.level === 70, 'the lamp obeys');
      await sidebar.value('data.device.lamp.level').getByText('70 %').waitFor();
      await sidebar.panel.getByRole('slider', { name: 'Temperature' }).fill('4000');
      await eventually(() => building.port('port1').data.device?.lamp?.temp === 4000, 'the lamp obeys');
      await sidebar.panel.getByRole('button', { name: 'Turn off' }).click();
      await eventually(() => building.port('port1').data.device?.lamp?.level === 0, 'the lamp is off');
      await sidebar.panel.getByRole('button', { name: 'Turn on' }).click();
      await eventually(() => building.port('port1').data.device?.lamp?.level === 70, 'the lamp is as before');
    });

    it('shows itself: the lamp blinks and is what it was', async () => {
      const { building } = bench().simulator;
      building.setLamp('port1', { level: 40 });
      await sidebar.port('Lamp').click();
      // What it was is what has been heard of it.
      await sidebar.value('data.device.lamp.level').getByText('40 %').waitFor();
      const levels: (number | undefined)[] = [];
      const end = building.onChange(({ port }, { device }) => {
        if (port === 'port1') levels.push(device?.lamp?.level);
      });
      await sidebar.panel.getByRole('button', { name: 'Identify' }).click();
      await eventually(() => levels.length >= 6 && levels.at(-1) === 40, 'it has blinked', {
        timeoutMs: 45_000,
        state: () => `It went by ${levels.join()}`,
      });
      end();
      assert.ok(new Set(levels).size > 1);
    });

    it('gives a fan its speed', async () => {
      const { building } = bench().simulator;
      // Below an opened port a low screen draws few rows.
      await sidebar.search.fill('fan');
      await sidebar.port('Fan').click();
      await sidebar.search.press('Escape');
      await sidebar.panel.getByRole('slider', { name: 'Fan 2' }).fill('60');
      await eventually(() => building.port('port8').data.device?.fan?.target2 === 60, 'the fan obeys');
    });

    it('copies a path', async () => {
      await editor.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await sidebar.port('Room sensor').click();
      await sidebar.panel.getByRole('button', { name: 'Copy the path data.device.sensor.airco2' }).click();
      await sidebar.content.getByText('Copied: data.device.sensor.airco2').waitFor();
      assert.equal(await editor.page.evaluate('navigator.clipboard.readText()'), 'data.device.sensor.airco2');
    });
  });
}
