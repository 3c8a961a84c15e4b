import assert from 'node:assert/strict';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { type Simulator, startSimulator } from '../simulator';
import { launchBrowser } from './browser';
import { EditorPage } from './editor-page';
import type { NodeRedLaunch } from './node-red-child';
import {
  type FlowCredentials,
  type FlowNode,
  type NodeRedOptions,
  type NodeRedProcess,
  startNodeRed,
} from './node-red-process';

export interface OpenOptions {
  readonly locale?: string;
  /** Whose browser it is: one user's pages share what was loaded and who is logged in, in whatever language. */
  readonly user?: string;
  /** How many pixels of the page are seen. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Pixels of a picture for each of them: 2 for a picture to be looked at. */
  readonly scale?: number;
  /** Of accounts besides the simulated platform's. */
  readonly credentials?: FlowCredentials;
}

/** The id of the account of the simulated platform in the flows that are tried here. */
export const accountId = '0c40b51d3f7a9e21';

const patienceMs = 15_000;
const usualLocale = 'en-US';
const usualSize = { width: 1280, height: 900 };

/** Which of the two code editors of Node-RED it has in its dialogs. */
export type CodeEditor = 'ace' | 'monaco';

function withEditor(lib: CodeEditor): Readonly<Record<string, unknown>> {
  return { editorTheme: { tours: false, codeEditor: { lib } } };
}

/**
 * Has all that slides and fades be there at once, and hides a picture that turns. Without a graphics card, painting it
 * takes a quarter of the time of a test, and what slides can't be clicked yet.
 */
function standStill(): void {
  const style = new CSSStyleSheet();
  style.replaceSync(`
    *, ::before, ::after { transition: none !important; animation: none !important }
    img[src$="/spin.svg"] { visibility: hidden !important }`);
  document.adoptedStyleSheets.push(style);
}

/**
 * Spares each page the library for diagrams, which no text of ours has: a third of the time that loading an editor takes.
 * The editor asks for it as a script by a request.
 */
function drawNoDiagrams(): void {
  const { open } = XMLHttpRequest.prototype;
  const nothing = 'data:text/javascript,window.mermaid={initialize(){}}';
  XMLHttpRequest.prototype.open = function (method: string, url: string | URL): void {
    open.call(this, method, String(url).includes('/mermaid/') ? nothing : url, true);
  };
}

function browserOf({ user = '', scale = 1 }: OpenOptions): string {
  return `${user} ${scale}`;
}

/** The language a page speaks, of which Playwright would have one browser for each. */
class PageLanguage {
  readonly #session: CDPSession;
  #locale = '';

  private constructor(session: CDPSession) {
    this.#session = session;
  }

  static async of(page: Page): Promise<PageLanguage> {
    return new PageLanguage(await page.context().newCDPSession(page));
  }

  get locale(): string {
    return this.#locale;
  }

  /** From when the page is loaded next. */
  async speak(locale: string): Promise<void> {
    const { userAgent } = await this.#session.send('Browser.getVersion');
    await this.#session.send('Emulation.setUserAgentOverride', { userAgent, acceptLanguage: locale });
    await this.#session.send('Emulation.setLocaleOverride', { locale });
    this.#locale = locale;
  }
}

/** A simulated platform, a Node-RED and a browser, started once for many tests. */
export class EditorBench {
  readonly simulator: Simulator;
  readonly nodeRed: NodeRedProcess;
  readonly #browser: Browser;
  readonly #launch: Partial<NodeRedLaunch>;
  readonly #contexts = new Map<string, BrowserContext>();
  readonly #languages = new WeakMap<Page, PageLanguage>();
  readonly #used = new Map<EditorPage, string>();
  /** Editors that were left, by whose browser they are in. */
  readonly #left = new Map<string, EditorPage>();

  private constructor(launch: Partial<NodeRedLaunch>, simulator: Simulator, nodeRed: NodeRedProcess, browser: Browser) {
    this.#launch = launch;
    this.simulator = simulator;
    this.nodeRed = nodeRed;
    this.#browser = browser;
  }

