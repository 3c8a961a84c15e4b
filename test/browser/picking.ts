import assert from 'node:assert/strict';
import { actionOutDefaults, portInDefaults } from '../../nodes/options';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import type { FlowNode } from '../support/node-red-process';

const wires = [[]];
const flow: readonly FlowNode[] = [
  { id: 'in', type: 'ochno-port-in', ...portInDefaults, account: accountId, z: 'tab', x: 240, y: 60, wires },
  {
    ...{ id: 'gone', type: 'ochno-port-in', ...portInDefaults, account: accountId, z: 'tab', x: 240, y: 120, wires },
    ...{ location: 'loc1', hub: 'hub1, h0bGone', port: 'p0rtGone' },
  },
  {
    ...{
      id: 'out',
      type: 'ochno-action-out',
      ...actionOutDefaults,
      account: accountId,
      z: 'tab',
      x: 240,
      y: 180,
      wires,
    },
    ...{ location: 'loc1', hub: 'hub1', port: 'port1' },
  },
];

/** Choosing ports in lists and in the tree, by mouse and by keyboard. */
export function describePicking(bench: () => EditorBench): void {
  describe('picking', () => {
    let editor: EditorPage;

    before(async () => {
      editor = await bench().open([bench().account(), ...flow]);
    });
    after(async () => {
      await bench().leavePages();
    });
    afterEach(() => editor.closeDialogs());

    it('keeps an id the platform does not know, and marks it', async () => {
      const dialog = await editor.edit('gone');
      await dialog.hint('hub').getByText('not found: h0bGone').waitFor();
      await dialog.hint('port').getByText('not found: p0rtGone').waitFor();
      assert.equal(await dialog.field('port').inputValue(), 'p0rtGone');
    });

    it('finds a port by what is plugged in, and fills in what lies above it', async () => {
      const dialog = await editor.edit('in');
      await dialog.placesLine.getByText('Ports: 16').waitFor();
      await dialog.field('port').pressSequentially('thinkpad');
      await dialog.options('port').filter({ hasText: 'port3' }).click();
      assert.equal(await dialog.field('location').inputValue(), 'loc1');
      assert.equal(await dialog.field('hub').inputValue(), 'hub1');
      assert.equal(await dialog.field('port').inputValue(), 'port3');
      await dialog.hint('port').getByText('Lenovo ThinkPad X1 "Müller" · online').waitFor();
    });

    it('needs no mouse', async () => {
      const dialog = await editor.edit('in');
      const { keyboard } = dialog.page;
      await dialog.placesLine.getByText('Ports: 16').waitFor();
      await dialog.field('location').focus();
      await keyboard.press('ArrowDown');
      await keyboard.press('ArrowDown');
      await keyboard.press('Enter');
      assert.equal(await dialog.field('location').inputValue(), 'loc1');
      await keyboard.press('ArrowDown');
      await keyboard.press('Escape');
      assert.equal(await dialog.options('location').count(), 0);
      await keyboard.press('Control+A');
      await keyboard.press('Delete');
      const tree = await dialog.openTree();
      await tree.focus();
      for (const key of ['Home', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowRight']) {
        await keyboard.press(key);
      }
      await keyboard.press('ArrowDown');
      await keyboard.press(' ');
      assert.equal(await dialog.row('Lamp').getAttribute('aria-checked'), 'true');
      assert.equal(await dialog.field('port').inputValue(), 'port1');
      await keyboard.press('ArrowDown');
      await keyboard.press(' ');
      assert.equal(await dialog.field('port').inputValue(), 'port1, port2');
    });

    it('shows names as text, whatever they hold', async () => {
      const { building } = bench().simulator;
      const location = building.locations.get('loc1');
      const name = location?.name ?? '';
      const markup = '<img src=x onerror="document.title=1"> & \\\\ "Zürich" __number__ $t(label.hub)';
      if (location !== undefined) location.name = markup;
      try {
        const dialog = await editor.edit('in');
        await dialog.form.locator('.ochno-bar button').first().click();
        await (await dialog.openList('location')).filter({ hasText: markup }).click();
        await dialog.hint('location').getByText(markup).waitFor();
        await dialog.openTree();
        await dialog.row(markup).waitFor();
        assert.equal(await dialog.form.locator('img').count(), 0);
        assert.notEqual(await dialog.page.title(), '1');
        await dialog.done();
        await editor.node('in').getByText(markup).waitFor();
      } finally {
        if (location !== undefined) location.name = name;
      }
    });

    it('offers what the lamp at hand can do, and shows how bright it is', async () => {
      const { building } = bench().simulator;
      building.setLamp('port1', { level: 35, temp: 3000 });
      const dialog = await editor.edit('out');
      await dialog.form.getByText('Now: 35 % · 3000 K').waitFor();
      await dialog.form.getByRole('button', { name: '2700 K' }).click();
      assert.equal(await dialog.field('value').inputValue(), '{"temp":2700}');
      assert.equal(await dialog.field('valueType').inputValue(), 'json');
      await dialog.field('port').fill('port2');
      await dialog.form.getByText('No lamp is plugged in there now.').waitFor();
    });

    it('tells not configured, failed and empty apart', async () => {
      const dialog = await editor.edit('in');
      const kind = () => dialog.placesLine.getAttribute('data-kind');
      await dialog.placesLine.getByText('Ports: 16').waitFor();
      assert.equal(await kind(), 'ok');
      await dialog.field('account').selectOption('_ADD_');
      await dialog.placesLine.getByText('choose an account').waitFor();
      assert.equal(await kind(), 'not configured');
      await dialog.field('account').selectOption(accountId);
      bench().simulator.fault('rest-error', '403;path=ports');
      try {
        await dialog.form.locator('.ochno-bar button').first().click();
        await dialog.placesLine.getByText('The lists could not be read: not permitted').waitFor();
        assert.equal(await kind(), 'failed');
      } finally {
        bench().simulator.fault('rest-error', false);
      }
      await dialog.field('company').fill('c0mpanyGone');
      await dialog.placesLine.getByText('This account has no access to that company.').waitFor();
      assert.equal(await kind(), 'empty');
    });
  });
}
