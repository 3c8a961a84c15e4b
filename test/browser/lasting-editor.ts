import assert from 'node:assert/strict';
import type { CDPSession } from 'playwright-core';
import { actionOutDefaults, portInDefaults, restDefaults } from '../../nodes/options';
import { accountId, type EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import { SidebarPage } from '../support/sidebar-page';

const types = [
  { id: 'in', type: 'ochno-port-in', ...portInDefaults },
  { id: 'out', type: 'ochno-action-out', ...actionOutDefaults },
  { id: 'rest', type: 'ochno-rest', ...restDefaults },
  { id: 'own', type: 'debug' },
];
const place = { account: accountId, z: 'tab', x: 240, wires: [[]] };
const flow = types.map((node, at) => ({ ...node, ...place, y: 60 + at * 60 }));

/** How many nodes a page has, shown or not, and how many listeners. */
interface Held {
  readonly nodes: number;
  readonly listeners: number;
}

/** What a page holds once what nothing refers to is gone. */
async function heldBy(session: CDPSession): Promise<Held> {
  // Some of it goes only when what referred to it has gone.
  for (let collections = 0; collections < 3; collections += 1) await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const held = (name: string): number => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return { nodes: held('Nodes'), listeners: held('JSEventListeners') };
}

/** An editor that stays open for weeks. */
export function describeLastingEditor(bench: () => EditorBench): void {
  describe('what was looked at', () => {
    let editor: EditorPage;
    let session: CDPSession;

    before(async () => {
      editor = await bench().open([bench().account(), ...flow]);
      session = await editor.page.context().newCDPSession(editor.page);
      await session.send('Performance.enable');
    });
    after(() => bench().leavePages());

    /** What stays of each of two looks. */
    const leftBy = async (lookAt: () => Promise<void>): Promise<Held> => {
      const before = await heldBy(session);
      for (let looks = 0; looks < 2; looks += 1) await lookAt();
      const after = await heldBy(session);
      const ofEach = (key: keyof Held): number => Math.trunc((after[key] - before[key]) / 2);
      return { nodes: ofEach('nodes'), listeners: ofEach('listeners') };
    };

    /** First comes what stays for good, such as lists that were read and rows that have news: what leaks never ends. */
    const leavesNoMoreThan = async (most: Held, lookAt: () => Promise<void>): Promise<void> => {
      await lookAt();
      let left = await leftBy(lookAt);
      const isMore = (): boolean => left.nodes > most.nodes || left.listeners > most.listeners;
      for (let rounds = 0; rounds < 4 && isMore(); rounds += 1) left = await leftBy(lookAt);
      assert.ok(!isMore(), `${JSON.stringify(left)} of each look, where ${JSON.stringify(most)} is what may stay`);
    };

    it('leaves nothing in the page: the views of the sidebar, and a port in it', async () => {
      const sidebar = await SidebarPage.open(editor);
      await leavesNoMoreThan({ nodes: 0, listeners: 0 }, async () => {
        await sidebar.port('Lamp').click();
        await sidebar.value('data.device.lamp.level').waitFor();
        for (const view of ['Health', 'Issues', 'Building'] as const) await sidebar.view(view);
        await sidebar.panel.locator('.ochno-sb-panel-head > button').click();
      });
    });

    it('leaves no more in the page than dialogs of Node-RED’s own, of which version 5 keeps a part: each of ours', async () => {
      await editor.page.evaluate(`RED.sidebar.show('info')`);
      const lookAtOwn = async (): Promise<void> => {
        await editor.page.evaluate(`RED.editor.edit(RED.nodes.node('own'))`);
        await editor.page.locator('.red-ui-tray :focus').waitFor();
        await editor.closeDialogs();
      };
      await lookAtOwn();
      const own = [await leftBy(lookAtOwn), await leftBy(lookAtOwn), await leftBy(lookAtOwn)];
      // The middle one, since what else the page shows can come and go in one of them.
      const usual = (key: keyof Held): number => own.map((left) => left[key]).sort((a, b) => a - b)[1] ?? 0;
      const most = { nodes: 4 * usual('nodes'), listeners: 4 * usual('listeners') };
      await leavesNoMoreThan(most, async () => {
        const portIn = await editor.edit('in');
        await portIn.openTree();
        await portIn.openList('port');
        await portIn.page.keyboard.press('Escape');
        await portIn.cancel();
        for (const id of ['out', 'rest']) await (await editor.edit(id)).cancel();
        await (await editor.editConfig(accountId)).cancel();
      });
    });
  });
}
