import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { within } from '../../../src/client/time/deadline';
import { FakeClock } from '../../support/fake-clock';

const never = new Promise<never>(() => undefined);

describe('a wait within limits', () => {
  it('passes on what the work comes to, and leaves neither timer nor listener', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const limits = { clock, deadlineMs: 100, signals: [signal, undefined] };
    assert.equal(await within(Promise.resolve(7), limits, 'it'), 7);
    await assert.rejects(within(Promise.reject(new Error('broken')), limits, 'it'), /broken/);
    assert.equal(clock.timers, 0);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('fails at the deadline', async () => {
    const clock = new FakeClock();
    const failure = assert.rejects(within(never, { clock, deadlineMs: 100, signals: [] }, 'the answer'), {
      code: 'OCHNO_TIMEOUT',
      message: 'The answer did not come in time',
    });
    await clock.advance(100);
    await failure;
    assert.equal(clock.timers, 0);
  });

  it('prefers work that is done over a deadline that is over', async () => {
    const clock = new FakeClock();
    await clock.advance(500);
    assert.equal(await within(Promise.resolve('done'), { clock, deadlineMs: 100, signals: [] }, 'it'), 'done');
  });

  it('ends when any of the signals aborts, now or before', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const other = new AbortController();
    const limits = { clock, deadlineMs: 100, signals: [other.signal, controller.signal] };
    const waiting = assert.rejects(within(never, limits, 'it'), { code: 'OCHNO_CLOSED' });
    controller.abort();
    await waiting;
    await assert.rejects(within(never, limits, 'it'), { code: 'OCHNO_CLOSED' });
    assert.equal(clock.timers, 0);
    assert.equal(getEventListeners(other.signal, 'abort').length, 0);
  });
});
