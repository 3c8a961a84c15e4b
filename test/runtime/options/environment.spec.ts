import assert from 'node:assert/strict';
import { account, catching, ochnoNode, tab } from '../../support/flow-nodes';
import { hostFlows, loadFlow, unloadFlow } from '../../support/node-red';
import { FakeAccount } from '../fake-account';

const variable = 'OCHNO_TEST_VARIABLE';

/** Every option of text or number of the three nodes, with a value that is good for it. */
const options: readonly [type: string, option: string, value: string][] = [
  ['ochno-port-in', 'company', 'c1'],
  ['ochno-port-in', 'location', 'l1'],
  ['ochno-port-in', 'hub', 'h1,h2'],
  ['ochno-port-in', 'port', '+'],
  ['ochno-port-in', 'property', 'data.t'],
  ['ochno-port-in', 'emit', 'change'],
  ['ochno-port-in', 'deadband', '10%'],
  ['ochno-port-in', 'initial', 'start'],
  ['ochno-action-out', 'company', 'c1'],
  ['ochno-action-out', 'location', 'l1'],
  ['ochno-action-out', 'hub', 'h1'],
  ['ochno-action-out', 'port', 'p1,p2'],
  ['ochno-action-out', 'command', 'device'],
  ['ochno-action-out', 'valueType', 'num'],
  ['ochno-action-out', 'confirm', 'true'],
  ['ochno-action-out', 'timeout', '10'],
  ['ochno-rest', 'resource', 'ports'],
  ['ochno-rest', 'operation', 'list'],
  ['ochno-rest', 'method', 'GET'],
  ['ochno-rest', 'path', '/api/ports'],
  ['ochno-rest', 'targetType', 'str'],
  ['ochno-rest', 'shape', 'series'],
  ['ochno-rest', 'all', 'false'],
  ['ochno-rest', 'timeout', '20'],
];

describe('an option may be an environment variable', () => {
  hostFlows();
  afterEach(() => {
    delete process.env[variable];
  });

  const load = (type: string, option: string) => {
    const node = ochnoNode('node', type, { [option]: `\${${variable}}`, wires: [[]] });
    return loadFlow({ flow: [tab, account, node], open: () => new FakeAccount('c1') });
  };

  for (const [type, option, value] of options) {
    it(`${option} of ${type}: its value if it is set, and if it is not, an error that names it`, async () => {
      process.env[variable] = value;
      const flow = await load(type, option);
      assert.deepEqual(flow.logged('error'), []);
      await unloadFlow();

      delete process.env[variable];
      const other = await load(type, option);
      assert.equal(other.codes('node').at(-1), 'not configured');
      assert.match(other.logged('error').join('\n'), new RegExp(`${variable}.*"${option}"`));
    });
  }

  const env = [{ name: variable, value: 'h1', type: 'str' }];
  const group = { id: 'group', type: 'group', z: 'tab', nodes: ['node'] };
  for (const [where, around] of [
    ['of its group', [tab, { ...group, env }]],
    ['of a group around its group', [tab, { ...group, g: 'outer' }, { ...group, id: 'outer', nodes: ['group'], env }]],
    ['of its flow', [{ ...tab, env }, group]],
  ] as const) {
    it(`which may be a variable ${where}`, async () => {
      const office = new FakeAccount('c1');
      const node = ochnoNode('node', 'ochno-port-in', {
        location: 'l1',
        hub: `\${${variable}}`,
        g: 'group',
        wires: [[]],
      });
      const flow = await loadFlow({ flow: [...around, account, node], open: () => office });
      assert.deepEqual(flow.logged('error'), []);
      const [subscription] = office.subscriptions;
      assert.deepEqual(subscription?.selector.hubs, ['h1']);
    });
  }

  it('the values of typed inputs: an input gets the error', async () => {
    const value = { value: `\${${variable}}`, valueType: 'str' };
    const act = ochnoNode('act', 'ochno-action-out', { ...value, location: 'l', hub: 'h', port: 'p', wires: [[]] });
    const flow = await loadFlow({ flow: [tab, account, act, ...catching], open: () => new FakeAccount('c1') });
    flow.node('act').receive({ payload: 1 });
    const [msg] = await flow.receives('caught', 1);
    assert.match(Object(msg?.error).message, new RegExp(variable));
  });

  it('refuses what is not one of the words an option may be, and what is not a number', async () => {
    for (const [type, option, value] of [
      ['ochno-port-in', 'emit', 'sometimes'],
      ['ochno-port-in', 'deadband', 'wide'],
      ['ochno-port-in', 'property', 'a..b'],
      ['ochno-action-out', 'timeout', '0'],
      ['ochno-action-out', 'confirm', 'maybe'],
      ['ochno-rest', 'resource', 'rooms'],
    ] as const) {
      process.env[variable] = value;
      const flow = await load(type, option);
      assert.equal(flow.codes('node').at(-1), 'not configured');
      assert.match(flow.logged('error').join('\n'), new RegExp(value.replaceAll('.', '\\.')));
      await unloadFlow();
    }
  });
});
