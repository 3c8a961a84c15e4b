import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { actionOutDefaults, portInDefaults, restDefaults } from '../../nodes/options';
import { accessibilityProblems } from '../support/accessibility';
import type { DialogPage } from '../support/dialog-page';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import { eventually } from '../support/eventually';
import type { FlowNode } from '../support/node-red-process';

const small = { width: 1024, height: 600 };
const place = (y: number) => ({ z: 'tab', x: 240, y, wires: [[]] });
const flow: readonly FlowNode[] = [
  { id: 'new', type: 'ochno-port-in', ...portInDefaults, ...place(60) },
  { id: 'chosen', type: 'ochno-port-in', ...portInDefaults, account: accountId, hub: 'hub1', ...place(120) },
  {
    ...{ id: 'out', type: 'ochno-action-out', ...actionOutDefaults, account: accountId, ...place(180) },
    ...{ location: 'loc1', hub: 'hub1', port: 'port1' },
  },
  {
    ...{ id: 'rest', type: 'ochno-rest', ...restDefaults, account: accountId, ...place(240) },
    ...{ operation: 'get', target: 'r2d2i5b43' },
  },
];

/** Presses the mouse button, and lets go of it when the lists have been read anew. */
async function clickWhileReading(dialog: DialogPage, target: Locator): Promise<void> {
  const { mouse } = dialog.page;
  await target.hover();
  await mouse.down();
  const answered = dialog.page.waitForResponse(/ochno\/places/);
  const again = dialog.form.getByRole('button', { name: 'Read the lists again' });
  await again.evaluate((button: HTMLElement) => button.click());
  await (await answered).finished();
  await dialog.placesLine.getByText('Ports: 16').waitFor();
  await mouse.up();
}

