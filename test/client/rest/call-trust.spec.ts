import assert from 'node:assert/strict';
import { CallTrust } from '../../../src/client/rest/call-trust';
import { FakeClock } from '../../support/fake-clock';

describe('what a 401 means', () => {
  let clock: FakeClock;
  let trust: CallTrust;

  beforeEach(() => {
    clock = new FakeClock();
    trust = new CallTrust(clock);
  });

  it('is that the token has ended, as far as is known', () => {
    assert.equal(trust.believes('GET /a', 'token'), false);
  });

  it('is for a minute that the call is not allowed, if it met one right after a log-in', async () => {
    trust.forbid('GET /a');
    assert.deepEqual([trust.believes('GET /a', 'token'), trust.believes('GET /b', 'token')], [true, false]);
    await clock.advance(60_000);
    assert.equal(trust.believes('GET /a', 'token'), false);
  });

  it('C10: is never that of a call that has worked with this token', () => {
    trust.worked('GET /good', 'token');
    for (let count = 0; count < 20; count += 1) trust.forbid(`${count}`);
    assert.equal(trust.believes('GET /good', 'token'), false);
    assert.deepEqual([trust.believes('GET /new', 'token'), trust.believes('GET /good', 'other')], [true, true]);
  });

  it('C10: is that of a call that has worked with another token only where very many are forbidden', () => {
    trust.worked('GET /good', 'token');
    for (let count = 0; count < 9; count += 1) trust.forbid(`${count}`);
    assert.deepEqual([trust.believes('GET /new', 'other'), trust.believes('GET /good', 'other')], [true, false]);
    trust.forbid('9');
    assert.equal(trust.believes('GET /good', 'other'), true);
  });

  it('is that the call is not allowed any more, where one that has worked met 401 right after a log-in', () => {
    trust.worked('GET /a', 'token');
    trust.forbid('GET /a');
    assert.equal(trust.believes('GET /a', 'token'), true);
  });

  it('C10: is not held against a call that has worked since', () => {
    trust.forbid('GET /a');
    trust.worked('GET /a', 'token');
    assert.equal(trust.believes('GET /a', 'next'), false);
  });

  it('remembers of which token that was', () => {
    trust.worked('GET /a', 'token');
    assert.deepEqual([trust.hasWorked('token'), trust.hasWorked('next')], [true, false]);
  });
});
