import assert from 'node:assert/strict';
import { readTestReport } from '../../../nodes/editor/account/test-report';

describe('the report of a connection test', () => {
  it('has four steps in order, whatever was answered', () => {
    const steps = [
      { step: 'stream', state: 'failed', reason: 'clock', message: 'late' },
      { step: 'log-in', state: 'ok' },
      { step: 'rest', state: 'odd' },
    ];
    assert.deepEqual(readTestReport({ steps }), [
      { step: 'log-in', state: 'ok' },
      { step: 'rest', state: 'not tried' },
      { step: 'credentials', state: 'not tried' },
      { step: 'stream', state: 'failed', reason: 'clock' },
    ]);
    assert.equal(readTestReport({ state: 'failed' }), undefined);
    assert.equal(readTestReport('<html>'), undefined);
  });

  it('has what is to be said of a failure, and the companies that were read', () => {
    const problem = { field: 'company', key: 'company-unknown', values: { company: 'x' } };
    const steps = [
      { step: 'rest', state: 'ok', companies: [{ id: 'c1', name: 'Goople' }, 'odd'] },
      { step: 'credentials', state: 'failed', problem, statusCode: 404, said: 'no such company' },
    ];
    const [, rest, credentials] = readTestReport({ steps }) ?? [];
    assert.deepEqual(rest?.companies, [{ id: 'c1', name: 'Goople' }]);
    assert.deepEqual(credentials, { ...steps[1] });
  });

  it('A3: has what a stream that works has to do without, as far as it is known', () => {
    const steps = [{ step: 'stream', state: 'ok', limits: ['narrow-filters', 'odd', 'no-sessions'], message: '…' }];
    assert.deepEqual(readTestReport({ steps })?.at(-1)?.limits, ['no-sessions', 'narrow-filters']);
  });
});
