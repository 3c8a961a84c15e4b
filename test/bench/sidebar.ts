/**
 * What the sidebar costs with 10 000 ports and 100 events a second, in the editor and in Node-RED: `npx tsx
 * test/bench/sidebar.ts [seconds] [folder for CPU profiles]` after a build. Prints what it found; quote it with the machine
 * it ran on.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser';
import { EditorPage } from '../support/editor-page';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';

const seconds = Number(process.argv[2] ?? 60);
const profiles = process.argv[3];
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

/** Answers `GET /loop` with the longest that Node-RED's event loop was held up since the last time, in ms. */
const loopWatch: readonly FlowNode[] = [
  { id: 'ask', type: 'http in', ...place, url: '/loop', method: 'get', wires: [['watch']] },
  {
    ...{ id: 'watch', type: 'function', ...place, outputs: 1, wires: [['answer']] },
    libs: [{ var: 'performance', module: 'perf_hooks' }],
    initialize:
      'const delay = performance.monitorEventLoopDelay({ resolution: 2 }); delay.enable(); context.set("delay", delay);',
    func: 'const delay = context.get("delay"); msg.payload = { ms: Math.round(delay.max / 1e6) }; delay.reset(); return msg;',
  },
  { id: 'answer', type: 'http response', ...place, wires: [] },
];

async function heldUpMs({ url }: NodeRedProcess): Promise<number> {
  const answer: unknown = await (await fetch(`${url}/loop`)).json();
  return Number(Reflect.get(Object(answer), 'ms'));
}

/** From the call that shows the tab until the first location is drawn, cold: the log-in is in it. */
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

/** Long tasks since the last time: their number, and how long the longest was. */
async function longTasks(page: Page): Promise<string> {
  const found: number[] = await page.evaluate('globalThis.long.splice(0)');
  return `tasks over 50 ms: ${found.length}, the longest ${Math.max(0, ...found)} ms`;
}

async function profiled<T>(session: CDPSession, name: string, action: () => Promise<T>): Promise<T> {
  if (profiles === undefined) return action();
  await session.send('Profiler.start');
  const result = await action();
  const { profile } = await session.send('Profiler.stop');
  writeFileSync(join(profiles, `${name}.cpuprofile`), JSON.stringify(profile));
  return result;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(nodeRed: NodeRedProcess): Promise<void> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(120_000);
    await new EditorPage(page).open(nodeRed.url);
    const session = await page.context().newCDPSession(page);
    if (profiles !== undefined) await session.send('Profiler.enable');
    await pause(3_000);
    await page.evaluate(`globalThis.long = []; new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) globalThis.long.push(Math.round(duration));
    }).observe({ type: 'longtask' })`);
    await heldUpMs(nodeRed);
    await pause(5_000);
    console.log(`closed: Node-RED held up ${await heldUpMs(nodeRed)} ms at most; ${await longTasks(page)}`);
    const openMs = await profiled(session, 'opening', async () => {
      const ms = await openSidebar(page);
      await pause(3_000);
      return ms;
    });
    const opened = `Node-RED held up ${await heldUpMs(nodeRed)} ms at most; ${await longTasks(page)}`;
    console.log(`open: ${Math.round(openMs)} ms to the first rows, log-in and all; ${opened}`);
    const times = await profiled(session, 'typing', () => typing(page));
    console.log(`typing: ${times.join(', ')} ms each; ${await longTasks(page)}`);
    // All rows open: the most there can be to draw.
    await page.evaluate(
      `{ const input = document.querySelector('.ochno-sb-search'); input.value = 'port'; input.dispatchEvent(new Event('input')); }`,
    );
    const open = await page.evaluate(`Math.round(document.querySelector('.ochno-sb-canvas').offsetHeight / 26)`);
    console.log(`rows open: ${open}, in the DOM: ${await page.locator('.ochno-sb-row').count()}`);
    await pause(1_000);
    await longTasks(page);
    await heldUpMs(nodeRed);
    const heap = async (): Promise<number> => {
      await session.send('HeapProfiler.collectGarbage');
      return page.evaluate('Math.round(performance.memory.usedJSHeapSize / 1e5) / 10');
    };
    const before = await heap();
    await profiled(session, 'events', () => pause(seconds * 1000));
    const held = await heldUpMs(nodeRed);
    console.log(`${seconds} s of 100 events/s: Node-RED held up ${held} ms at most; ${await longTasks(page)}`);
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
      flow: [{ id: 'tab', type: 'tab', label: 'Flow' }, config, ...loopWatch],
      credentials: { [accountId]: { email, password } },
      settings: { functionExternalModules: true },
      ...(process.env.BENCH_NODE ? { nodePath: process.env.BENCH_NODE } : {}),
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
