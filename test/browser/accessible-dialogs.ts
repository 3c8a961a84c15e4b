import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { actionOutDefaults, portInDefaults, restDefaults } from '../../nodes/options';
import { accessibilityProblems } from '../support/accessibility';
import type { DialogPage } from '../support/dialog-page';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import type { FlowNode } from '../support/node-red-process';

const lamp = { account: accountId, location: 'loc1', hub: 'hub1', port: 'port1' };
const place = (y: number) => ({ z: 'tab', x: 240, y, wires: [[]] });
const flow: readonly FlowNode[] = [
  { id: 'in', type: 'ochno-port-in', ...portInDefaults, ...lamp, ...place(60), emit: 'change', deadband: '5' },
  { id: 'wrong', type: 'ochno-port-in', ...portInDefaults, hub: 'a//b', port: 'gone', property: '..', ...place(120) },
  { id: 'out', type: 'ochno-action-out', ...actionOutDefaults, ...lamp, ...place(180) },
  { id: 'rest', type: 'ochno-rest', ...restDefaults, account: accountId, ...place(240) },
  {
    ...{ id: 'path', type: 'ochno-rest', ...restDefaults, account: accountId, ...place(300) },
    ...{ resource: 'custom', operation: 'request', path: '/api/hubs/../x', query: '[' },
  },
  {
    ...{ id: 'metrics', type: 'ochno-rest', ...restDefaults, account: accountId, ...place(360) },
    ...{ resource: 'metrics', target: 'temperature' },
  },
];

type Look = (editor: EditorPage) => Promise<DialogPage>;

/** The dialogs in the states that draw something of their own. */
const looks: Readonly<Record<string, Look>> = {
  'port in with its tree': async (editor) => {
    const dialog = await editor.edit('in');
    await dialog.openTree();
    await dialog.expand('Head office', 'Floor 1', 'Desk 1');
    return dialog;
  },
  'port in with a list': async (editor) => {
    const dialog = await editor.edit('in');
    await (await dialog.openList('port')).first().waitFor();
    await dialog.page.keyboard.press('ArrowDown');
    return dialog;
  },
  'port in with reasons': (editor) => editor.edit('wrong'),
  'action out with what the lamp can be told': async (editor) => {
    const dialog = await editor.edit('out');
    await dialog.form.locator('.ochno-offers button').first().waitFor();
    return dialog;
  },
  'action out with its tree': async (editor) => {
    const dialog = await editor.edit('out');
    await dialog.openTree();
    await dialog.expand('Head office', 'Floor 1', 'Desk 1');
    return dialog;
  },
  rest: (editor) => editor.edit('rest'),
  'rest with a path of its own and reasons': (editor) => editor.edit('path'),
  'account after a test that went well': async (editor) => {
    const dialog = await editor.editConfig(accountId);
    assert.deepEqual(await dialog.testConnection(), ['ok', 'ok', 'ok', 'ok']);
    return dialog;
  },
  'account after a test that failed': async (editor) => {
    const dialog = await editor.editConfig(accountId);
    await dialog.field('server').fill('http://127.0.0.1:1');
    await dialog.field('password').fill('typed');
    assert.equal((await dialog.testConnection())[0], 'failed');
    return dialog;
  },
};

/** What of a form can be worked with, in words, and what of it lies outside the dialog's sides. */
const parts = `(() => {
  const form = [...document.querySelectorAll('.ochno-form')].pop();
  const tray = form.closest('.red-ui-tray').getBoundingClientRect();
  const shown = [...form.querySelectorAll('input, select, button, output, .ochno-hint')].filter((part) => part.checkVisibility());
  const isIn = ({ left, right }) => left >= tray.left && right <= tray.right;
  const works = ({ tagName, tabIndex, disabled }) => /INPUT|SELECT|BUTTON/.test(tagName) && tabIndex >= 0 && !disabled;
  return {
    outside: shown.filter((part) => !isIn(part.getBoundingClientRect())).map(({ outerHTML }) => outerHTML),
    controls: shown.filter(works).length,
  };
})()`;

