import assert from 'node:assert/strict';
import { diagnostics } from '../../../../nodes/editor/sidebar/health/diagnostics';
import type { StreamHealth } from '../../../../nodes/sidebar-messages';
import { buildingOf } from '../building-model';

const stream: StreamHealth = {
  ...{ account: 'acc', accountName: 'Office', company: 'c1', state: 'connected', detail: '' },
  ...{ renewals: 3, reconnects: 1, eventsPerSecond: 2, curve: [1, 2], gaps: [], clockOffsetMs: 0 },
  policy: { sessions: true, secondConnection: false, refusedFilters: ['/ports/c1/l1/h1/+'] },
  commands: { sent: 1, waiting: 0, failed: 0 },
};

describe('the diagnostics', () => {
  const found = diagnostics({ building: buildingOf(), streams: [stream], nodes: [], versions: { nodeRed: '4.1.0' } });

  it('say how everything is doing', () => {
    const { streams, companies, versions } = Object(found);
    assert.deepEqual(versions, { nodeRed: '4.1.0' });
    assert.deepEqual(companies, [{ account: 'account 1', company: 1, state: 'ok', locations: 1, ports: 4 }]);
    assert.deepEqual([streams[0].renewals, streams[0].policy.refusedFilters], [3, 1]);
  });

  it('say why by a word or a code, and quote no message', () => {
    const building = buildingOf();
    const message = 'The server "https://me:secret@example.com" has a password in it';
    building.setAccounts(
      [
        {
          ...{ id: 'acc', name: 'Office', defaultCompany: '' },
          companies: { state: 'failed', failure: { code: 'OCHNO_VALUE', message } },
          connections: [
            { company: '', state: 'not configured', detail: message },
            { company: 'c1', state: 'disconnected', detail: 'dns' },
          ],
        },
      ],
      0,
      0,
    );
    const made = diagnostics({
      building,
      streams: [{ ...stream, state: 'not configured', detail: message }],
      ...{ nodes: [], versions: {} },
    });
    assert.ok(!JSON.stringify(made).includes('secret'));
    assert.deepEqual(Object(made).accounts, [
      {
        ...{ account: 'account 1', hasDefaultCompany: false, companies: { state: 'failed', code: 'OCHNO_VALUE' } },
        connections: [{ state: 'not configured' }, { state: 'disconnected', detail: 'dns' }],
      },
    ]);
  });

  it('hold no name and no id of the building or the account', () => {
    const text = JSON.stringify(found);
    for (const secret of ['Goople', 'Office', 'Desk', 'c1', 'acc"', 'h1', 'l1', 'p1']) {
      assert.ok(!text.includes(secret), `${secret} in ${text}`);
    }
  });
});
