import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { boundedWait } from '../../../src/client/time/bounded-wait';
import { FakeClock } from '../../support/fake-clock';

const never = new Promise<never>(() => undefined);

describe('boundedWait', () => {
  it('passes on what the work comes to, and leaves neither timer nor listener', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    const limits = { clock, deadlineMs: 100, signals: [signal, undefined] };
    assert.equal(await boundedWait(Promise.resolve(7), limits, 'it'), 7);
    await assert.rejects(boundedWait(Promise.reject(new Error('broken')), limits, 'it'), /broken/);
    assert.equal(clock.timers, 0);
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('fails at the deadline', async () => {
    const clock = new FakeClock();
    const failure = assert.rejects(boundedWait(never, { clock, deadlineMs: 100, signals: [] }, 'the answer'), {
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
    assert.equal(await boundedWait(Promise.resolve('done'), { clock, deadlineMs: 100, signals: [] }, 'it'), 'done');
  });

  it('ends when any of the signals aborts, now or before', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const other = new AbortController();
    const limits = { clock, deadlineMs: 100, signals: [other.signal, controller.signal] };
    const waiting = assert.rejects(boundedWait(never, limits, 'it'), { code: 'OCHNO_CLOSED' });
    controller.abort();
    await waiting;
    await assert.rejects(boundedWait(never, limits, 'it'), { code: 'OCHNO_CLOSED' });
    assert.equal(clock.timers, 0);
    assert.equal(getEventListeners(other.signal, 'abort').length, 0);
  });
});
