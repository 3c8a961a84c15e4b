import assert from 'node:assert/strict';
import { actionOutDefaults, portInDefaults } from '../../nodes/options';
import { accessibilityProblems } from '../support/accessibility';
import { accountId, EditorBench } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import { eventually } from '../support/eventually';
import type { NodeRedLaunch } from '../support/node-red-child';
import type { FlowNode } from '../support/node-red-process';
import { SidebarPage } from '../support/sidebar-page';
import { describeFilm } from './sidebar-film';
import { describeReplacing } from './sidebar-replacing';
import { describeSubflowAccounts } from './sidebar-subflows';

const place = (y: number) => ({ account: accountId, z: 'tab', x: 200, y, wires: [[]] });
const lampNode: FlowNode = {
  ...{ id: 'out', type: 'ochno-action-out', ...actionOutDefaults, ...place(120) },
  ...{ location: 'loc1', hub: 'hub1', port: 'port1' },
};
const sensorNode: FlowNode = {
  ...{ id: 'in', type: 'ochno-port-in', ...portInDefaults, ...place(60) },
  ...{ location: 'loc1', hub: 'hub1', port: 'port2' },
};

/** The sidebar in the editor of one Node-RED. */
export function describeSidebar(
  name: string,
  launch: () => Promise<Partial<NodeRedLaunch>>,
  pictures: 'taken' | 'only looked at' = 'only looked at',
): void {
  describe(`the sidebar in ${name}`, function () {
    this.timeout(120_000);
    let bench: EditorBench;
    let editor: EditorPage;
    let sidebar: SidebarPage;

    before(async function () {
      this.timeout(300_000);
      bench = await EditorBench.start(await launch());
    });
    after(() => bench?.close());

    const open = async (nodes: readonly FlowNode[] = [], options = {}): Promise<void> => {
      editor = await bench.open([bench.account(), ...nodes], options);
      sidebar = await SidebarPage.open(editor);
    };
    const leavePages = async (): Promise<void> => assert.deepEqual(await bench.leavePages(), []);
    const flow = async (type: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
      (await editor.state()).flow.filter((node) => node.type === type) as never;

    describe('the building', () => {
      afterEach(leavePages);

      // First of all: an editor that has seen the building goes on showing it.
      it('shows what the ports are in while these are still being listed, and no counts that would be wrong', async () => {
        bench.simulator.fault('rest-slow', '3000;path=/api/ports;times=1');
        await open([{ ...sensorNode, port: 'gone' }]);
        await sidebar.rows.filter({ hasText: 'Head office' }).waitFor();
        const company = sidebar.rows.filter({ hasText: 'Goople' });
        const unknown = sidebar.content.locator('.ochno-sb-issue-text', { hasText: 'gone' });
        assert.deepEqual([await company.textContent(), await sidebar.ports.count()], ['Goople', 0]);
        await sidebar.search.fill('lamp');
        await sidebar.content.getByText('Reading the lists…').waitFor();
        await sidebar.content.getByText('not opened: 1').waitFor();
        assert.equal(await sidebar.content.getByText('nothing found').count(), 0);
        await sidebar.search.press('Escape');
        assert.equal(await unknown.count(), 0);
        await company.getByText('16', { exact: true }).waitFor();
        await sidebar.port('Lamp').waitFor();
        await unknown.waitFor({ state: 'attached' });
      });

      it('shows every port in one line, changing as events come, and asks for nothing when nobody looks', async () => {
        const { building, records } = bench.simulator;
        building.setLamp('port1', { level: 40, temp: 3000 });
        await open();
        await sidebar.says('Lamp', '40 % · 3000 K');
        building.setLamp('port1', { level: 10 });
        await sidebar.says('Lamp', '10 % · 3000 K');
        building.unplug('port3');
        await sidebar.says('Laptop', 'nothing');
        building.plugIn('port3');
        await sidebar.says('Laptop', 'laptop 43 W');
        await editor.page.evaluate(`RED.sidebar.show('info')`);
        await eventually(() => records.openConnections === 0, 'nobody holds the stream');
        await editor.page.evaluate(`RED.sidebar.show('ochno')`);
        await eventually(() => records.openConnections === 1, 'somebody looks again');
        building.setLamp('port1', { level: 20 });
        await sidebar.says('Lamp', '20 % · 3000 K');
      });

      it('shows names as text, never as markup', async () => {
        const port = bench.simulator.building.port('port1');
        const { name: before } = port;
        port.name = '<img src=x onerror=alert(1)> & "x"';
        await open();
        await sidebar.content.getByText('<img src=x onerror=alert(1)> & "x"').click();
        await sidebar.panel.getByRole('heading', { name: '<img src=x' }).waitFor();
        assert.equal(await sidebar.content.locator('img').count(), 0);
        port.name = before;
      });
    });

    describe('finding one’s way', () => {
      before(() => open([lampNode]));
      after(leavePages);

      it('opens by its action and by its key', async () => {
        await editor.page.evaluate(`RED.sidebar.show('info')`);
        await editor.page.locator('.ochno-sb-tree').waitFor({ state: 'hidden' });
        await editor.page.evaluate(`RED.actions.invoke('ochno:show-building')`);
        await editor.page.locator('.ochno-sb-tree').waitFor();
        await editor.page.evaluate(`RED.sidebar.show('info')`);
        await editor.page.locator('.ochno-sb-tree').waitFor({ state: 'hidden' });
        await editor.page.locator('#red-ui-workspace-chart').click({ position: { x: 300, y: 300 } });
        await editor.page.keyboard.press('Control+g');
        await editor.page.keyboard.press('o');
        await editor.page.locator('.ochno-sb-tree').waitFor();
      });

      it('finds ports by search and by filters', async () => {
        await sidebar.search.fill('malmo lamp');
        await sidebar.rows.filter({ hasText: 'Head office' }).waitFor({ state: 'detached' });
        await eventually(async () => (await sidebar.ports.count()) === 2, 'the two lamps of Malmö are shown');
        await sidebar.search.fill('nowhere at all');
        await sidebar.content.getByText('nothing found').waitFor();
        await sidebar.content.getByText('not opened: 1').waitFor();
        await sidebar.search.press('Escape');
        const found = sidebar.rows.filter({ hasText: 'Goople' });
        await sidebar.filter('lamps').click();
        await found.getByText('4', { exact: true }).waitFor();
        await sidebar.filter('not in a flow').click();
        await found.getByText('3', { exact: true }).waitFor();
        for (const filter of ['lamps', 'not in a flow']) await sidebar.filter(filter).click();
      });

      it('is walked through and opened by keys alone', async () => {
        await sidebar.port('Lamp').waitFor();
        await sidebar.tree.focus();
        for (const key of ['Home', 'ArrowLeft']) await editor.page.keyboard.press(key);
        assert.equal(await sidebar.rows.count(), 2, 'the two companies');
        for (let step = 0; step < 5; step += 1) await editor.page.keyboard.press('ArrowRight');
        await sidebar.port('Lamp').waitFor();
        while (!/Lamp/.test(await sidebar.activeText())) await editor.page.keyboard.press('ArrowDown');
        await editor.page.keyboard.press('Enter');
        await sidebar.panel.getByRole('heading', { name: 'Desk 1 · Lamp' }).waitFor();
        await editor.page.keyboard.press('Escape');
        await sidebar.panel.waitFor({ state: 'hidden' });
        assert.equal(await editor.page.evaluate('document.activeElement.className'), 'ochno-sb-tree');
      });
    });

    describe('a port that is opened', () => {
      before(async () => {
        bench.simulator.building.setLamp('port1', { level: 40, temp: 3000 });
        await open();
      });
      after(leavePages);

      it('has every value with its path, and a lamp’s light is set there', async () => {
        const { building } = bench.simulator;
        await sidebar.port('Lamp').click();
        await sidebar.value('data.device.lamp.level').getByText('40 %').waitFor();
        await sidebar.panel.getByRole('slider', { name: 'Level' }).fill('70');
        await eventually(() => building.port('port1').data.device?.lamp?.level === 70, 'the lamp obeys');
        await sidebar.value('data.device.lamp.level').getByText('70 %').waitFor();
        await sidebar.panel.getByRole('slider', { name: 'Temperature' }).fill('4000');
        await eventually(() => building.port('port1').data.device?.lamp?.temp === 4000, 'the lamp obeys');
        await sidebar.panel.getByRole('button', { name: 'Turn off' }).click();
        await eventually(() => building.port('port1').data.device?.lamp?.level === 0, 'the lamp is off');
        await sidebar.panel.getByRole('button', { name: 'Turn on' }).click();
        await eventually(() => building.port('port1').data.device?.lamp?.level === 70, 'the lamp is as before');
      });

      it('shows itself: the lamp blinks and is what it was', async () => {
        const { building } = bench.simulator;
        building.setLamp('port1', { level: 40 });
        await sidebar.port('Lamp').click();
        const levels: (number | undefined)[] = [];
        const end = building.onChange(({ port }, { device }) => {
          if (port === 'port1') levels.push(device?.lamp?.level);
        });
        await sidebar.panel.getByRole('button', { name: 'Identify' }).click();
        await eventually(() => levels.length >= 6 && levels.at(-1) === 40, 'it has blinked', { timeoutMs: 45_000 });
        end();
        assert.ok(new Set(levels).size > 1);
      });

      it('gives a fan its speed', async () => {
        const { building } = bench.simulator;
        // Below an opened port a low screen draws few rows.
        await sidebar.search.fill('fan');
        await sidebar.port('Fan').click();
        await sidebar.search.press('Escape');
        await sidebar.panel.getByRole('slider', { name: 'Fan 2' }).fill('60');
        await eventually(() => building.port('port8').data.device?.fan?.target2 === 60, 'the fan obeys');
      });

      it('copies a path', async () => {
        await editor.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
        await sidebar.port('Room sensor').click();
        await sidebar.panel.getByRole('button', { name: 'Copy the path data.device.sensor.airco2' }).click();
        await sidebar.content.getByText('Copied: data.device.sensor.airco2').waitFor();
        assert.equal(await editor.page.evaluate('navigator.clipboard.readText()'), 'data.device.sensor.airco2');
      });
    });

    describe('adding to the flow', () => {
      before(() => open());
      after(leavePages);

      it('hangs a port in for one value at the pointer, filled in, and a click places it', async () => {
        await sidebar.port('Room sensor').click();
        await sidebar.panel.getByRole('button', { name: 'Add a port in for data.device.sensor.airco2' }).click();
        await editor.page.locator('#red-ui-workspace-chart').click({ position: { x: 300, y: 200 } });
        const [node] = await flow('ochno-port-in');
        for (const [option, value] of Object.entries(portInDefaults)) {
          const expected = { account: accountId, company: 'r2d2i5b43', location: 'loc1', hub: 'hub1', port: 'port2' };
          const own: Readonly<Record<string, unknown>> = { ...expected, property: 'data.device.sensor.airco2' };
          assert.equal(String(node?.[option]), String(own[option] ?? value), option);
        }
        assert.ok(String(await editor.page.evaluate(`RED.nodes.node('${accountId}').users.length`)) === '1');
        await editor.page.keyboard.press('Control+z');
        assert.deepEqual(await flow('ochno-port-in'), []);
      });

      it('places what is dragged from the list or from a value where it is dropped, filled in', async () => {
        await sidebar.port('Room sensor').click();
        await editor.dragOnto(sidebar.port('Lamp'), { x: 400, y: 120 });
        await editor.dragOnto(sidebar.panel.getByText('data.device.sensor.motion', { exact: true }), {
          x: 160,
          y: 120,
        });
        const [lamp] = await flow('ochno-action-out');
        const [motion] = await flow('ochno-port-in');
        assert.deepEqual([lamp?.account, lamp?.hub, lamp?.port, lamp?.command], [accountId, 'hub1', 'port1', 'lamp']);
        assert.deepEqual([motion?.port, motion?.property], ['port2', 'data.device.sensor.motion']);
        assert.ok(Math.abs(Number(lamp?.x) - 400) < 90 && Math.abs(Number(lamp?.y) - 120) < 40, JSON.stringify(lamp));
        const users = `RED.nodes.node('${accountId}').users.length`;
        assert.equal(await editor.page.evaluate(users), 2);
        await editor.page.keyboard.press('Control+z');
        await editor.page.keyboard.press('Control+z');
        assert.deepEqual([await flow('ochno-port-in'), await flow('ochno-action-out')], [[], []]);
        assert.equal(await editor.page.evaluate(users), 0);
      });

      it('lets go of it by Esc', async () => {
        await sidebar.port('Lamp').click();
        await sidebar.panel.getByRole('button', { name: 'Add action out' }).click();
        await editor.page.keyboard.press('Escape');
        await eventually(async () => (await flow('ochno-action-out')).length === 0, 'nothing is left');
      });

      it('places it by keys alone', async () => {
        await sidebar.port('Lamp').click();
        await sidebar.panel.getByRole('button', { name: 'Add action out' }).focus();
        await editor.page.keyboard.press('Enter');
        await eventually(async () => (await flow('ochno-action-out')).length === 1, 'it is placed');
        assert.equal(await editor.page.evaluate('RED.nodes.dirty()'), true);
        await editor.page.keyboard.press('Control+z');
      });

      it('gives several ticked ports one node, or one each', async () => {
        await sidebar.tick('Lamp');
        await sidebar.tick('Room sensor');
        await sidebar.content.getByRole('button', { name: 'One port in for all' }).click();
        await editor.page.locator('#red-ui-workspace-chart').click({ position: { x: 300, y: 200 } });
        assert.deepEqual(
          (await flow('ochno-port-in')).map(({ port }) => port),
          ['port1,port2'],
        );
        await sidebar.content.getByRole('button', { name: 'A port in for each' }).click();
        await editor.page.locator('#red-ui-workspace-chart').click({ position: { x: 300, y: 400 } });
        await eventually(async () => (await flow('ochno-port-in')).length === 3, 'one for each');
      });

      it('refuses in a locked flow and while a dialog is open, and says why', async () => {
        await leavePages();
        const tab = { id: 'tab', type: 'tab', label: 'Flow', locked: true };
        await open([tab, { ...lampNode, id: 'locked' }]);
        await sidebar.port('Room sensor').click();
        await sidebar.panel.getByRole('button', { name: 'Add port in' }).click();
        await sidebar.content.getByText('This flow is locked').waitFor();
        assert.equal((await flow('ochno-port-in')).length, 0);
        await editor.editConfig(accountId);
        await sidebar.panel.getByRole('button', { name: 'Add port in' }).click();
        await sidebar.content.getByText(/Close the open dialog|This flow is locked/).waitFor();
        await editor.closeDialogs();
      });
    });

    describe('while a node type is disabled in the palette', () => {
      /** Whose editor no other test has. */
      const user = 'who has a type disabled';
      const enable = async (enabled: boolean): Promise<void> => {
        const answer = await fetch(`${bench.nodeRed.url}/nodes/@ochno/node-red-ochno/ochno-port-in`, {
          ...{ method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ enabled }) },
        });
        assert.ok(answer.ok, await answer.text());
      };
      // Node-RED disables no type that is in use.
      before(() => bench.nodeRed.deploy([{ id: 'tab', type: 'tab', label: 'Flow' }]));
      beforeEach(() => enable(true));
      afterEach(leavePages);
      after(() => enable(true));

      it('shows the building, offers no node and says why', async () => {
        await enable(false);
        await open([], { user });
        await sidebar.port('Room sensor').click();
        await sidebar.panel.getByText('The Ochno nodes are disabled').waitFor();
        assert.ok(await sidebar.panel.getByRole('button', { name: 'Add port in' }).isDisabled());
      });

      it('notices it in an editor that was open before, and when the type is back', async () => {
        await open([], { user });
        await sidebar.port('Room sensor').click();
        await sidebar.tick('Lamp');
        const adding = sidebar.content.getByRole('button', { name: /^(Add port in|One port in)/ });
        const offered = async (): Promise<boolean[]> =>
          Promise.all((await adding.all()).map((button) => button.isEnabled()));
        await eventually(async () => (await offered()).includes(true), 'offered');
        await enable(false);
        await sidebar.panel.getByText('The Ochno nodes are disabled').waitFor();
        assert.ok(!(await offered()).includes(true));
        await enable(true);
        await eventually(async () => !(await offered()).includes(false), 'offered again');
      });
    });

    describe('what is in the flows', () => {
      before(() => open([lampNode, sensorNode]));
      after(leavePages);

      it('is how many nodes use a port, shown by a click', async () => {
        await sidebar.port('Lamp').click();
        await sidebar.panel.getByText('Nodes that use it: 1').waitFor();
        await sidebar.panel.locator('.ochno-sb-nodes button').click();
        assert.deepEqual(await editor.page.evaluate('RED.view.selection().nodes.map(({ id }) => id)'), ['out']);
      });

      it('is marked in the tree when its node is selected', async () => {
        await sidebar.port('Room sensor').waitFor();
        await editor.node('in').locator('.red-ui-flow-node').first().click();
        await sidebar.marked.filter({ hasText: 'Room sensor' }).waitFor();
        assert.equal(await sidebar.marked.count(), 1);
      });
    });

    describeFilm(() => bench, pictures);
    describeReplacing(() => bench);
    describeSubflowAccounts(() => bench);

    describe('for everybody', () => {
      before(() => open([lampNode, { ...sensorNode, hub: 'gone' }]));
      after(leavePages);

      it('has nothing that axe finds wrong, in light and dark, in any of its views', async () => {
        await sidebar.port('Lamp').click();
        await sidebar.tick('Room sensor');
        for (const view of ['Building', 'Issues', 'Health'] as const) {
          await sidebar.view(view);
          if (view === 'Issues') await sidebar.content.getByRole('button', { name: 'Replace by…' }).click();
          for (const theme of ['light', 'dark'] as const) {
            await editor.setTheme(theme);
            assert.deepEqual(await accessibilityProblems(editor.page, '.ochno-sb'), [], `${view}, ${theme}`);
          }
        }
      });

      it('fits into 180 pixels', async () => {
        await sidebar.view('Building');
        await editor.page.evaluate(`document.querySelector('.ochno-sb').style.width = '180px'`);
        for (const view of ['Building', 'Issues', 'Health'] as const) {
          await sidebar.view(view);
          const wide = await sidebar.content.evaluate((content) =>
            [...content.querySelectorAll('*')]
              .filter((part) => {
                const { right, width } = part.getBoundingClientRect();
                return width > 0 && right > content.getBoundingClientRect().right + 1;
              })
              .map((part) => `${part.tagName} ${part.className}`),
          );
          assert.deepEqual(wide, [], view);
        }
      });

      it('is in the browser’s language', async () => {
        await leavePages();
        await open([lampNode], { locale: 'sv-SE' });
        await sidebar.content.getByRole('tab', { name: 'Byggnad' }).waitFor();
        await sidebar.content.getByPlaceholder('Sök i byggnaden').waitFor();
        await sidebar.content.getByRole('button', { name: 'inte i något flöde' }).waitFor();
      });
    });
  });
}
