import assert from 'node:assert/strict';
import type { EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import { eventually } from '../support/eventually';

/** What a new user does first, with nothing but what is on the screen. */
export function describeFirstFlow(bench: () => EditorBench): void {
  describe('a first flow', () => {
    let editor: EditorPage;

    beforeEach(async () => {
      editor = await bench().open([]);
    });
    afterEach(() => bench().leavePages());

    it('goes from an empty tab to an event in the sidebar and a lamp that glows', async () => {
      const { simulator } = bench();
      const portIn = await editor.drag('ochno-port-in', { x: 160, y: 100 });
      const event = await editor.drag('debug', { x: 400, y: 100 });
      const inject = await editor.drag('inject', { x: 160, y: 220 });
      const actionOut = await editor.drag('ochno-action-out', { x: 360, y: 220 });
      const sent = await editor.drag('debug', { x: 560, y: 220 });
      const rest = await editor.drag('ochno-rest', { x: 300, y: 340 });
      await editor.wire(portIn, event);
      await editor.wire(inject, actionOut);
      await editor.wire(actionOut, sent);

      const port = await editor.edit(portIn);
      const account = await port.editAccount('add');
      await account.field('server').fill(simulator.url);
      await account.field('email').fill(simulator.email);
      await account.field('password').fill('wrong');
      assert.deepEqual(await account.testConnection(), ['failed', 'not tried', 'not tried', 'not tried']);
      assert.match((await account.form.locator('.ochno-step-hint').textContent()) ?? '', /Check e-mail and password/);
      await account.field('password').fill(simulator.password);
      assert.deepEqual(await account.testConnection(), ['ok', 'ok', 'ok', 'ok']);
      assert.equal(
        await account.form.locator('.ochno-test-summary').textContent(),
        'Everything works: this account is ready to use.',
      );
      await (await account.openList('company')).filter({ hasText: 'Goople' }).click();
      assert.equal(await account.field('company').inputValue(), 'r2d2i5b43');
      await account.done();

      await port.openTree();
      await port.expand('Head office', 'Floor 1', 'Desk 1');
      await port.row('Lamp').click();
      assert.equal(await port.field('hub').inputValue(), 'hub1');
      assert.equal(await port.field('port').inputValue(), 'port1');
      await port.done();

      const action = await editor.edit(actionOut);
      await action.field('account').selectOption({ index: 0 });
      await action.openTree();
      await action.expand('Head office', 'Floor 1', 'Desk 1');
      await action.row('Lamp').click();
      await action.form.getByRole('button', { name: '50 %' }).click();
      await action.done();
      const request = await editor.edit(rest);
      await request.field('account').selectOption({ index: 0 });
      await request.done();

      await editor.deploy();
      await editor.says(portIn, 'connected');
      await editor.press(inject);
      await eventually(() => simulator.building.port('port1').data.device?.lamp?.level === 50, 'the lamp is at 50 %');
      const building = await bench().page();
      await building.goto(simulator.url);
      await building.locator('[data-port="port1"][data-lit]').getByText('50').waitFor();
      await building.close();
      await editor.debugMessages.nth(1).waitFor({ state: 'attached' });
      const messages = await editor.debugMessages.allTextContents();
      assert.ok(
        messages.some((text) => text.includes('/ports/r2d2i5b43/loc1/hub1/port1')),
        messages.join('\n'),
      );
    });
  });
}
