/**
 * What the sidebar costs with 10 000 ports and 100 events a second, in the editor and in Node-RED: `npx tsx
 * test/bench/sidebar.ts [seconds]` after a build. Prints what it found; quote it with the machine it ran on.
 */
import type { Page } from 'playwright-core';
import { type Simulator, startSimulator } from '../simulator';
import { launchBrowser } from '../support/browser';
import { EditorPage } from '../support/editor-page';
import { type NodeRedProcess, startNodeRed } from '../support/node-red-process';

const seconds = Number(process.argv[2] ?? 60);
const account = 'a0c0000000000001';

/** How long Node-RED takes for a small answer, again and again: a loop that is held up answers late. */
function askAgainAndAgain(url: string): { readonly latest: () => number; readonly stop: () => void } {
  let longest = 0;
  let isOver = false;
  const ask = async (): Promise<void> => {
    while (!isOver) {
      const start = performance.now();
      await (await fetch(`${url}/settings`)).arrayBuffer();
      longest = Math.max(longest, performance.now() - start);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  ask().catch((error: unknown) => {
    if (!isOver) console.error(error);
  });
  return {
    latest() {
      const found = Math.round(longest);
      longest = 0;
      return found;
    },
    stop() {
      isOver = true;
    },
  };
}

async function openSidebar(page: Page): Promise<number> {
  return page.evaluate(`new Promise((resolve) => {
    const start = performance.now();
    RED.sidebar.show('ochno');
    const look = () => document.querySelector('.ochno-sb-location') ? resolve(performance.now() - start) : setTimeout(look, 5);
    look();
  })`);
}

async function typing(page: Page): Promise<readonly number[]> {
  return page.evaluate(`(async () => {
    const input = document.querySelector('.ochno-sb-search');
    const times = [];
    for (const text of ['d', 'de', 'desk', 'desk 1', 'desk 12', 'desk 12 lamp', '']) {
      const start = performance.now();
      input.value = text;
      input.dispatchEvent(new Event('input'));
      document.querySelector('.ochno-sb-tree').offsetHeight;
      times.push(Math.round(performance.now() - start));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return times;
  })()`);
}

async function measure(simulator: Simulator, nodeRed: NodeRedProcess): Promise<void> {
  const browser = await launchBrowser();
  const loop = askAgainAndAgain(nodeRed.url);
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(120_000);
    await new EditorPage(page).open(nodeRed.url);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    console.log(`Node-RED's slowest answer, the sidebar closed: ${loop.latest()} ms`);
    console.log(`ports: ${simulator.building.ports.size}`);
    console.log(`open: ${Math.round(await openSidebar(page))} ms to the first rows`);
    await page.evaluate(`globalThis.long = []; new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.long.push(Math.round(duration));
    }).observe({ type: 'longtask' })`);
    console.log(`Node-RED's slowest answer while it opened: ${loop.latest()} ms`);
    console.log(`typing: ${(await typing(page)).join(', ')} ms each`);
    // All rows open: the most there can be to draw.
    await page.evaluate(
      `{ const input = document.querySelector('.ochno-sb-search'); input.value = 'port'; input.dispatchEvent(new Event('input')); }`,
    );
    console.log(
      `rows open: ${await page.evaluate(`Math.round(document.querySelector('.ochno-sb-canvas').offsetHeight / 26)`)}, in the DOM: ${await page.locator('.ochno-sb-row').count()}`,
    );
    const heap = (): Promise<number> => page.evaluate('Math.round(performance.memory.usedJSHeapSize / 1e6)');
    const before = await heap();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const long: number[] = await page.evaluate('globalThis.long');
    console.log(
      `${seconds} s at 100 events/s: long tasks ${long.length}, the longest ${Math.max(0, ...long)} ms; heap ${before} → ${await heap()} MB`,
    );
    console.log(`Node-RED's slowest answer meanwhile: ${loop.latest()} ms`);
  } finally {
    loop.stop();
    await browser.close();
  }
}

async function main(): Promise<void> {
  const simulator = await startSimulator({ companies: 1, locations: 5, hubs: 250, ports: 8, rate: 100 });
  const { url: server, email, password } = simulator;
  const config = { id: account, type: 'ochno-config', name: 'Office', server, company: '', keepalive: 30, version: 1 };
  const nodeRed = await startNodeRed({
    flow: [{ id: 'tab', type: 'tab', label: 'Flow' }, config],
    credentials: { [account]: { email, password } },
  });
  try {
    await measure(simulator, nodeRed);
  } finally {
    await nodeRed.stop();
    await simulator.close();
  }
}

void main();
