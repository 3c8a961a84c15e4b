import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionOutDefaults, portInDefaults, restDefaults } from '../../nodes/options';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';

interface Texts {
  readonly [key: string]: string | Texts;
}

const root = join(__dirname, '../..');
const types = ['ochno-port-in', 'ochno-action-out', 'ochno-rest', 'ochno-config'] as const;
const place = (y: number) => ({ account: accountId, z: 'tab', x: 240, y, wires: [[]] });

function readSwedish(type: string, ending: 'json' | 'html'): string {
  return readFileSync(join(root, 'dist/nodes/locales/sv', `${type}.${ending}`), 'utf8');
}

/** A text of a catalogue by its key: `label.hub`. */
function textOf(texts: Texts, key: string): string {
  const found = key.split('.').reduce((at: string | Texts | undefined, part) => Object(at)[part], texts);
  assert.ok(typeof found === 'string', key);
  return found;
}

/** A browser that speaks Swedish, a language that Node-RED itself does not have. */
export function describeLanguages(bench: () => EditorBench): void {
  describe('in a Swedish browser', () => {
    let editor: EditorPage;

    before(async () => {
      const flow = [
        { id: 'in', type: 'ochno-port-in', ...portInDefaults, hub: 'hub1', ...place(60) },
        { id: 'out', type: 'ochno-action-out', ...actionOutDefaults, ...place(120) },
        { id: 'rest', type: 'ochno-rest', ...restDefaults, ...place(180) },
      ];
      editor = await bench().open([bench().account(), ...flow], { locale: 'sv-SE' });
    });
    after(async () => {
      await bench().leavePages();
    });
    afterEach(() => editor.closeDialogs());

    for (const [at, type] of types.entries()) {
      it(`the dialog of ${type} is in Swedish`, async () => {
        const texts: Texts = JSON.parse(readSwedish(type, 'json'));
        const id = ['in', 'out', 'rest'][at];
        const dialog = id === undefined ? await editor.editConfig(accountId) : await editor.edit(id);
        const shown = await dialog.form.locator('[data-i18n]').evaluateAll((elements) =>
          elements.map((element) => {
            const [, attribute = '', key = ''] =
              /^(?:\[(.*)\])?(.*)$/.exec(element.getAttribute('data-i18n') ?? '') ?? [];
            return [key, attribute === '' ? element.textContent : element.getAttribute(attribute)];
          }),
        );
        assert.ok(shown.length > 8);
        for (const [key, text] of shown) assert.equal(text, textOf(texts, key?.replace(/^.*:/, '') ?? ''));
      });
    }

    it('so are the words under a node, the state of the lists and the palette’s tooltip', async () => {
      const texts: Texts = JSON.parse(readSwedish('ochno-port-in', 'json'));
      await editor.status('in').getByText(textOf(texts, 'status.connected'), { exact: true }).waitFor();
      const dialog = await editor.edit('in');
      await dialog.placesLine.getByText(textOf(texts, 'places.known').replace(/__ports__.*/, '16')).waitFor();
      await dialog.field('hub').fill('a//b');
      await dialog.field('hub').press('Tab');
      await dialog.reason('hub').getByText(textOf(texts, 'check.id-character').replace('__character__', '/')).waitFor();
    });

    for (const type of types) {
      it(`the help of ${type} is in Swedish`, async () => {
        const help: string = await editor.page.evaluate(`RED.nodes.getNodeHelp('${type}')`);
        const [, written = ''] = /<script[^>]*>([\s\S]*?)<\/script>/.exec(readSwedish(type, 'html')) ?? [];
        assert.ok(written.trim().length > 200);
        assert.equal(help.trim(), written.trim());
      });
    }
  });
}
