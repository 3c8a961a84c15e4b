import assert from 'node:assert/strict';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator';
import { eventually } from '../../support/eventually';
import { catching, completing, inbox, ochnoNode, tab } from '../../support/flow-nodes';
import { hostFlows, loadFlow, type RunningFlow } from '../../support/node-red';
import { accountAt, company, credentialsOf, lampOf, lampsOf } from '../../support/simulated-office';

/** Every good value of a lamp: what is sent, given that the lamp is at level 30 and was never higher. */
const goodValues: readonly (readonly [value: unknown, sent: object])[] = [
  [0, { level: 0 }],
  [100, { level: 100 }],
  [42.5, { level: 42.5 }],
  ['55', { level: 55 }],
  [true, { level: 30 }],
  ['on', { level: 30 }],
  [false, { level: 0 }],
  ['off', { level: 0 }],
  ['toggle', { level: 0 }],
  ['+10', { level: 40 }],
  ['-10', { level: 20 }],
  ['+90', { level: 100 }],
  ['-90', { level: 0 }],
  [{ level: 12 }, { level: 12 }],
  [
    { level: 12, temp: 2700 },
    { level: 12, temp: 2700 },
  ],
  [{ temp: 5700 }, { temp: 5700 }],
  [
    { red: 0, green: 128, blue: 255 },
    { red: 0, green: 128, blue: 255 },
  ],
  [
    { altlevel: 7, alttemp: 3000 },
    { altlevel: 7, alttemp: 3000 },
  ],
  [
    { altred: 1, altgreen: 2, altblue: 3 },
    { altred: 1, altgreen: 2, altblue: 3 },
  ],
  [{ level: 31, transition: 0.2 }, { level: 31 }],
];

