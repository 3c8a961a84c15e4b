import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DialogPage } from '../support/dialog-page';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';

const small = { width: 1024, height: 600 };

/** A text that every dialog of a language has. */
function text(language: string, key: string): string {
  const file = join(__dirname, '../../locales', language, 'shared.json');
  const catalogue: object = JSON.parse(readFileSync(file, 'utf8'));
  const found = key.split('.').reduce<unknown>((at, part) => Reflect.get(Object(at), part), catalogue);
  assert.ok(typeof found === 'string', key);
  return found;
}

/** What people did wrong in the account's dialog, and the words it is answered with. */
const mistakes: Readonly<
  Record<string, { make(dialog: DialogPage, bench: EditorBench): Promise<void>; readonly key: string }>
> = {
  'a wrong password': { make: (dialog) => dialog.field('password').fill('wrong'), key: 'hint.login' },
  'a wrong path': {
    make: (dialog, { simulator }) => dialog.field('server').fill(`${simulator.url}/app`),
    key: 'check.server-path',
  },
  'a wrong company': { make: (dialog) => dialog.field('company').fill('c0mpanyGone'), key: 'check.company-unknown' },
  'a server that is gone': { make: (dialog) => dialog.field('server').fill('http://127.0.0.1:1'), key: 'hint.refused' },
};

/** Who makes a mistake on a small screen, in a browser of this locale. */
export function describeMistakes(bench: () => EditorBench, locale: string, language: string): void {
  describe(`a mistake in a browser that speaks ${language}`, () => {
    let editor: EditorPage;

    before(async () => {
      editor = await bench().open([bench().account()], { size: small, locale });
    });
    after(async () => {
      await bench().leavePages();
    });
    afterEach(() => editor.closeDialogs());

    for (const [mistake, { make, key }] of Object.entries(mistakes)) {
      it(`D7: says what is wrong after ${mistake}, and the way out, in sight`, async () => {
        const dialog = await editor.editConfig(accountId);
        await dialog.field('password').fill(bench().simulator.password);
        await make(dialog, bench());
        assert.ok((await dialog.testConnection()).includes('failed'));
        const [beginning = ''] = text(language, key).split('__', 1);
        const said = dialog.form.locator('.ochno-step').getByText(beginning);
        await said.waitFor();
        const box = await said.boundingBox();
        assert.ok(box !== null && box.y >= 0 && box.y + box.height <= small.height, JSON.stringify(box));
      });
    }
  });
}
