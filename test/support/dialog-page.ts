import type { Locator, Page } from 'playwright-core';

/** How often the page is asked. Playwright's default, every frame, has the browser paint 60 frames a second meanwhile. */
const pollingMs = 20;

/** A moment after a dialog stands in its place, the editor gives its first field the focus: then it is done with it. */
function hasFocus(): boolean {
  const dialog = [...document.querySelectorAll('.red-ui-tray')].pop();
  return dialog?.contains(document.activeElement) ?? false;
}

/** Whether something of a dialog is gone, and the dialog below it raised again, if there is one: until then it takes no click. */
function isGone(part: Node | null): boolean {
  if (part?.isConnected) return false;
  const raised = document.getElementById('red-ui-editor-stack')?.style.zIndex === '13';
  return raised || document.querySelector('.red-ui-tray') === null;
}

/** Ends a dialog by one of its buttons. */
export async function endDialog(button: Locator): Promise<void> {
  const page = button.page();
  const part = await button.elementHandle();
  await button.click();
  await page.waitForFunction(isGone, part, { polling: pollingMs });
  // The handle would keep all of the dialog in the page.
  await part?.dispose();
}

type Prefix = 'node-input' | 'node-config-input';

/** An open edit dialog of one of our nodes. */
export class DialogPage {
  readonly page: Page;
  /** Our part of it. */
  readonly form: Locator;
  readonly #prefix: Prefix;

  private constructor(page: Page, prefix: Prefix) {
    this.page = page;
    this.#prefix = prefix;
    this.form = page.locator('.ochno-form').filter({ has: page.locator(`#${prefix}-name`) });
  }

  static async opened(page: Page, prefix: Prefix): Promise<DialogPage> {
    const dialog = new DialogPage(page, prefix);
    await dialog.form.waitFor();
    await page.waitForFunction(hasFocus, undefined, { polling: pollingMs });
    return dialog;
  }

  field(option: string): Locator {
    return this.form.locator(`#${this.#prefix}-${option}`);
  }

  /** Everything that is filled in, by the fields' ids. */
  values(): Promise<Readonly<Record<string, string>>> {
    return this.form
      .locator('[id^="node-"]:is(input, select)')
      .evaluateAll((fields) =>
        Object.fromEntries(
          fields.map((field) => [field.id, String(Reflect.get(field, 'checked') || Reflect.get(field, 'value'))]),
        ),
      );
  }

  /** The name, or what is wrong, below a field. */
  hint(option: string): Locator {
    return this.form.locator(`#${this.#prefix}-${option}-hint`);
  }

  reason(option: string): Locator {
    return this.form.locator(`#${this.#prefix}-${option}-reason`);
  }

  /** Opens the list of a search box; its lines. */
  async openList(option: string): Promise<Locator> {
    await this.#box(option).locator('.ochno-open').click();
    return this.options(option);
  }

  /** The lines of a search box that is open. */
  options(option: string): Locator {
    return this.#box(option).getByRole('option');
  }

  /** The line that says how the lists of the building stand. */
  get placesLine(): Locator {
    return this.form.locator('.ochno-state');
  }

  /** Opens the account's dialog in front of this one, with the account that is chosen or a new one. */
  async editAccount(which: 'add' | 'edit'): Promise<DialogPage> {
    await this.form.locator(`#node-input-btn-account-${which}`).click();
    return DialogPage.opened(this.page, 'node-config-input');
  }

  async openTree(): Promise<Locator> {
    const button = this.form.locator('[aria-controls="ochno-tree-panel"]');
    if ((await button.getAttribute('aria-expanded')) === 'false') await button.click();
    return this.form.locator('.ochno-tree');
  }

  /** Opens a row of the tree by its caret. */
  async expand(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const row = this.row(name);
      if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.ochno-tree-caret').click();
    }
  }

  /** A row of the tree by the whole name that stands there. */
  row(name: string): Locator {
    const named = this.page.locator(`.ochno-option-name:text-is(${JSON.stringify(name)})`);
    return this.form.locator('.ochno-tree-row').filter({ has: named });
  }

  /** Runs the connection test and waits for its end; the states of its four steps. */
  async testConnection(): Promise<readonly string[]> {
    await this.form.locator('#ochno-test button').click();
    await this.form.locator('#ochno-test button:enabled').waitFor();
    const steps = await this.form.locator('.ochno-step:visible').all();
    return Promise.all(steps.map(async (step) => (await step.getAttribute('data-state')) ?? ''));
  }

  done(): Promise<void> {
    return this.#end('ok');
  }

  cancel(): Promise<void> {
    return this.#end('cancel');
  }

  #box(option: string): Locator {
    return this.form.locator('.ochno-field').filter({ has: this.page.locator(`#${this.#prefix}-${option}`) });
  }

  #end(how: 'ok' | 'cancel'): Promise<void> {
    const dialog = this.#prefix === 'node-input' ? 'node-dialog' : 'node-config-dialog';
    return endDialog(this.page.locator(`#${dialog}-${how}`));
  }
}