/** The part of the form that has the focus, once it is nowhere else: whether it has a name, and can be seen. */
const focused = `(() => {
  const part = document.activeElement;
  if (!part.closest('.ochno-form')) return null;
  const { left, top, width, height } = part.getBoundingClientRect();
  const seen = document.elementFromPoint(left + width / 2, top + height / 2);
  const label = [...(part.labels ?? [])].map(({ textContent }) => textContent).join(' ');
  return {
    html: part.outerHTML,
    name: (part.getAttribute('aria-label') ?? (label || part.textContent)).trim(),
    isSeen: seen !== null && (part.contains(seen) || part.parentElement.contains(seen)),
  };
})()`;

interface Focused {
  readonly html: string;
  readonly name: string;
  readonly isSeen: boolean;
}

/** What Tab leads to, from the first field of a form to where it leaves it. */
async function tabThrough(page: Page): Promise<readonly Focused[]> {
  const found: Focused[] = [];
  for (;;) {
    const at: Focused | null = await page.evaluate(focused);
    if (at === null) return found;
    found.push(at);
    await page.keyboard.press('Tab');
  }
}

/** That our dialogs can be used by everybody: what axe can tell, in both themes. */
export function describeAccessibleDialogs(bench: () => EditorBench): void {
  describe('axe finds nothing wrong', () => {
    let editor: EditorPage;

    before(async () => {
      editor = await bench().open([bench().account(), ...flow]);
    });
    after(async () => {
      await bench().leavePages();
    });

    afterEach(() => editor.closeDialogs());

    for (const [name, look] of Object.entries(looks)) {
      it(`in ${name}`, async () => {
        const dialog = await look(editor);
        await editor.setTheme('light');
        assert.deepEqual(await accessibilityProblems(editor.page, '.ochno-form'), []);
        await editor.setTheme('dark');
        assert.deepEqual(await accessibilityProblems(editor.page, '.ochno-form', 'colours'), []);
        await dialog.cancel();
      });
    }
  });
}

/** That they can be used on a small screen by who has no mouse and reads German. */
export function describeSmallScreen(bench: () => EditorBench): void {
  describe('on a screen of 1024 × 600 pixels, with the long words of German', () => {
    let editor: EditorPage;

    before(async () => {
      const size = { width: 1024, height: 600 };
      editor = await bench().open([bench().account(), ...flow], { locale: 'de-DE', size });
    });
    after(async () => {
      await bench().leavePages();
    });

    afterEach(() => editor.closeDialogs());

    for (const id of ['in', 'out', 'rest', 'metrics', 'path', accountId]) {
      it(`everything of the dialog is within it, and reached and named by Tab: ${id}`, async () => {
        const dialog = id === accountId ? await editor.editConfig(id) : await editor.edit(id);
        const { outside, controls }: { outside: string[]; controls: number } = await editor.page.evaluate(parts);
        assert.deepEqual(outside, []);
        await dialog.field('name').focus();
        const reached = await tabThrough(editor.page);
        assert.deepEqual(
          reached.filter(({ name, isSeen }) => name === '' || !isSeen),
          [],
        );
        assert.equal(new Set(reached.map(({ html }) => html)).size, controls);
      });
    }

    it('everything of each dialog is within it in a window of 900 pixels, too', async () => {
      await editor.page.setViewportSize({ width: 900, height: 600 });
      try {
        for (const id of ['in', 'out', 'rest', 'metrics', 'path']) {
          const dialog = await editor.edit(id);
          const { outside }: { outside: string[] } = await editor.page.evaluate(parts);
          assert.deepEqual(outside, [], id);
          const [form, tray] = await Promise.all([
            dialog.form.boundingBox(),
            editor.page.locator('.red-ui-tray').boundingBox(),
          ]);
          assert.ok(form && tray && form.x + form.width <= tray.x + tray.width, id);
          await editor.closeDialogs();
        }
      } finally {
        await editor.page.setViewportSize({ width: 1024, height: 600 });
      }
    });

    it('calls what metrics ask for a measurement as soon as the dialog opens', async () => {
      const dialog = await editor.edit('metrics');
      assert.equal(await dialog.form.locator('#ochno-target-text').textContent(), 'Messgröße');
    });
  });
}
