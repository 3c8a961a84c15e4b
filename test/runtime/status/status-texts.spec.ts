import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { actionOutDefaults, configDefaults, portInDefaults, restDefaults } from '../../../nodes/options';
import { notConfigured, statusOf } from '../../../nodes/runtime/status/status';
import { account, inbox, ochnoNode, tab } from '../../support/flow-nodes';
import { type FlowNode, hostFlows, loadFlow } from '../../support/node-red';
import { signs } from '../../support/signs';
import { FakeAccount } from '../fake-account';

const optionsOf = {
  'ochno-port-in': portInDefaults,
  'ochno-action-out': actionOutDefaults,
  'ochno-rest': restDefaults,
};
/** What the editor finds at a whole key of a built catalogue. */
function textAt(language: string, key: string): unknown {
  const [, set = '', path = ''] = /^@ochno\/node-red-ochno\/([\w-]+):(.+)$/.exec(key) ?? [];
  const file = join(__dirname, '../../../dist/nodes/locales', language, `${set}.json`);
  const [section = '', ...rest] = path.split('.');
  return Object(Object(JSON.parse(readFileSync(file, 'utf8')))[section])[rest.join('.')];
}

describe('the texts of statuses', () => {
  for (const [type, options] of Object.entries(optionsOf)) {
    it(`D4: are in the catalogues, whatever ${type} shows`, () => {
      for (const language of ['en-US', 'sv', 'ja']) {
        for (const sign of signs) {
          const { text } = statusOf(type, sign);
          assert.equal(typeof textAt(language, String(text)), 'string', text);
        }
      }
    });

    it(`D7: name each option of ${type} and its account that may be missing or unusable`, () => {
      const flags = ['names', 'control', 'show', 'inputs', 'version'];
      const known = [...Object.keys(options), ...Object.keys(configDefaults), 'email', 'password'];
      for (const option of known.filter((name) => !flags.includes(name))) {
        const text = String(statusOf(type, notConfigured(option)).text);
        assert.match(String(textAt('en-US', text)), /^not configured: \S/, text);
      }
    });
  }

  it('D4: have the codes that flows can rely on', () => {
    const codes = [
      ...['connected', 'connecting', 'disconnected', 'log-in refused', 'not configured', 'dns', 'refused', 'tls'],
      ...['proxy', 'timeout', 'clock', 'forbidden', 'sending', 'gap', 'no company', 'no port', 'no device'],
      ...['value', 'payload', 'closed', 'http', 'login', 'network', 'other'],
    ];
    assert.deepEqual([...new Set(signs.map(({ code }) => code))].sort(), codes.sort());
  });
});

describe('a Status node', () => {
  hostFlows();

  const watching: readonly FlowNode[] = [
    { id: 'watch', type: 'status', z: 'tab', scope: null, wires: [['told']] },
    inbox('told'),
  ];

  it('D4: gets what a node showed before it was there itself', async () => {
    const portIn = ochnoNode('in', 'ochno-port-in', { wires: [[]] });
    const flow = await loadFlow({ flow: [tab, account, portIn, ...watching], open: () => new FakeAccount() });
    const [msg] = await flow.receives('told', 1);
    assert.equal(Object(msg?.status).code, 'not configured');
    assert.equal(Object(msg?.status).source.id, 'in');
  });

  it('D4: gets code and whole key from a subflow that passes its status on', async () => {
    const fake = new FakeAccount('c1');
    const subflow: FlowNode = {
      ...{ id: 'sub', type: 'subflow', name: 'Desk', in: [], out: [], env: [] },
      status: { x: 0, y: 0, wires: [{ id: 'passed', port: 0 }] },
    };
    const flow = await loadFlow({ flow: [tab, account, ...watching], open: () => fake });
    // The helper can load a flow with one Status node only.
    await flow.deploy([
      ...[tab, account, subflow],
      ochnoNode('inside', 'ochno-port-in', { z: 'sub', wires: [[]] }),
      { id: 'passed', type: 'status', z: 'sub', scope: null, wires: [[]] },
      { id: 'one', type: 'subflow:sub', z: 'tab', wires: [] },
      ...watching,
    ]);
    fake.setStatus({ state: 'disconnected', reason: 'dns' }, 'c1');
    await flow.shows('one', 'dns');
    const [msg] = await flow.receives('told', 1);
    assert.equal(Object(msg?.status).code, 'dns');
    assert.equal(flow.statuses('one').at(-1)?.text, '@ochno/node-red-ochno/ochno-port-in:status.dns');
  });
});
