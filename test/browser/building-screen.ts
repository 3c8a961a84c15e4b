import assert from 'node:assert/strict';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { type Simulator, type SimulatorOptions, startSimulator } from '../simulator';
import { Probe } from '../simulator/probe/probe';
import { launchBrowser } from '../support/browser';
import { Opened } from '../support/closing';

/** What a browser shows of a simulator. */
export interface ShownBuilding {
  readonly page: Page;
  readonly simulator: Simulator;
  port(id: string): Locator;
  /** Hears every event of the building over MQTT, and sends it actions. */
  client(): Promise<Probe>;
}

/** A browser that shows one building page after the other. */
export class BuildingScreen {
  readonly opened = new Opened();
  readonly #browser: Browser;
  #usualPage: Page | undefined;
  #errors: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<BuildingScreen> {
    return new BuildingScreen(await launchBrowser());
  }

  /** Shows a building, which is at rest where nothing else is asked for: what moves is painted by the processor. */
  async open(options: SimulatorOptions = {}, look?: BrowserContextOptions): Promise<ShownBuilding> {
    const simulator = this.opened.add(await startSimulator(options));
    this.#usualPage ??= await this.#newPage({ reducedMotion: 'reduce' });
    const page = look === undefined ? this.#usualPage : this.opened.add(await this.#newPage(look));
    this.#errors = [];
    await page.goto(simulator.url);
    await page.locator('.port').first().waitFor();
    const client = async (): Promise<Probe> => {
      const probe = this.opened.add(await Probe.connect(simulator));
      await probe.subscribe('/ports/r2d2i5b43/#');
      return probe;
    };
    return { page, simulator, port: (id) => page.locator(`.port[data-port="${id}"]`), client };
  }

  /** Forgets errors of the page so far that have to be. */
  forgive(pattern: RegExp): void {
    this.#errors = this.#errors.filter((error) => !pattern.test(error));
  }

  /** Ends what a test has opened; the page must not have had an error. */
  async leave(): Promise<void> {
    // What the browser says about the end of the simulator is not an error of the page.
    const errors = [...this.#errors];
    for (const page of this.#browser.contexts().flatMap((context) => context.pages())) await page.goto('about:blank');
    await this.opened.close();
    assert.deepEqual(errors, []);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  async #newPage(look: BrowserContextOptions): Promise<Page> {
    const page = await this.#browser.newPage({ viewport: { width: 1280, height: 800 }, ...look });
    page.on('pageerror', ({ message }) => this.#errors.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.#errors.push(message.text());
    });
    return page;
  }
}

/** A computed style, as a browser shows it. */
export function styleOf(element: Locator, name: string): Promise<string> {
  return element.evaluate((node, property) => getComputedStyle(node).getPropertyValue(property), name);
}

export async function opacityOf(element: Locator): Promise<number> {
  return Number(await styleOf(element, 'opacity'));
}
