import assert from 'node:assert/strict';
import { OchnoError } from '../../../src';
import { StreamError } from '../../../src/client/mqtt/stream-error';
import { type ConnectionStatus, streamStatus, worstStatus } from '../../../src/client/stream/stream-status';
import type { ConnectionState } from '../../../src/protocol/connection/connection-state';

const attempt = { attempt: 1, failures: 0, hurried: false };
const connected = { attempt: 1, sinceMs: 0, failures: 0, lastAttempt: 2, failedRenewals: 0 };
const failure = new StreamError('no such host', { reason: 'dns' });

describe('the status of a stream', () => {
  const cases: [ConnectionState, boolean, Error | undefined, ReturnType<typeof streamStatus>][] = [
    [{ is: 'stopped' }, false, failure, { state: 'unused' }],
    [{ is: 'connecting', ...attempt }, false, undefined, { state: 'connecting' }],
    [{ is: 'connecting', ...attempt }, false, failure, { state: 'disconnected', reason: 'dns' }],
    [{ is: 'waiting', ...attempt }, false, failure, { state: 'disconnected', reason: 'dns' }],
    [{ is: 'waiting', ...attempt }, false, new Error('?'), { state: 'disconnected', reason: undefined }],
    [{ is: 'refused', ...attempt }, false, failure, { state: 'log-in refused' }],
    [{ is: 'connected', ...connected }, false, undefined, { state: 'connected' }],
    [{ is: 'connected', ...connected }, true, undefined, { state: 'log-in refused' }],
    [{ is: 'renewing', ...connected, successor: 2 }, false, undefined, { state: 'connected' }],
    [{ is: 'overlapping', ...connected, old: 0 }, false, undefined, { state: 'connected' }],
    [{ is: 'draining', ...connected, old: 0 }, false, undefined, { state: 'connected' }],
    [{ is: 'taking over', ...attempt }, false, undefined, { state: 'connected' }],
  ];
  for (const [state, renewalIsRefused, error, expected] of cases) {
    const told = [renewalIsRefused ? 'with its log-in refused' : '', error?.message ?? ''].filter(
      (part) => part !== '',
    );
    it(`of one that is ${[state.is, ...told].join(', ')} says ${Object.values(expected).join(' ')}`, () => {
      assert.deepEqual(streamStatus(state, renewalIsRefused, error), expected);
    });
  }

  it('calls an answer of 403 forbidden if the error gives no reason of its own', () => {
    const forbidden = new OchnoError('OCHNO_HTTP', 'no', { statusCode: 403 });
    assert.deepEqual(streamStatus({ is: 'waiting', ...attempt }, false, forbidden), {
      state: 'disconnected',
      reason: 'forbidden',
    });
  });
});

describe('of several connections', () => {
  const fromBest: readonly ConnectionStatus[] = [
    { state: 'unused' },
    { state: 'connected' },
    { state: 'connecting' },
    { state: 'disconnected', reason: 'dns' },
    { state: 'log-in refused' },
    { state: 'not configured', problem: 'no email' },
  ];

  it('the worst one is told, in one order for an account and for a node', () => {
    for (const [index, status] of fromBest.entries()) {
      assert.equal(worstStatus(status, ...fromBest.slice(0, index)), status);
    }
  });

  it('the first one is told of those that are as bad', () => {
    const [one, other]: ConnectionStatus[] = [
      { state: 'disconnected', reason: 'tls' },
      { state: 'disconnected', reason: 'dns' },
    ];
    assert.ok(one && other);
    assert.equal(worstStatus(one, other), one);
  });
});
