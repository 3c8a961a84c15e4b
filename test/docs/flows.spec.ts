import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../simulator';
import { eventually } from '../support/eventually';
import { tab } from '../support/flow-nodes';
import { nodeDefaults } from '../support/node-defaults';
import { type FlowNode, hostFlows, loadFlow, type RunningFlow } from '../support/node-red';
import { company, credentialsOf } from '../support/simulated-office';
import { readMarkdownFiles } from './markdown';

/** The core nodes that the flows use, and where Node-RED has those that the test helper does not load by itself. */
const coreTypes: Readonly<Record<string, string | undefined>> = {
  inject: 'common/20-inject',
  switch: 'function/10-switch',
  change: 'function/15-change',
  template: 'function/80-template',
  trigger: 'function/89-trigger',
  debug: undefined,
  catch: undefined,
  status: undefined,
  'mqtt in': undefined,
  'mqtt-broker': undefined,
};

type NodeModule = (RED: RunningFlow['RED']) => void;

/** What Node-RED itself saves of a node besides its options. */
const ownFields = ['id', 'type', 'x', 'y', 'wires'];

function isFlow(value: unknown): value is readonly FlowNode[] {
  return Array.isArray(value) && value.every((node) => typeof node?.id === 'string' && typeof node.type === 'string');
}

const flows = readMarkdownFiles().flatMap(({ name, samples }) =>
  samples
    .filter(({ language }) => language === 'json')
    .map(({ text }): unknown => JSON.parse(text))
    .filter(isFlow)
    .map((flow) => ({ name, flow })),
);

function flowOf(file: string): readonly FlowNode[] {
  const found = flows.find(({ name }) => name === file);
  assert.ok(found, `${file} has a flow`);
  return found.flow;
}

for (const { name, flow } of flows) {
  describe(`the flow of ${name}`, () => {
    it('is of core nodes and our own, with every option and no credentials', () => {
      for (const node of flow) {
        const options = nodeDefaults[node.type];
        assert.ok(options || node.type in coreTypes, node.type);
        for (const secret of ['credentials', 'email', 'password']) assert.ok(!(secret in node), secret);
        if (!options) continue;
        const saved = Object.keys(node).filter((key) => !ownFields.includes(key));
        assert.deepEqual(saved.sort(), Object.keys(options).sort(), String(node.name));
      }
    });

    it('is wired to nodes that are there, under ids of their own', () => {
      const ids = new Set(flow.map(({ id }) => id));
      assert.equal(ids.size, flow.length);
      for (const { account, wires = [], broker, scope } of flow) {
        const others = [account, wires, scope].flat(3).filter((id) => typeof id === 'string');
        for (const id of others) assert.ok(ids.has(id), id);
        if (typeof broker === 'string' && !broker.includes('.')) assert.ok(ids.has(broker), broker);
      }
    });
  });
}

describe('the flows of the documentation, imported into a Node-RED', () => {
  let simulator: Simulator;
  let nodes: readonly FlowNode[];
  let running: RunningFlow;

  hostFlows();
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.close());

  /** Runs a page's flow against the simulator, with `helper` nodes in the place of its debug nodes, until it is connected. */
  async function start(file: string, changed: Readonly<Record<string, object>> = {}): Promise<void> {
    const { url: server } = simulator;
    const imported = flowOf(file).filter(({ type }) => !type.startsWith('mqtt'));
    nodes = imported.map((node) => ({
      ...node,
      ...(node.type === 'ochno-config' ? { server, company } : { z: 'tab' }),
      ...(node.type === 'debug' ? { type: 'helper' } : {}),
      ...changed[String(node.name)],
    }));
    const accounts = nodes.filter(({ type }) => type === 'ochno-config').map(({ id }) => id);
    const files = new Set(nodes.map(({ type }) => coreTypes[type]).filter((core) => core !== undefined));
    running = await loadFlow({
      flow: [tab, ...nodes],
      credentials: credentialsOf(simulator, accounts),
      modules: [...files].map((core): NodeModule => require(`@node-red/nodes/core/${core}.js`)),
    });
    const streaming = nodes.filter(({ type }) => type === 'ochno-port-in' || type === 'ochno-action-out');
    await Promise.all(streaming.map(({ id }) => running.shows(id, 'connected')));
  }

  function named(name: string): string {
    const found = nodes.find((node) => node.name === name);
    assert.ok(found, name);
    return found.id;
  }

  const press = (name: string): void => running.node(named(name)).receive({});
  const received = (name: string, count = 1) => running.receives(named(name), count);
  const lampLevel = (port: string): unknown => simulator.building.port(port).data.device?.lamp?.level;

  it('the first flow sets the lamp, and the lamp says so', async () => {
    await start('README.md');
    press('40 %');
    const levels = await received('level', 4);
    assert.deepEqual(
      levels.map(({ payload }) => payload),
      [10, 20, 30, 40],
    );
    const [sent] = await received('what was sent');
    assert.deepEqual(Object(sent?.ochno).sent, { level: 40 });
  });

  it('the lamp follows motion', async () => {
    simulator.building.setSensor('port2', { motion: false });
    await start('docs/from-zero-to-a-lamp.md', { 'Off after 30 s': { duration: '50', units: 'ms' } });
    simulator.building.setSensor('port2', { motion: true });
    await eventually(() => lampLevel('port1') === 80, 'the lamp going on');
    simulator.building.setSensor('port2', { motion: false });
    await eventually(() => lampLevel('port1') === 0, 'the lamp going off');
  });

  it('warm rooms are told of, those that are warm already first', async () => {
    simulator.building.setSensor('port2', { temperature: 20 });
    simulator.building.setSensor('port6', { temperature: 26 });
    await start('docs/ochno-port-in.md');
    const [present] = await received('too warm');
    assert.equal(present?.payload, '26 °C at hub2');
    simulator.building.setSensor('port2', { temperature: 24.5 });
    simulator.building.setSensor('port2', { temperature: 24.8 });
    simulator.building.setSensor('port2', { temperature: 25.5 });
    const [, one, other] = await received('too warm', 3);
    assert.deepEqual([one?.payload, other?.payload], ['24.5 °C at hub1', '25.5 °C at hub1']);
  });

  it('the evening light fades and goes off', async () => {
    await start('docs/ochno-action-out.md', {
      'Warm, 30 %, in 3 s': { payload: '{"level":30,"temp":2700,"transition":0.2}' },
    });
    press('Warm, 30 %, in 3 s');
    await received('sent and confirmed');
    assert.equal(lampLevel('port1'), 30);
    press('Off');
    await received('sent and confirmed', 2);
    assert.equal(lampLevel('port1'), 0);
  });

  it('the hub is renamed, and its temperatures come as a series', async () => {
    await start('docs/ochno-rest.md');
    press('Window seat');
    const [hub] = await received('hub as it is now');
    assert.equal(Object(hub?.payload).name, 'Window seat');
    assert.equal(Object(hub?.payload).product, simulator.building.hubs.get('hub1')?.product);
    press('The last hour');
    const [answer] = await received('series');
    assert.equal(Object(answer?.payload)[0].series, 'port2');
    assert.ok(Object(answer?.payload)[0].data.length >= 59);
  });

  it('the connection is told of', async () => {
    await start('docs/ochno-config.md');
    await eventually(
      () => running.received(named('connection')).some(({ status }) => Object(status).code === 'connected'),
      'the status message',
    );
  });

  it('the new node hears what the bridge heard', async () => {
    await start('docs/moving-from-mqtt-in.md');
    simulator.building.setSensor('port2', { temperature: 99 });
    await received('events now');
  });
});
