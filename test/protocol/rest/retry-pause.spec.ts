import assert from 'node:assert/strict';
import { OchnoError } from '../../../src';
import { retryPauseMs } from '../../../src/protocol/rest/retry-pause';
import { backoffDelayMs } from '../../../src/protocol/stream/backoff';

function askedFor(retryAfterMs: number): OchnoError {
  return new OchnoError('OCHNO_HTTP', 'busy', { statusCode: 503, retryAfterMs });
}

describe('the pause before the next attempt', () => {
  it('is the back-off where the platform asked for nothing', () => {
    for (const last of [undefined, new Error('broken'), askedFor(0)]) {
      assert.equal(retryPauseMs(4, 0.5, last), backoffDelayMs(4, 0.5));
    }
  });

  it('is no shorter than what the platform asked for, and spread over a tenth more', () => {
    assert.equal(retryPauseMs(1, 0, askedFor(300_000)), 300_000);
    assert.equal(retryPauseMs(1, 1, askedFor(300_000)), 330_000);
  });

  it('is the back-off where that is longer than what was asked for', () => {
    assert.equal(retryPauseMs(10, 1, askedFor(1)), backoffDelayMs(10, 1));
  });
});
