import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { actionOutDefaults, portInDefaults, restDefaults } from '../../nodes/options';
import { readMarkdown, root } from '../docs/markdown';
import { readExample } from '../examples/example-files';
import { pictureScale } from '../support/browser';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import { eventually } from '../support/eventually';
import type { FlowNode } from '../support/node-red-process';

const lamp = { location: 'loc1', hub: 'hub1', port: 'port1' };
const place = (y: number) => ({ account: accountId, z: 'tab', x: 180, y, wires: [[]] });
const dialogs: readonly FlowNode[] = [
  { id: 'in', type: 'ochno-port-in', ...portInDefaults, ...lamp, ...place(60), property: 'data.device.lamp.level' },
  { id: 'out', type: 'ochno-action-out', ...actionOutDefaults, ...lamp, ...place(120) },
  {
    ...{ id: 'rest', type: 'ochno-rest', ...restDefaults, ...place(180), resource: 'hubs', operation: 'update' },
    ...{ target: 'hub1', body: '{"name":"Desk 12"}', bodyType: 'json' },
  },
];

/** The first flow a page of the documentation offers for import. */
function flowOf(page: string): readonly FlowNode[] {
  const [sample] = readMarkdown(page).samples.filter(({ language }) => language === 'json');
  assert.ok(sample);
  return JSON.parse(sample.text);
}

/**
 * The pictures of the documentation, each of a scene that is played for it. `UPDATE_SCREENSHOTS=1` writes them anew;
 * without, what is played is all the same what the picture shows.
 */
export function describePictures(bench: () => EditorBench): void {
  describe('the pictures of the documentation', () => {
    let editor: EditorPage;

    afterEach(() => bench().leavePages());

    const open = async (flow: readonly FlowNode[], width: number, height: number): Promise<void> => {
      const { url: server } = bench().simulator;
      const placed = flow.map((node) => ({
        ...node,
        ...(node.id === accountId ? { server } : {}),
        ...('x' in node && !('z' in node) ? { z: 'tab' } : {}),
      }));
      editor = await bench().open(placed, { size: { width, height }, scale: pictureScale });
    };
    const take = async (name: string, what: Locator | Page = editor.page.locator('.red-ui-tray')): Promise<void> => {
      // What the pointer lies on looks different.
      await ('page' in what ? what.page() : what).mouse.move(0, 0);
      const file = join(root, 'docs/images', `${name}.png`);
      const picture = await what.screenshot({ animations: 'disabled' });
      if (process.env.UPDATE_SCREENSHOTS === '1') writeFileSync(file, picture);
      assert.ok(existsSync(file), `docs/images/${name}.png is missing: UPDATE_SCREENSHOTS=1 npm test writes it`);
    };
    const isConnected = (id: string): Promise<void> => editor.says(id, 'connected');

    it('the first flow, with what was sent and the lamp’s own event', async () => {
      await open([...flowOf('README.md')], 1200, 640);
      await editor.showDebug();
      await isConnected('d0c0000000000002');
      await editor.press('d0c0000000000001');
      await editor.debugMessages.nth(1).waitFor();
      await take('first-flow', editor.page);
    });

    it('a lamp that follows motion', async () => {
      const { building } = bench().simulator;
      await open(flowOf('docs/from-zero-to-a-lamp.md'), 1600, 560);
      await editor.showDebug();
      await isConnected('d0c0000000000501');
      await isConnected('d0c0000000000505');
      building.setSensor('port2', { motion: false });
      building.setSensor('port2', { motion: true });
      await eventually(() => building.port('port1').data.device?.lamp?.level === 80, 'the lamp follows');
      await editor.debugMessages.first().waitFor();
      await take('lamp-follows-motion', editor.page);
    });

    it('the demo flow', async () => {
      const { building } = bench().simulator;
      await open(readExample('A whole demo office'), 1440, 900);
      await editor.showDebug();
      await isConnected('4eb44c394cebf6fe');
      building.setLamp('port1', { level: 60 });
      building.setSensor('port2', { motion: true });
      await editor.debugMessages.nth(1).waitFor();
      await take('demo-flow', editor.page);
    });

    it('the building page, with a lamp that glows', async () => {
      const { building, url } = bench().simulator;
      building.setLamp('port1', { level: 80, temp: 2800 });
      const page = await bench().page({ size: { width: 1280, height: 800 }, scale: pictureScale });
      await page.goto(url);
      await page.locator('[data-port="port1"][data-lit]').getByText('80').waitFor();
      await take('building-page', page);
      await page.close();
    });

    it('the account’s dialog after a connection test', async () => {
      await open([bench().account(), ...dialogs], 1280, 940);
      const dialog = await editor.editConfig(accountId);
      await dialog.placesLine.getByText('Companies: 2').waitFor();
      assert.deepEqual(await dialog.testConnection(), ['ok', 'ok', 'ok', 'ok']);
      await take('account-dialog');
    });

    it('the dialogs of port in, action out and rest, and the tree', async () => {
      bench().simulator.building.setLamp('port1', { level: 40, temp: 3000 });
      await open([bench().account(), ...dialogs], 1280, 1120);
      const portIn = await editor.edit('in');
      await portIn.placesLine.getByText('Ports: 16').waitFor();
      await take('port-in-dialog');
      const tree = await portIn.openTree();
      await portIn.row('Lamp').waitFor();
      await take('tree-picker', tree);
      await portIn.cancel();
      const actionOut = await editor.edit('out');
      await actionOut.form.getByText('Now: 40 % · 3000 K').waitFor();
      await take('action-out-dialog');
      await actionOut.cancel();
      await editor.edit('rest');
      await take('rest-dialog');
    });
  });
}
