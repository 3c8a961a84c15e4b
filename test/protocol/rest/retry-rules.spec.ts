import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { backoffDelayMs, repeatDelayMs, retryPauseMs } from '../../../src/protocol/rest/retry-rules';

const nowMs = Date.UTC(2025, 0, 15, 12, 0, 0);
const network = new OchnoError('OCHNO_NETWORK', 'gone', { retryable: true });
const certificate = new OchnoError('OCHNO_NETWORK', 'untrusted', { reason: 'tls' });

describe('repeating a failed request', () => {
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
    it(`${method} is repeated after network faults, 429 and 5xx`, () => {
      for (const failed of [
        { error: network },
        { statusCode: 429 },
        { statusCode: 500 },
        { statusCode: 503 },
        { statusCode: 504 },
      ]) {
        const delayMs = repeatDelayMs({ method, attempt: 1, nowMs, random: 0.5, ...failed });
        assert.ok(delayMs !== undefined && delayMs >= 500 && delayMs <= 1000, String(delayMs));
      }
    });
  }

  for (const method of ['POST', 'PATCH']) {
    it(`${method} never is, whatever the platform asks for`, () => {
      for (const failed of [
        { error: network },
        { statusCode: 429, retryAfter: '1' },
        { statusCode: 503, retryAfter: '1' },
        { statusCode: 500 },
      ]) {
        assert.equal(repeatDelayMs({ method, attempt: 1, nowMs, random: 0, ...failed }), undefined);
      }
    });
  }

  it('obeys Retry-After on 429 and 503, a little spread, for as long as it is told', () => {
    for (const statusCode of [429, 503]) {
      const failed = { method: 'GET', attempt: 50, statusCode, nowMs };
      assert.equal(repeatDelayMs({ ...failed, retryAfter: '7', random: 0 }), 7000);
      assert.equal(repeatDelayMs({ ...failed, retryAfter: '7', random: 1 }), 7700);
      assert.equal(repeatDelayMs({ ...failed, retryAfter: 'Wed, 15 Jan 2025 12:00:02 GMT', random: 0 }), 2000);
    }
    assert.equal(repeatDelayMs({ method: 'GET', attempt: 1, statusCode: 500, retryAfter: '7', nowMs, random: 0 }), 500);
  });

  it('does not turn a Retry-After of 0 or in the past into a tight loop', () => {
    for (const retryAfter of ['0', 'Wed, 15 Jan 2025 11:00:00 GMT']) {
      const failed = { method: 'GET', statusCode: 429, retryAfter, nowMs, random: 0 };
      assert.equal(repeatDelayMs({ ...failed, attempt: 1 }), 500);
      assert.equal(repeatDelayMs({ ...failed, attempt: 5 }), undefined);
    }
  });

  it('ends after four of our own accord', () => {
    const delays = [1, 2, 3, 4, 5].map((attempt) =>
      repeatDelayMs({ method: 'GET', attempt, error: network, nowMs, random: 1 }),
    );
    assert.deepEqual(delays, [1000, 2000, 4000, 8000, undefined]);
  });

  it('leaves alone what will not pass by itself', () => {
    for (const statusCode of [301, 400, 401, 403, 404, 409, 412, 422]) {
      assert.equal(
        repeatDelayMs({ method: 'GET', attempt: 1, statusCode, retryAfter: '1', nowMs, random: 0 }),
        undefined,
      );
    }
    assert.equal(repeatDelayMs({ method: 'GET', attempt: 1, error: certificate, nowMs, random: 0 }), undefined);
  });
});

function askedFor(retryAfterMs: number): OchnoError {
  return new OchnoError('OCHNO_HTTP', 'busy', { statusCode: 503, retryAfterMs });
}

describe('the pause before the next attempt', () => {
  it('is the back-off if the platform asked for nothing', () => {
    for (const last of [undefined, new Error('broken'), askedFor(0)]) {
      assert.equal(retryPauseMs(4, 0.5, last), backoffDelayMs(4, 0.5));
    }
  });

  it('is not shorter than what the platform asked for, and spread over a tenth more', () => {
    assert.equal(retryPauseMs(1, 0, askedFor(300_000)), 300_000);
    assert.equal(retryPauseMs(1, 1, askedFor(300_000)), 330_000);
  });

  it('is the back-off if that is longer than what was asked for', () => {
    assert.equal(retryPauseMs(10, 1, askedFor(1)), backoffDelayMs(10, 1));
  });
});

describe('the delay before another attempt', () => {
  it('grows twofold from the first second to two minutes', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((attempt) => backoffDelayMs(attempt, 1));
    assert.deepEqual(longest, [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 120_000, 120_000, 120_000]);
  });

  it('is spread over the whole range, from a second on', () => {
    assert.equal(backoffDelayMs(1, 0), 1_000);
    assert.equal(backoffDelayMs(9, 0), 1_000);
    assert.equal(backoffDelayMs(9, 0.5), 60_500);
  });

  it('keeps to other limits', () => {
    const limits = { firstMs: 100, longestMs: 300 };
    assert.equal(backoffDelayMs(1, 0.5, limits), 150);
    assert.equal(backoffDelayMs(9, 1, limits), 300);
  });

  it('is never below the shortest nor above the longest, whatever the attempt', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const delayMs = backoffDelayMs(attempt, random);
        assert.ok(delayMs >= 1_000 && delayMs <= 120_000, String(delayMs));
      }),
    );
  });
});
