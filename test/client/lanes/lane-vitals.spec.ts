import assert from 'node:assert/strict';
import { sumOfVitals } from '../../../src/client/lanes/lane-vitals';
import type { StreamVitals } from '../../../src/client/stream/stream-status';

const lane = (own: Partial<StreamVitals>): StreamVitals => ({
  company: 'c',
  status: { state: 'connected' },
  connectedSinceMs: 100,
  credentialsEndMs: 900,
  renewals: 1,
  reconnects: 0,
  gaps: [],
  policy: { sessions: true, secondConnection: true, refusedFilters: [] },
  clockOffsetMs: 0,
  eventsPerSecond: 10,
  eventsPerMinute: [1, 2],
  ...own,
});

describe('how several connections are doing together', () => {
  it('is the sum of what they bring, and of the rest what calls for attention', () => {
    const one = lane({ gaps: [{ company: 'c', from: 5, to: 6 }], reconnects: 2 });
    const policy = { sessions: false, secondConnection: true, refusedFilters: ['f'] };
    const other = lane({
      connectedSinceMs: 200,
      credentialsEndMs: 800,
      gaps: [{ company: 'c', from: 1, to: 2 }],
      policy,
    });
    const sum = sumOfVitals({ state: 'connecting' }, [one, other]);
    assert.deepEqual(sum.status, { state: 'connecting' });
    assert.deepEqual([sum.connectedSinceMs, sum.credentialsEndMs, sum.renewals, sum.reconnects], [200, 800, 2, 2]);
    assert.deepEqual(
      sum.gaps.map(({ from }) => from),
      [1, 5],
    );
    assert.deepEqual(sum.policy, policy);
    assert.deepEqual([sum.eventsPerSecond, sum.eventsPerMinute], [20, [2, 4]]);
  });

  it('is not connected since a time at which one of them was not', () => {
    assert.equal(
      sumOfVitals({ state: 'connecting' }, [lane({}), lane({ connectedSinceMs: undefined })]).connectedSinceMs,
      undefined,
    );
  });
});
