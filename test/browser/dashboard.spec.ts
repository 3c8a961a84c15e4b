import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { sharedAccountId } from '../examples/example-files';
import { type Simulator, startSimulator } from '../simulator';
import { launchBrowser, pictureScale } from '../support/browser';
import { eventually } from '../support/eventually';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { linkPackage } from '../support/user-directory';

const root = resolve(__dirname, '../..');
const picture = join(root, 'docs/images/dashboard.png');

/** As docs/dashboard.md has it imported. */
function readDashboardFlow(server: string): readonly FlowNode[] {
  const flow: readonly FlowNode[] = JSON.parse(readFileSync(join(root, 'docs/dashboard-flow.json'), 'utf8'));
  return flow.map((node) => (node.id === sharedAccountId ? { ...node, server } : node));
}

describe('the dashboard of the documentation', function () {
  this.timeout(120_000);
  let simulator: Simulator;
  let userDir: string;
  let nodeRed: NodeRedProcess;
  let browser: Browser;
  let page: Page;
  const troubles: string[] = [];

  before(async () => {
    simulator = await startSimulator({ rate: 2 });
    userDir = await mkdtemp(join(tmpdir(), 'ochno-dashboard-'));
    const dashboard = dirname(require.resolve('@flowfuse/node-red-dashboard/package.json'));
    await linkPackage(userDir, root, { '@flowfuse/node-red-dashboard': dashboard });
    const { url, email, password } = simulator;
    nodeRed = await startNodeRed({
      userDir,
      flow: readDashboardFlow(url),
      credentials: { [sharedAccountId]: { email, password } },
      settings: { externalModules: { palette: { allowInstall: false } } },
    });
    browser = await launchBrowser();
    const viewport = { width: 1280, height: 860 };
    page = await browser.newPage({ viewport, locale: 'en-US', deviceScaleFactor: pictureScale });
    page.on('pageerror', ({ message }) => troubles.push(message));
    await page.goto(`${nodeRed.url}/dashboard/floor`);
  });
  after(async () => {
    await browser.close();
    await nodeRed.stop();
    await simulator.close();
    await rm(userDir, { recursive: true, force: true });
  });

  const lampOf = (port: string) => simulator.building.port(port).data.device?.lamp;
  const lamps = () => page.locator('.ochno-row');

  it('shows every lamp of the floor by its name, as it is now', async () => {
    await lamps().nth(1).waitFor();
    assert.match((await lamps().first().textContent()) ?? '', /Desk 1 · Lamp/);
    simulator.building.setLamp('port1', { level: 35 });
    await lamps().first().getByText('35 %').waitFor();
  });

  it('switches a lamp, and dims it', async () => {
    const first = lamps().first();
    await first.getByRole('checkbox').click();
    await eventually(() => lampOf('port1')?.level === 0, 'the lamp is off');
    await first.getByRole('slider').first().focus();
    await page.keyboard.press('End');
    await eventually(() => lampOf('port1')?.level === 100, 'the lamp is at 100 %');
  });

  it('tells what the sensors measure and who is at a desk', async () => {
    await page.getByText(/ppm/).first().waitFor();
    await page.getByText('ThinkPad', { exact: false }).first().waitFor();
  });

  it('draws the energy of the day, from its history on', async () => {
    const chart = page.locator('canvas').first();
    await chart.waitFor();
    await eventually(async () => {
      const answer = await fetch(`${nodeRed.url}/context/flow/d0c5a1000000f100/energy`);
      return Number(Object(await answer.json()).msg !== undefined) === 1;
    }, 'the history has come');
  });

  it('runs without an error, and looks like its picture', async () => {
    const file = await page.screenshot({ animations: 'disabled' });
    if (process.env.UPDATE_SCREENSHOTS === '1') writeFileSync(picture, file);
    assert.ok(existsSync(picture), 'docs/images/dashboard.png is missing: UPDATE_SCREENSHOTS=1 npm test writes it');
    assert.deepEqual(troubles, []);
    assert.doesNotMatch(nodeRed.log(), /\[error\]/);
  });
});
