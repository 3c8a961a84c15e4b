import assert from 'node:assert/strict';
import { actionOutDefaults, portInDefaults, restDefaults } from '../../nodes/options';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import type { FlowNode } from '../support/node-red-process';

const flow: readonly FlowNode[] = [
  { id: 'in', type: 'ochno-port-in', ...portInDefaults, hub: 'hub1', show: 'connection', ...place(60) },
  {
    id: 'out',
    type: 'ochno-action-out',
    ...actionOutDefaults,
    location: 'loc1',
    hub: 'hub1',
    port: 'port1',
    ...place(120),
  },
  { id: 'rest', type: 'ochno-rest', ...restDefaults, ...place(180) },
  {
    id: 'wrong',
    type: 'ochno-port-in',
    ...portInDefaults,
    hub: 'a//b',
    emit: 'change',
    deadband: 'a lot',
    ...place(240),
  },
];

function place(y: number) {
  return { account: accountId, z: 'tab', x: 240, y, wires: [[]] };
}

/** What our nodes look like outside their dialogs. */
export function describeWorkspace(bench: () => EditorBench): void {
  describe('the workspace', () => {
    let editor: EditorPage;

    before(async () => {
      editor = await bench().open([bench().account(), ...flow]);
    });
    after(async () => {
      await bench().leavePages();
    });
    afterEach(() => editor.closeDialogs());

    it('has a category of our own in the palette, with an icon for each node', async () => {
      const category = editor.page.locator('#red-ui-palette-container-Ochno');
      assert.equal((await category.locator('.red-ui-palette-header').textContent())?.trim(), 'Ochno');
      const types = await category
        .locator('.red-ui-palette-node')
        .evaluateAll((nodes) => nodes.map((node) => node.getAttribute('data-palette-type')));
      assert.deepEqual(types.sort(), ['ochno-action-out', 'ochno-port-in', 'ochno-rest']);
      for (const type of [...types, 'ochno-config']) {
        const icon: { module: string; file: string } = await editor.page.evaluate(
          `RED.utils.getDefaultNodeIcon(RED.nodes.getType('${type}'))`,
        );
        assert.deepEqual(icon, { module: '@ochno/node-red-ochno', file: `${type}.svg` });
        const answer = await editor.page.request.get(`${bench().nodeRed.url}/icons/${icon.module}/${icon.file}`);
        assert.match(await answer.text(), /<svg/);
      }
    });

    it('says under each node how it stands, in words', async () => {
      for (const id of ['in', 'out', 'rest']) {
        await editor.says(id, 'connected');
      }
      await editor.says('wrong', 'not configured: Deadband');
    });

    it('marks a node that is wrong, and its dialog says what is wrong until it is mended', async () => {
      assert.match(await errorsOf(editor, 'wrong'), /Hub: an id can’t contain “\/”/);
      const dialog = await editor.edit('wrong');
      await dialog.reason('hub').getByText('Hub: an id can’t contain “/”').waitFor();
      await dialog.reason('deadband').getByText('Deadband: a number such as 5').waitFor();
      assert.equal(await dialog.field('hub').getAttribute('aria-invalid'), 'true');
      await dialog.field('hub').fill('hub1');
      await dialog.field('deadband').fill('10%');
      await dialog.reason('hub').waitFor({ state: 'hidden' });
      await dialog.reason('deadband').waitFor({ state: 'hidden' });
      assert.equal(await dialog.field('hub').getAttribute('aria-invalid'), 'false');
    });

    it('leaves our nodes where they are when their labels come to say the names of places', async () => {
      const places = (): Promise<unknown> =>
        editor.page.evaluate('RED.nodes.filterNodes({}).map(({ id, x, y }) => [id, x, y])');
      await editor.page.evaluate(`
        globalThis[Symbol.for('@ochno/node-red-ochno names')]?.clear();
        RED.nodes.eachNode((node) => Object.assign(node, { dirty: true, resize: true, w: undefined }));
        RED.view.redraw();
      `);
      await editor.node('out').getByText('hub1 › port1').waitFor();
      const before = await places();
      const dialog = await editor.edit('in');
      await dialog.form.getByRole('button', { name: 'Read the lists again' }).click();
      await editor.node('out').getByText('Desk 1 · Lamp').waitFor();
      await editor.closeDialogs();
      assert.deepEqual(await places(), before);
      assert.equal(await editor.page.evaluate('RED.nodes.dirty()'), false);
    });

    it('shows the request that rest will make, as it is typed', async () => {
      const { url } = bench().simulator;
      const dialog = await editor.edit('rest');
      const preview = dialog.form.locator('#ochno-preview');
      assert.equal(await preview.textContent(), `GET ${url}/api/companies`);
      await dialog.field('resource').selectOption('hubs');
      await dialog.field('operation').selectOption('update');
      await dialog.form.locator('#ochno-target-input').pressSequentially('hub 1');
      assert.equal(await preview.textContent(), `GET ${url}/api/hubs/hub%201\nPUT ${url}/api/hubs/hub%201`);
    });
  });
}

/** What Node-RED has against a node, as its tooltip says it. */
function errorsOf(editor: EditorPage, id: string): Promise<string> {
  return editor.page.evaluate(`String(RED.nodes.node('${id}').validationErrors)`);
}