const badValues: readonly (readonly [value: unknown, names: RegExp])[] = [
  [-1, /-1/],
  [101, /101.*100/],
  [Number.NaN, /NaN/],
  ['', /level|value/i],
  ['bright', /bright/],
  [null, /null/],
  [{}, /\{\}|empty|field/i],
  [[10], /array|\[/i],
  [{ level: 101 }, /level.*101/],
  [{ level: '10 %' }, /level/],
  [{ temp: 2000 }, /temp.*2000/],
  [{ red: 256 }, /red.*256/],
  [{ alttemp: 9000 }, /alttemp.*9000/],
  [{ brightness: 10 }, /brightness/],
  [{ level: 10, transition: -1 }, /transition.*-1/],
];

describe('commands through Node-RED to the platform', () => {
  let simulator: Simulator;
  let flow: RunningFlow;

  hostFlows();
  afterEach(() => simulator.close());

  /** One action-out; what it sends on arrives at `sent`, what it completes at `completed`, what it refuses at `caught`. */
  async function start(
    options: SimulatorOptions,
    address: object,
    node: object = {},
    expected = 'connected',
  ): Promise<void> {
    simulator = await startSimulator(options);
    const place = 'port' in address ? lampOf(simulator) : {};
    flow = await loadFlow({
      flow: [
        ...[tab, accountAt(simulator)],
        ochnoNode('act', 'ochno-action-out', { ...place, timeout: 20, wires: [['sent']], ...node }),
        ...[inbox('sent'), ...catching, ...completing('act')],
      ],
      credentials: credentialsOf(simulator),
    });
    await flow.shows('act', expected);
  }

  function outcomes(): number {
    return flow.received('completed').length + flow.received('caught').length;
  }

  it('obeys every good value of a lamp', async () => {
    await start({}, { port: true });
    const { port } = lampOf(simulator);
    simulator.building.plugIn(port, 'bidirhcllamp');
    for (const [index, [value, sent]] of goodValues.entries()) {
      simulator.building.setLamp(port, { level: 30 });
      // The node hears of it before it is asked: what it last heard is what the lamp is.
      flow.node('act').receive({ payload: { level: 30 }, index: 'before' });
      await eventually(
        () => flow.received('sent').length === 2 * index + 1,
        `the level before ${JSON.stringify(value)}`,
      );
      flow.node('act').receive({ payload: value, index });
      await eventually(() => flow.received('sent').length === 2 * index + 2, `the outcome of ${JSON.stringify(value)}`);
      const message = flow.received('sent').at(-1);
      assert.deepEqual(Object(message?.ochno).sent, sent, JSON.stringify(value));
      assert.deepEqual(Object(message).payload, value);
    }
    assert.equal(flow.received('caught').length, 0);
  });

  it('names field, value and range of every bad value, and sends nothing', async () => {
    await start({}, { port: true });
    for (const [value] of badValues) flow.node('act').receive({ payload: value });
    const caught = await flow.receives('caught', badValues.length);
    for (const [index, [value, names]] of badValues.entries()) {
      const { code, message } = Object(caught[index]?.error);
      assert.equal(code, 'OCHNO_VALUE', JSON.stringify(value));
      assert.match(message, names);
    }
    assert.equal(simulator.records.publishes.length, 0);
  });

  it('reaches the last value of a slider, completes every message and keeps to 100 publishes a second', async () => {
    await start({}, { port: true });
    for (let step = 1; step <= 200; step += 1) {
      flow.node('act').receive({ payload: step / 2 });
      if (step % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await eventually(() => outcomes() === 200, '200 outcomes', { timeoutMs: 15_000 });
    assert.equal(flow.received('caught').length, 0);
    const { publishes } = simulator.records;
    assert.match(publishes.at(-1)?.payload ?? '', /"level":100\b/);
    for (const [index, { at }] of publishes.entries()) {
      const hundredLater = publishes[index + 100];
      assert.ok(hundredLater === undefined || hundredLater.at - at >= 1000, 'more than 100 publishes in a second');
    }
  });

  it('sets five hundred lamps at once, each with an outcome of its own', async () => {
    await start({ companies: 1, locations: 1, hubs: 500, ports: 1 }, {});
    for (const { location, hub, port } of lampsOf(simulator))
      flow.node('act').receive({ payload: 20, ochno: { location, hub, port } });
    await eventually(() => flow.received('sent').length === 500, 'five hundred outcomes', { timeoutMs: 19_000 });
    assert.equal(new Set(simulator.records.publishes.map(({ topic }) => topic)).size, 500);
  });

  it('B8: says in yellow that there is no lamp, or no such port, before a message and after', async () => {
    const nowhere = { location: 'loc1', hub: 'hub99', port: 'port1' };
    await start({}, nowhere, nowhere, 'no port');
    flow.node('act').receive({ payload: 40 });
    await flow.receives('sent', 1);
    await eventually(() => /no port$/.test(flow.statuses('act').at(-1)?.text ?? ''), 'no port, afterwards');
    assert.equal(flow.statuses('act').at(-1)?.fill, 'yellow');
  });

  it('turns off every lamp of a location with one message, and waits until each shows it', async () => {
    const address = { location: 'loc1', hub: '+', port: '+' };
    await start({ hubs: 20, ports: 4 }, address, { ...address, confirm: true });
    const there = lampsOf(simulator).filter(({ location }) => location === 'loc1');
    assert.ok(there.length > 10);
    flow.node('act').receive({ payload: 'off' });
    const [message] = await flow.receives('sent', 1);
    const { port, sent } = Object(message?.ochno);
    assert.equal(port.length, there.length);
    assert.deepEqual(
      sent,
      there.map(() => ({ level: 0 })),
    );
    for (const { port: id } of there) {
      assert.equal(simulator.building.port(id).data.device?.lamp?.level, 0, id);
    }
    assert.ok(simulator.records.subscribes.length <= 3, 'the ports of one command are subscribed to together');
  });

  it('fails in time during an outage, sends the newest of what may wait once, and the stale never', async () => {
    await start({}, { port: true }, { timeout: 1 });
    simulator.fault('upgrade-error');
    simulator.dropConnections('reset');
    await eventually(() => flow.statuses('act').at(-1)?.fill !== 'green', 'the outage');
    flow.node('act').receive({ payload: 11 });
    const [stale] = await flow.receives('caught', 1);
    assert.equal(Object(stale?.error).code, 'OCHNO_TIMEOUT');
    simulator.fault('upgrade-error', false);
    await eventually(() => simulator.records.openConnections === 1, 'the connection');
    flow.node('act').receive({ payload: 13 });
    await flow.receives('sent', 1);
    assert.deepEqual(
      simulator.records.publishes.map(({ payload }) => JSON.parse(payload).data.device.lamp.level),
      [13],
    );
  });

  it('sends only the newest of several commands that waited out an outage', async () => {
    await start({}, { port: true });
    simulator.fault('upgrade-error');
    simulator.dropConnections('reset');
    await eventually(() => flow.statuses('act').at(-1)?.fill !== 'green', 'the outage');
    for (const level of [21, 22, 23]) flow.node('act').receive({ payload: level });
    simulator.fault('upgrade-error', false);
    await eventually(() => outcomes() === 3, 'three outcomes', { timeoutMs: 15_000 });
    assert.deepEqual(
      simulator.records.publishes.map(({ payload }) => JSON.parse(payload).data.device.lamp.level),
      [23],
    );
    assert.deepEqual(
      flow.received('sent').map((message) => Object(message).payload),
      [23],
    );
  });
});

describe('updates through Node-RED', () => {
  let simulator: Simulator;

  hostFlows();
  afterEach(() => simulator.close());

  it('of one company by two nodes at once lose neither change, and leave the other fields as they were', async () => {
    simulator = await startSimulator({ etags: true });
    const update = { resource: 'companies', operation: 'update', target: company, targetType: 'str' };
    const nodes = ['one', 'other'].map((id) => ochnoNode(id, 'ochno-rest', update));
    const flow = await loadFlow({
      flow: [tab, accountAt(simulator), ...nodes, inbox('out')],
      credentials: credentialsOf(simulator),
    });
    const before = { ...simulator.building.companies.get(company) };
    flow.node('one').receive({ payload: { name: 'Goodle' } });
    flow.node('other').receive({ payload: { website: 'https://goodle.example' } });
    await flow.receives('out', 2);
    assert.deepEqual(
      { ...simulator.building.companies.get(company) },
      { ...before, name: 'Goodle', website: 'https://goodle.example' },
    );
  });
});
