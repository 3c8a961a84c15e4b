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

  it('is for a minute that the call is not allowed, where it met one right after a log-in', async () => {
    trust.forbid('GET /a');
    assert.deepEqual([trust.believes('GET /a', 'token'), trust.believes('GET /b', 'token')], [true, false]);
    await clock.advance(60_000);
    assert.equal(trust.believes('GET /a', 'token'), false);
  });

  it('C10: is never that of a call that has worked with this token, but of one that has worked with another', () => {
    trust.worked('GET /good', 'token');
    for (const call of ['1', '2', '3', '4', '5']) trust.forbid(call);
    assert.equal(trust.believes('GET /good', 'token'), false);
    assert.deepEqual([trust.believes('GET /new', 'token'), trust.believes('GET /good', 'other')], [true, true]);
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
