/**
 * What the sidebar costs with 10 000 ports and 100 events a second, in the editor and in Node-RED: `npx tsx
 * test/bench/sidebar.ts [seconds]` after a build. Each figure is given as the clock has it, which other programs of the
 * machine lengthen, and as CPU time, which they hardly do.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { portInDefaults } from '../../nodes/options';
import { launchBrowser } from '../support/browser';
import { EditorPage } from '../support/editor-page';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';

const seconds = Number(process.argv[2] ?? 60);
const accountId = 'a0c0000000000001';

interface Platform {
  readonly server: string;
  readonly email: string;
  readonly password: string;
  stop(): void;
}

/** The simulator, in a process of its own as a platform is. */
async function startPlatform(): Promise<Platform> {
  const options = ['--companies', '1', '--locations', '5', '--hubs', '250', '--ports', '8', '--rate', '100'];
  const cli = join(__dirname, '../simulator/cli.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', cli, '--port', '0', ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('Ctrl-C')) resolve(text);
    });
    child.once('exit', () => reject(new Error(`The simulator ended: ${text}`)));
  });
  const found = (name: string): string => new RegExp(`^${name} +(.+)$`, 'm').exec(printed)?.[1] ?? '';
  return { server: found('Server URL'), email: found('Email'), password: found('Password'), stop: () => child.kill() };
}

const place = { z: 'tab', x: 200, y: 60 };

interface Held {
  readonly ms: number;
  readonly cpuMs: number;
}

/**
 * Answers `GET /loop` with the longest that Node-RED's event loop was held up since the last time, and the most CPU time
 * that the process took (all of its threads) between two turns.
 */
const loopWatch: readonly FlowNode[] = [
  { id: 'ask', type: 'http in', ...place, url: '/loop', method: 'get', wires: [['watch']] },
  {
    ...{ id: 'watch', type: 'function', ...place, outputs: 1, wires: [['answer']] },
    libs: [{ var: 'process', module: 'process' }],
    initialize: `
      const longest = { ms: 0, cpuMs: 0 };
      let before = process.cpuUsage(), at = Date.now();
      setInterval(() => {
        const { user, system } = process.cpuUsage(before);
        longest.ms = Math.max(longest.ms, Date.now() - at);
        longest.cpuMs = Math.max(longest.cpuMs, Math.round((user + system) / 1000));
        before = process.cpuUsage();
        at = Date.now();
      }, 1);
      context.set('longest', longest);`,
    func: `
      const longest = context.get('longest');
      msg.payload = { ...longest };
      Object.assign(longest, { ms: 0, cpuMs: 0 });
      return msg;`,
  },
  { id: 'answer', type: 'http response', ...place, wires: [] },
];

/** Nodes that the tree counts and the issues look through. */
const usingNodes: readonly FlowNode[] = Array.from({ length: 200 }, (_, at) => ({
  ...{ id: `in${at}`, type: 'ochno-port-in', ...portInDefaults, account: accountId },
  ...{ z: 'tab', x: 200, y: 100 + 20 * at, wires: [[]], hub: 'hub1', port: `port${at}` },
}));

async function heldUp({ url }: NodeRedProcess): Promise<string> {
  const { ms, cpuMs } = (await (await fetch(`${url}/loop`)).json()) as Held;
  return `Node-RED held up ${ms} ms at most (CPU ${cpuMs} ms)`;
}

interface Opened {
  readonly rowsMs: number;
  readonly portsMs: number;
}

/** From the call that shows the tab until locations are drawn, and until their ports are counted; cold, the log-in is in it. */
async function openSidebar(page: Page): Promise<Opened> {
  return page.evaluate(`new Promise((resolve) => {
    const start = performance.now();
    const ms = () => Math.round(performance.now() - start);
    let rowsMs = 0;
    RED.sidebar.show('ochno');
    const look = () => {
      const location = document.querySelector('.ochno-sb-location');
      if (location && !rowsMs) rowsMs = ms();
      if (location?.querySelector('.ochno-sb-says').textContent) resolve({ rowsMs, portsMs: ms() });
      else setTimeout(look, 5);
    };
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

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** µs by the clock, and of CPU time. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** The longest task of the page's main thread while something is done. */
async function traced<T>(browser: Browser, page: Page, action: () => Promise<T>): Promise<readonly [T, string]> {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  const result = await action();
  const trace = await browser.stopTracing();
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) => (name === 'RunTask' || name.startsWith('ThreadController')) && main.has(`${pid} ${tid}`),
  );
  const longest = (of: 'dur' | 'tdur'): number =>
    Math.round(tasks.reduce((most, task) => Math.max(most, task[of] ?? 0), 0) / 1000);
  return [result, `longest task of the editor ${longest('dur')} ms (CPU ${longest('tdur')} ms), of ${tasks.length}`];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(nodeRed: NodeRedProcess): Promise<void> {
  const browser = await launchBrowser({ isMeasured: true });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(120_000);
    await new EditorPage(page).open(nodeRed.url);
    await pause(3_000);
    const phase = async <T>(name: string, action: () => Promise<T>): Promise<T> => {
      await heldUp(nodeRed);
      const [result, tasks] = await traced(browser, page, action);
      console.log(`${name}: ${await heldUp(nodeRed)}; ${tasks}`);
      return result;
    };
    await phase('closed, 5 s', () => pause(5_000));
    const { rowsMs, portsMs } = await phase('opening', async () => {
      const opened = await openSidebar(page);
      await pause(3_000);
      return opened;
    });
    console.log(`first rows after ${rowsMs} ms, log-in and all, the ports after ${portsMs} ms`);
    await phase('reading the lists again', async () => {
      await page.locator('.ochno-sb-search-row button').click();
      await pause(3_000);
    });
    const times = await phase('typing', () => typing(page));
    console.log(`each letter: ${times.join(', ')} ms`);
    // All rows open: the most there can be to draw.
    await page.evaluate(
      `{ const input = document.querySelector('.ochno-sb-search'); input.value = 'port'; input.dispatchEvent(new Event('input')); }`,
    );
    const open = await page.evaluate(`Math.round(document.querySelector('.ochno-sb-canvas').offsetHeight / 26)`);
    console.log(`rows open: ${open}, in the DOM: ${await page.locator('.ochno-sb-row').count()}`);
    await pause(1_000);
    const session = await page.context().newCDPSession(page);
    const heap = async (): Promise<number> => {
      await session.send('HeapProfiler.collectGarbage');
      return page.evaluate('Math.round(performance.memory.usedJSHeapSize / 1e5) / 10');
    };
    const before = await heap();
    await phase(`${seconds} s of 100 events/s`, () => pause(seconds * 1000));
    console.log(`heap of the editor: ${before} → ${await heap()} MB`);
  } finally {
    await browser.close();
  }
}

async function main(): Promise<void> {
  const { server, email, password, stop } = await startPlatform();
  try {
    const config = {
      id: accountId,
      type: 'ochno-config',
      name: 'Office',
      server,
      company: '',
      keepalive: 30,
      version: 1,
    };
    const nodeRed = await startNodeRed({
      flow: [{ id: 'tab', type: 'tab', label: 'Flow' }, config, ...loopWatch, ...usingNodes],
      credentials: { [accountId]: { email, password } },
      settings: { functionExternalModules: true },
    });
    try {
      await measure(nodeRed);
    } finally {
      await nodeRed.stop();
    }
  } finally {
    stop();
  }
}

void main();
