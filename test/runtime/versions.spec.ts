import assert from 'node:assert/strict';
import { actionOutDefaults, configDefaults, portInDefaults, restDefaults } from '../../nodes/options';
import { currentVersion, isNewer, migrated, migrations, versionOf } from '../../nodes/versions';
import { account, inbox, ochnoNode, tab } from '../support/flow-nodes';
import { hostFlows, loadFlow } from '../support/node-red';
import { FakeAccount } from './fake-account';

describe('the version of saved options', () => {
  it('is what every new node saves', () => {
    for (const { version } of [configDefaults, portInDefaults, actionOutDefaults, restDefaults]) {
      assert.equal(version, currentVersion);
    }
    for (const steps of Object.values(migrations)) assert.ok(steps.length < currentVersion);
  });

  it('is the first if there is none that can be read', () => {
    for (const version of [undefined, null, '', 'two', 0, -1, 1.5, {}]) assert.equal(versionOf({ version }), 1);
    assert.equal(versionOf({ version: '3' }), 3);
  });

  it('leads through every migration that came after it, and no other', () => {
    const table = {
      'ochno-rest': [
        {
          replaces: ['from'],
          migrate: ({ from, ...options }: Readonly<Record<string, unknown>>) => ({ ...options, start: from }),
        },
        {
          replaces: [],
          migrate: (options: Readonly<Record<string, unknown>>) => ({ ...options, start: `${options.start}!` }),
        },
      ],
    };
    const saved = { version: 1, from: 'now', kept: true };
    assert.deepEqual(migrated('ochno-rest', saved, table), { version: 3, start: 'now!', kept: true });
    assert.deepEqual(saved, { version: 1, from: 'now', kept: true });
    const second = { version: 2, start: 'now' };
    assert.deepEqual(migrated('ochno-rest', second, table), { version: 3, start: 'now!' });
    for (const version of [3, 4]) {
      const newest = { version, start: 'now' };
      assert.equal(migrated('ochno-rest', newest, table), newest);
    }
    assert.equal(migrated('ochno-port-in', saved, table), saved);
  });

  it('may be one that this package does not know yet', () => {
    assert.equal(isNewer({ version: currentVersion }), false);
    assert.equal(isNewer({ version: currentVersion + 1 }), true);
  });
});

describe('a node that a newer version saved', () => {
  hostFlows();

  it('works as far as it can, and says so in yellow and in the log', async () => {
    const fake = new FakeAccount('c1');
    const later = { version: currentVersion + 1, later: { option: true } };
    const nodes = [{ ...account, ...later }, ochnoNode('in', 'ochno-port-in', later)];
    const running = await loadFlow({ flow: [tab, ...nodes, inbox('out')], open: () => fake });
    fake.setStatus({ state: 'connected' }, 'c1');
    await running.shows('in', 'connected');
    const { fill, text } = running.statuses('in').at(-1) ?? {};
    assert.deepEqual([fill, text], ['yellow', '@ochno/node-red-ochno/ochno-port-in:status.newer version']);
    const warnings = running.logged('warn').join('\n');
    for (const type of ['ochno-config', 'ochno-port-in']) {
      assert.match(warnings, new RegExp(`${type}: A newer version of this package saved this node`));
    }
    fake.emit({ company: 'c1', location: 'l1', hub: 'h1', port: 'p1' }, 1);
    await running.receives('out', 1);
  });
});
