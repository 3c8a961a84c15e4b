import assert from 'node:assert/strict';
import { portInDefaults } from '../../nodes/options';
import { type Simulator, startSimulator } from '../simulator';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';

const wires = [[]];

/** What a list or tree may draw, however much there is. */
const mostRows = 110;

/** A building of 10 000 ports. */
export function describeLargeBuilding(bench: () => EditorBench): void {
  describe('with 10 000 ports', () => {
    let simulator: Simulator;
    let editor: EditorPage;

    before(async () => {
      simulator = await startSimulator({ companies: 1, locations: 5, hubs: 250, ports: 8 });
      const { url: server } = simulator;
      const options = { ...portInDefaults, account: accountId };
      editor = await bench().open([
        bench().account({ server }),
        { id: 'in', type: 'ochno-port-in', ...options, hub: 'hub1', z: 'tab', x: 240, y: 60, wires },
      ]);
    });
    after(async () => {
      await bench().leavePages();
      await simulator?.close();
    });
    afterEach(() => editor.closeDialogs());

    it('a list draws some of them, says how many more there are, and finds any of them', async () => {
      const dialog = await editor.edit('in');
      await dialog.field('hub').fill('');
      await dialog.page.keyboard.press('Tab');
      await dialog.placesLine.getByText('Ports: 10000').waitFor();
      const rows = await dialog.openList('port');
      assert.ok((await rows.count()) <= mostRows);
      await rows.last().getByText('and 9900 more').waitFor();
      await dialog.field('port').pressSequentially('port9876');
      assert.equal(await rows.count(), 1);
      await rows.first().click();
      assert.equal(await dialog.field('port').inputValue(), 'port9876');
      assert.equal(await dialog.field('hub').inputValue(), simulator.building.port('port9876').hubId);
    });

    it('the tree draws the rows in sight and finds any of them', async () => {
      const dialog = await editor.edit('in');
      const tree = await dialog.openTree();
      const search = dialog.form.getByPlaceholder('Search the building');
      const drawn = dialog.form.locator('.ochno-tree-row');
      await search.fill('port');
      await drawn.nth(10).waitFor();
      assert.ok((await drawn.count()) <= mostRows);
      await tree.focus();
      await dialog.page.keyboard.press('End');
      await drawn.filter({ hasText: 'port10000' }).waitFor();
      assert.ok((await drawn.count()) <= mostRows);
      await search.fill('port9876');
      await drawn.filter({ hasText: 'port9876' }).click();
      assert.match(await dialog.field('port').inputValue(), /port9876$/);
    });
  });
}
