import type { Locator } from 'playwright-core';
import type { EditorPage } from './editor-page';

/** What it shows comes over Node-RED from the platform, twice on a first look. */
const patienceMs = 40_000;

/** The tab Ochno of an editor's sidebar. */
export class SidebarPage {
  readonly content: Locator;
  readonly #editor: EditorPage;

  private constructor(editor: EditorPage) {
    this.#editor = editor;
    this.content = editor.page.locator('.ochno-sb');
  }

  /** Brings the tab to the front. */
  static async open(editor: EditorPage): Promise<SidebarPage> {
    await editor.page.evaluate(`RED.sidebar.show('ochno')`);
    editor.page.setDefaultTimeout(patienceMs);
    const sidebar = new SidebarPage(editor);
    await sidebar.content.waitFor();
    await sidebar.#tidy();
    return sidebar;
  }

  /** What who had the editor before has looked for, filtered, ticked and opened is as it was at first. */
  async #tidy(): Promise<void> {
    await this.content.evaluate((sidebar) => {
      const pressed = '.ochno-sb-chip[aria-pressed="true"], .ochno-sb-ticks:not([hidden]) button:first-of-type';
      const open = '.ochno-sb-panel:not([hidden]) .ochno-sb-panel-head > button';
      for (const button of sidebar.querySelectorAll<HTMLElement>(`[role="tab"]:first-child, ${pressed}, ${open}`)) {
        button.click();
      }
      const search = sidebar.querySelector<HTMLInputElement>('.ochno-sb-search');
      if (!search?.value) return;
      search.value = '';
      search.dispatchEvent(new Event('input'));
    });
  }

  get tree(): Locator {
    return this.content.getByRole('tree');
  }

  get rows(): Locator {
    return this.content.getByRole('treeitem');
  }

  get ports(): Locator {
    return this.content.locator('.ochno-sb-port');
  }

  get marked(): Locator {
    return this.content.locator('.ochno-sb-marked');
  }

  get search(): Locator {
    return this.content.getByPlaceholder('Search the building');
  }

  get panel(): Locator {
    return this.content.locator('.ochno-sb-panel');
  }

  /** The first port of that name. */
  port(name: string): Locator {
    return this.ports.filter({ has: this.#editor.page.locator('.ochno-sb-name', { hasText: name }) }).first();
  }

  /** Resolves when the first port of that name says so. */
  says(name: string, text: string): Promise<void> {
    return this.port(name).getByText(text, { exact: true }).waitFor();
  }

  filter(name: string): Locator {
    return this.content.getByRole('group', { name: 'Filters' }).getByRole('button', { name, exact: true });
  }

  async tick(name: string): Promise<void> {
    await this.port(name).locator('.ochno-sb-tick').click();
  }

  /** The line of one value in the port that is opened. */
  value(path: string): Locator {
    return this.panel
      .locator('.ochno-sb-values > li')
      .filter({ has: this.#editor.page.getByText(path, { exact: true }) });
  }

  async view(name: 'Building' | 'Issues' | 'Health'): Promise<void> {
    await this.content.getByRole('tab', { name }).click();
  }

  /** What the row says that keys act on. */
  activeText(): Promise<string> {
    return this.#editor.page.evaluate(
      `document.getElementById(document.querySelector('.ochno-sb-tree').getAttribute('aria-activedescendant'))?.textContent ?? ''`,
    );
  }
}