/** The dialogs as they are met on a small screen, by people who mistype and double-click. */
export function describeDialogFaults(bench: () => EditorBench): void {
  describe('on a small screen', () => {
    let editor: EditorPage;
    const logIns = () => bench().simulator.records.requests.filter(({ path }) => path === '/auth/jwt').length;

    before(async () => {
      editor = await bench().open([bench().account(), ...flow], { size: small });
    });
    after(async () => {
      await bench().leavePages();
    });
    afterEach(() => editor.closeDialogs());

    it('D1: logs in once with a mistyped password, however much is typed into a port dialog', async () => {
      const dialog = await editor.edit('chosen');
      const account = await dialog.editAccount('edit');
      await account.field('password').fill('mistyped');
      await account.done();
      await dialog.placesLine.getByText('log-in refused').waitFor();
      const before = logIns();
      await dialog.field('company').pressSequentially('abcdef');
      await dialog.field('hub').pressSequentially(', hub2, hub3');
      await dialog.field('name').fill('A name');
      await dialog.openList('port');
      await dialog.options('port').getByText('log-in refused').waitFor();
      assert.equal(logIns(), before);
      await dialog.page.keyboard.press('Escape');
      await dialog.form.locator('.ochno-bar button').first().click();
      await eventually(() => logIns() === before + 1, 'the lists are asked for anew on request');
      const again = await dialog.editAccount('edit');
      await again.field('password').fill(bench().simulator.password);
      await again.done();
      await dialog.field('company').fill('');
      await dialog.placesLine.getByText('Ports: 16').waitFor();
    });

    it('D2: saves what was tested: without the white space around it', async () => {
      const dialog = await editor.edit('chosen');
      await dialog.field('hub').fill(' hub1 ');
      await dialog.field('property').fill(' data.device.lamp.level ');
      await dialog.done();
      const saved = (await editor.state()).flow.find(({ id }) => id === 'chosen');
      assert.deepEqual(
        [Reflect.get(Object(saved), 'hub'), Reflect.get(Object(saved), 'property')],
        ['hub1', 'data.device.lamp.level'],
      );
    });

    it('D5: opens the building in view, and a double click on its button chooses nothing', async () => {
      const dialog = await editor.edit('chosen');
      await dialog.placesLine.getByText('Ports: 16').waitFor();
      await dialog.form.locator('[aria-controls="ochno-tree-panel"]').dblclick();
      const tree = dialog.form.locator('.ochno-tree');
      await tree.waitFor();
      const box = await tree.boundingBox();
      assert.ok(box !== null && box.y >= 0 && box.y + box.height <= small.height, JSON.stringify(box));
      assert.equal(await dialog.field('hub').inputValue(), 'hub1');
    });

    it('D5: opens a list at the foot of the screen where no line comes under the pointer', async () => {
      const dialog = await editor.edit('chosen');
      await dialog.placesLine.getByText('Ports: 16').waitFor();
      const field = dialog.field('port');
      await field.evaluate((input) => input.scrollIntoView({ block: 'end' }));
      const box = await field.boundingBox();
      assert.ok(box !== null);
      const [x, y] = [box.x + 60, box.y + box.height / 2];
      await dialog.page.mouse.click(x, y);
      const lines = dialog.options('port');
      await lines.first().waitFor();
      // Too late for a double click.
      await dialog.page.mouse.click(x, y);
      assert.equal(await field.inputValue(), '');
      assert.deepEqual(await field.boundingBox(), box);
      const list = await dialog.form.getByRole('listbox').boundingBox();
      assert.ok(list !== null && list.y > 100 && list.y + list.height <= box.y, JSON.stringify(list));
      await lines.first().click();
      assert.equal(await field.inputValue(), 'port1');
    });

    it('D5: takes a click on a line that began before the lists were read anew and are the same', async () => {
      const dialog = await editor.edit('chosen');
      await dialog.placesLine.getByText('Ports: 16').waitFor();
      await dialog.field('port').press('ArrowDown');
      const line = dialog.options('port').first();
      await clickWhileReading(dialog, line);
      assert.equal(await dialog.field('port').inputValue(), 'port1');
    });

    it('D5: takes a click in the building that began before the lists were read anew and are the same', async () => {
      const dialog = await editor.edit('chosen');
      await dialog.placesLine.getByText('Ports: 16').waitFor();
      await dialog.form.locator('[aria-controls="ochno-tree-panel"]').click();
      const row = dialog.form.locator('.ochno-tree-location').first();
      const ticked = async (): Promise<string | null> => row.getAttribute('aria-checked');
      const before = await ticked();
      await clickWhileReading(dialog, row);
      await eventually(async () => (await ticked()) !== before, 'the click');
    });

    for (const id of ['chosen', 'out']) {
      it(`D5: takes a click on the building's button that began before the lists came: ${id}`, async () => {
        const { page } = editor;
        let answer = (): void => undefined;
        const held = new Promise<void>((resolve) => {
          answer = resolve;
        });
        await page.route(/ochno\/places/, async (route) => {
          await held;
          await route.continue();
        });
        try {
          const dialog = await editor.edit(id);
          await dialog.placesLine.getByText('Reading').waitFor();
          const button = dialog.form.locator('[aria-controls="ochno-tree-panel"]');
          await button.hover();
          await page.mouse.down();
          answer();
          await dialog.placesLine.getByText('Ports: 16').waitFor();
          await page.mouse.up();
          await dialog.form.locator('.ochno-tree').waitFor();
        } finally {
          await page.unroute(/ochno\/places/);
        }
      });
    }

    it('D6: has the only account chosen in a new node, and opens a list by a click into its field', async () => {
      const dialog = await editor.edit('new');
      assert.equal(await dialog.field('account').inputValue(), accountId);
      await dialog.placesLine.getByText('Ports: 16').waitFor();
      await dialog.field('location').click();
      await dialog.options('location').first().waitFor();
    });

    it('D6: fills the list of companies with what a connection test has just read', async () => {
      const account = await editor.editConfig(accountId);
      await account.field('password').fill(bench().simulator.password);
      assert.deepEqual(await account.testConnection(), ['ok', 'ok', 'ok', 'ok']);
      const before = logIns();
      await account.placesLine.getByText('Companies: 2').waitFor();
      await account.field('company').click();
      await account.options('company').filter({ hasText: 'Goople' }).waitFor();
      assert.equal(logIns(), before);
    });

    it('D8: lets an id go with its resource and come back with it, and makes a delete look dangerous', async () => {
      const dialog = await editor.edit('rest');
      await dialog.field('resource').selectOption('hubs');
      assert.equal(await dialog.field('target').inputValue(), '');
      await dialog.field('operation').selectOption('delete');
      await dialog.form.getByText('This deletes the object for good.').waitFor();
      await dialog.field('resource').selectOption('companies');
      assert.equal(await dialog.field('target').inputValue(), 'r2d2i5b43');
    });

    it('D9: greets with a new account without a reproach, and makes one when a field was left', async () => {
      const dialog = await editor.edit('new');
      const account = await dialog.editAccount('add');
      assert.equal(await account.form.locator('.ochno-reason:visible').count(), 0);
      await account.field('email').focus();
      await account.field('email').press('Tab');
      await account.reason('email').getByText('E-mail: is missing').waitFor();
      await account.field('server').fill('http://exa');
      assert.equal(await account.reason('server').isVisible(), false);
      await account.field('server').press('Tab');
      await account.reason('server').getByText('use https://').waitFor();
      await account.field('server').fill('https://exa');
      assert.equal(await account.reason('server').isVisible(), false);
      await account.cancel();
    });

    it('offers what the chosen ports carry, and fills in what one wants to know', async () => {
      const dialog = await editor.edit('chosen');
      await dialog.field('property').fill('');
      await dialog.field('property').press('ArrowDown');
      await dialog.options('property').filter({ hasText: 'data.device.lamp.level' }).getByText('%').waitFor();
      await dialog.page.keyboard.press('Escape');
      await dialog.form.getByRole('button', { name: 'temperature' }).click();
      await eventually(
        async () => (await dialog.field('property').inputValue()) === 'data.device.sensor.temperature',
        'the property is filled in',
      );
      assert.equal(await dialog.field('emit').inputValue(), 'change');
      assert.deepEqual(await accessibilityProblems(editor.page, '.ochno-form'), []);
    });

    it('lets a lamp blink that is to be found', async () => {
      const dialog = await editor.edit('out');
      await dialog.form.getByRole('button', { name: 'Identify' }).click();
      await dialog.form.getByText('It blinked three times and is back to what it was.').waitFor();
    });

    it('tries a request that only reads, of an object chosen in the building', async () => {
      const dialog = await editor.edit('rest');
      await dialog.field('resource').selectOption('hubs');
      await dialog.field('operation').selectOption('get');
      assert.equal(await dialog.form.getByRole('button', { name: 'Try it' }).isEnabled(), false);
      await dialog.form.locator('#ochno-target-search').click();
      await dialog.form.locator('#ochno-target .ochno-option').filter({ hasText: 'hub2' }).click();
      assert.equal(await dialog.field('target').inputValue(), 'hub2');
      await dialog.form.getByRole('button', { name: 'Try it' }).click();
      await dialog.form.getByText('"id": "hub2"').waitFor();
      await dialog.field('resource').selectOption('metrics');
      await dialog.form.getByRole('button', { name: 'airco2' }).click();
      await dialog.form.locator('#ochno-span-from').fill('-24h');
      await dialog.form.locator('#ochno-span-from').press('Tab');
      assert.equal(await dialog.field('query').inputValue(), '{"from":"-24h"}');
      assert.deepEqual(await accessibilityProblems(editor.page, '.ochno-form'), []);
    });
  });
}
