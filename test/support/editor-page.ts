import type { Locator, Page } from 'playwright-core';
import { DialogPage, endDialog } from './dialog-page';

/** A place on the workspace in pixels from its top left corner. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

/** What of the editor's own state tests look at. */
interface EditorState {
  readonly flow: readonly { readonly id: string; readonly type: string }[];
  readonly changed: readonly string[];
}

/** The one that is added most. As most others do, it leaves Node-RED's red for errors as it is. */
const darkTheme = '@node-red-contrib-themes/theme-collection/themes/dark/dark.min.css';

/** The editor is a large page: a busy machine takes its time. */
const loadingMs = 60_000;

/** Whether something is shown within five seconds. */
function appears(element: Locator): Promise<boolean> {
  return element.waitFor({ timeout: 5_000 }).then(
    () => true,
    () => false,
  );
}

/** A page with Node-RED's editor in it, used as a person would: by mouse and keys. */
export class EditorPage {
  readonly page: Page;
  /** What went wrong in its scripts so far. */
  readonly errors: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
  }

  /** Loads the editor, whose theme is to follow the browser's; `logIn` is called where it asks for a user. */
  async open(url: string, logIn: (page: Page) => Promise<void> = async () => undefined): Promise<this> {
    await this.page.addInitScript(() => localStorage.setItem('view-dark-theme', 'auto'));
    await this.page.goto(url);
    await logIn(this.page);
    await this.page.locator('.red-ui-palette-node').first().waitFor({ timeout: loadingMs });
    await this.page.locator('#red-ui-loading-progress').waitFor({ state: 'hidden', timeout: loadingMs });
    return this;
  }

  /**
   * Has an editor that is loaded already show the flows that `deploy` gives the runtime, as if they had been loaded with
   * it. Without a version of its own it does not tell of them as somebody else's; and what was said under the nodes is
   * told again to who asks for it.
   */
  async takeFlows(deploy: () => Promise<void>): Promise<void> {
    await this.page.evaluate('RED.nodes.version(null)');
    await deploy();
    await this.page.evaluate(`(async () => {
      RED.nodes.clear();
      RED.history.clear();
      const { flows, rev } = await $.ajax({ url: 'flows', cache: false, headers: { Accept: 'application/json' } });
      RED.nodes.import(flows);
      RED.nodes.version(rev);
      RED.nodes.dirty(false);
      RED.workspaces.show(RED.nodes.getWorkspaceOrder()[0]);
      RED.view.redraw(true);
      RED.events.emit('flows:loaded');
      RED.comms.subscribe('status/#', () => undefined);
    })()`);
  }

  /** A node in the palette. */
  inPalette(type: string): Locator {
    return this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
  }

  /** Drags a node from the palette to the workspace; its id. */
  async drag(type: string, spot: Spot): Promise<string> {
    const before = new Set((await this.state()).flow.map(({ id }) => id));
    await this.inPalette(type).scrollIntoViewIfNeeded();
    await this.#dragMouse(await this.#middle(this.inPalette(type)), await this.#onWorkspace(spot));
    const added = (await this.state()).flow.find((node) => node.type === type && !before.has(node.id));
    if (added === undefined) throw new Error(`Dragging ${type} from the palette made no node`);
    return added.id;
  }

  /** Drags something onto the workspace. */
  async dragOnto(element: Locator, spot: Spot): Promise<void> {
    await element.scrollIntoViewIfNeeded();
    await this.#dragMouse(await this.#middle(element), await this.#onWorkspace(spot));
  }

  /** Draws a wire from the first output of one node to the input of another. */
  async wire(from: string, to: string): Promise<void> {
    const output = await this.#middle(this.node(from).locator('.red-ui-flow-port-output .red-ui-flow-port'));
    await this.#dragMouse(
      output,
      await this.#middle(this.node(to).locator('.red-ui-flow-port-input .red-ui-flow-port')),
    );
  }

  /** A node as it is drawn on the workspace. */
  node(id: string): Locator {
    return this.page.locator(`#red-ui-workspace-chart g.red-ui-flow-node-group[id="${id}"]`);
  }

  /** The text under a node. */
  status(id: string): Locator {
    return this.node(id).locator('.red-ui-flow-node-status-label');
  }

  /** Waits until this stands under a node, word for word. */
  async says(id: string, words: string): Promise<void> {
    try {
      await this.status(id).getByText(words, { exact: true }).waitFor();
    } catch (error) {
      const there = (await this.status(id).allTextContents()).join();
      throw new Error(`Under the node stands "${there}", not "${words}"`, { cause: error });
    }
  }

  /** Brings the debug sidebar to the front. */
  async showDebug(): Promise<void> {
    await this.page.evaluate(`RED.sidebar.show('debug')`);
  }

  /** Messages in the debug sidebar, the oldest first. */
  get debugMessages(): Locator {
    return this.page.locator('.red-ui-debug-msg');
  }

  /**
   * Opens a node's dialog by a double click, made anew where none opened: on a busy machine two clicks can come further
   * apart than the 650 ms the editor takes for a double click.
   */
  async edit(id: string): Promise<DialogPage> {
    const opening = this.page.locator('.red-ui-tray').first();
    do {
      await this.node(id).locator('.red-ui-flow-node').first().dblclick();
    } while (!(await appears(opening)));
    return DialogPage.opened(this.page, 'node-input');
  }

  /** Opens the dialog of a configuration node, as the sidebar's list does. */
  async editConfig(id: string): Promise<DialogPage> {
    await this.page.evaluate(`RED.editor.editConfig('', RED.nodes.node('${id}').type, '${id}')`);
    return DialogPage.opened(this.page, 'node-config-input');
  }

  async deploy(): Promise<void> {
    const button = this.page.locator('#red-ui-header-button-deploy');
    await button.click();
    await this.page.locator('#red-ui-header-button-deploy.disabled').waitFor();
    await this.page.locator('.red-ui-deploy-button-spinner').waitFor({ state: 'hidden' });
    // For five seconds the editor says so in front of the nodes, unless a click sends it away.
    const said = this.page.locator('.red-ui-notification-success');
    await said.evaluateAll((notifications: HTMLElement[]) => notifications.map((notification) => notification.click()));
    await said.first().waitFor({ state: 'detached' });
  }

  /** Presses the button an inject node has. */
  async press(id: string): Promise<void> {
    await this.node(id).locator('.red-ui-flow-node-button-button').click();
  }

  /** The flow as a deploy would send it, and the nodes the editor takes for changed. */
  state(): Promise<EditorState> {
    return this.page.evaluate(`({
      flow: RED.nodes.createCompleteNodeSet(),
      changed: RED.nodes.filterNodes({}).concat(RED.nodes.filterNodes({ type: 'ochno-config' }))
        .filter(({ changed }) => changed).map(({ id }) => id),
    })`);
  }

  /**
   * What the browser says it prefers. The editor follows it from Node-RED 5 on; before, it has a light theme only, and who
   * wants a dark one adds it.
   */
  async setTheme(theme: 'light' | 'dark'): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme });
    await this.page.evaluate(`document.querySelector('[data-added-theme]')?.remove()`);
    const isAdded = theme === 'dark' && (await this.page.evaluate(`RED.settings.version.startsWith('4.')`));
    if (!isAdded) return;
    const style = await this.page.addStyleTag({ path: require.resolve(darkTheme) });
    await style.evaluate((added) => (added as Element).setAttribute('data-added-theme', ''));
  }

  /** Closes without saving whatever dialogs a test has left open. */
  async closeDialogs(): Promise<void> {
    const cancel = this.page.locator('#node-config-dialog-cancel, #node-dialog-cancel');
    while ((await cancel.count()) > 0) await endDialog(cancel.last());
  }

  /** For who uses the editor next: nothing is open in front, or looked at in the sidebar. */
  async leave(): Promise<void> {
    await this.closeDialogs();
    await this.page.evaluate(`RED.sidebar.show('info')`);
  }

  async #onWorkspace({ x, y }: Spot): Promise<Spot> {
    const box = await this.page.locator('#red-ui-workspace-chart').boundingBox();
    if (box === null) throw new Error('The workspace is not shown');
    return { x: box.x + x, y: box.y + y };
  }

  async #middle(element: Locator): Promise<Spot> {
    const box = await element.first().boundingBox();
    if (box === null) throw new Error(`${element} is not shown`);
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  async #dragMouse(from: Spot, to: Spot): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
    await mouse.move(to.x, to.y, { steps: 4 });
    await mouse.up();
  }
}