  /** With monaco, which is Node-RED's default, each page and each dialog takes longer to open. */
  static async start(launch: Partial<NodeRedLaunch> = {}, lib: CodeEditor = 'ace'): Promise<EditorBench> {
    const ends: (() => unknown)[] = [];
    try {
      const browser = await launchBrowser();
      ends.push(() => browser.close());
      const simulator = await startSimulator();
      ends.push(() => simulator.close());
      return new EditorBench(launch, simulator, await startNodeRed({ ...launch, settings: withEditor(lib) }), browser);
    } catch (error) {
      for (const end of ends) await end();
      throw error;
    }
  }

  /** One more Node-RED of the same version, to be stopped by who starts it. Its code editor is the one that loads faster. */
  startNodeRed({ settings = {}, ...options }: NodeRedOptions): Promise<NodeRedProcess> {
    return startNodeRed({ ...this.#launch, ...options, settings: { ...withEditor('ace'), ...settings } });
  }

  /** The account of the simulated platform as it stands in a flow. */
  account(options: Readonly<Record<string, unknown>> = {}): FlowNode {
    const { url: server } = this.simulator;
    const saved = { server, company: 'r2d2i5b43', keepalive: 30, connections: 1, tls: '', version: 1 };
    return { id: accountId, type: 'ochno-config', name: 'Head office', ...saved, ...options };
  }

  /** Deploys a flow, with the password of the simulated platform for its account, and opens the editor on it. */
  async open(flow: readonly FlowNode[], options: OpenOptions = {}): Promise<EditorPage> {
    const { email, password } = this.simulator;
    const tab = flow.some(({ type }) => type === 'tab') ? [] : [{ id: 'tab', type: 'tab', label: 'Flow' }];
    const credentials = { [accountId]: { email, password }, ...options.credentials };
    const deploy = (): Promise<void> => this.nodeRed.deploy([...tab, ...flow], credentials);
    const { locale = usualLocale, size = usualSize } = options;
    const key = browserOf(options);
    const left = this.#left.get(key);
    const editor = left ?? new EditorPage(await this.page(options));
    this.#left.delete(key);
    this.#used.set(editor, key);
    const language = this.#languages.get(editor.page);
    await editor.page.setViewportSize(size);
    if (left === undefined || language?.locale !== locale) {
      await language?.speak(locale);
      await deploy();
      return editor.open(this.nodeRed.url);
    }
    await editor.takeFlows(deploy);
    return editor;
  }

  /** An empty page. */
  async page(options: OpenOptions = {}): Promise<Page> {
    const { locale = usualLocale, size = usualSize, scale = 1 } = options;
    const key = browserOf(options);
    const present = this.#contexts.get(key);
    const look = { deviceScaleFactor: scale, reducedMotion: 'reduce' } as const;
    const context = present ?? (await this.#browser.newContext(look));
    if (present === undefined) for (const script of [standStill, drawNoDiagrams]) await context.addInitScript(script);
    this.#contexts.set(key, context);
    const page = await context.newPage();
    const language = await PageLanguage.of(page);
    await language.speak(locale);
    this.#languages.set(page, language);
    page.setDefaultTimeout(patienceMs);
    page.setDefaultNavigationTimeout(4 * patienceMs);
    await page.setViewportSize(size);
    return page;
  }

  /**
   * Leaves the editors to the next who opens one in the same browser, since loading one takes seconds. Throws if their
   * scripts had an error.
   */
  async leavePages(): Promise<void> {
    const errors: string[] = [];
    for (const [editor, key] of this.#used) {
      errors.push(...editor.errors.splice(0));
      if (this.#left.has(key)) await editor.page.close();
      else {
        await editor.leave();
        this.#left.set(key, editor);
      }
    }
    this.#used.clear();
    assert.deepEqual(errors, []);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.nodeRed.stop();
    await this.simulator.close();
  }
}
