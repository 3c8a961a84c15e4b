import assert from 'node:assert/strict';
import { connectionSummary, streamHealth } from '../../../nodes/runtime/sidebar/stream-health';
import type { StreamVitals } from '../../../src/client/stream/stream-status';

const vitals: StreamVitals = {
  company: 'c',
  status: { state: 'connected' },
  connectedSinceMs: 5,
  credentialsEndMs: undefined,
  ...{ renewals: 2, reconnects: 1, clockOffsetMs: -7, eventsPerSecond: 3 },
  gaps: [
    { company: 'c', from: 1, to: 2 },
    { company: 'c', from: 3, to: 4, reason: 'rate' },
  ],
  policy: { sessions: true, secondConnection: false, refusedFilters: ['x'] },
  eventsPerMinute: Array.from({ length: 1440 }, (_, minute) => (minute < 15 ? 60 : 0)),
};

describe('the health of a stream', () => {
  const commands = { sent: 4, waiting: 1, failed: 0 };

  it('is its vitals, with a curve of a point for each quarter of an hour', () => {
    const { curve, gaps, ...rest } = streamHealth({ id: 'a', name: 'Office' }, vitals, commands);
    assert.equal(curve.length, 96);
    assert.deepEqual(curve.slice(0, 2), [1, 0]);
    assert.deepEqual(gaps, [
      { from: 1, to: 2, reason: 'outage' },
      { from: 3, to: 4, reason: 'rate' },
    ]);
    assert.deepEqual(rest, {
      ...{ account: 'a', accountName: 'Office', company: 'c', state: 'connected', detail: '', connectedSince: 5 },
      ...{ renewals: 2, reconnects: 1, eventsPerSecond: 3, clockOffsetMs: -7, commands, policy: vitals.policy },
    });
  });

  it('says why a connection is not there, and what is not configured', () => {
    assert.deepEqual(connectionSummary('c', { state: 'disconnected', reason: 'dns' }), {
      company: 'c',
      state: 'disconnected',
      detail: 'dns',
    });
    const problem = 'no email';
    assert.equal(connectionSummary('', { state: 'not configured', problem }).detail, problem);
  });
});
