import assert from 'node:assert/strict';
import { Deadline, unlessAborted } from '../../../src/client/time/deadline';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock } from '../../support/fake-clock';

const late = (): OchnoError => new OchnoError('OCHNO_TIMEOUT', 'late');
const closed = (): OchnoError => new OchnoError('OCHNO_CLOSED', 'closed');

describe('a deadline', () => {
  it('aborts when its time is up', async () => {
    const clock = new FakeClock();
    const deadline = new Deadline({ clock, timeoutMs: 1000, timedOut: late, signals: [], closed });
    await clock.advance(400);
    assert.equal(deadline.remainingMs, 600);
    assert.equal(deadline.signal.aborted, false);
    await clock.advance(600);
    assert.equal(deadline.signal.reason.code, 'OCHNO_TIMEOUT');
    await clock.advance(600);
    assert.equal(deadline.remainingMs, 0);
  });

  it('aborts earlier when another signal does, or had before', () => {
    const controller = new AbortController();
    const options = {
      clock: new FakeClock(),
      timeoutMs: 1000,
      timedOut: late,
      signals: [controller.signal],
      closed,
    };
    const deadline = new Deadline(options);
    controller.abort();
    assert.equal(deadline.signal.reason.code, 'OCHNO_CLOSED');
    assert.equal(new Deadline(options).signal.reason.code, 'OCHNO_CLOSED');
  });

  it('leaves nothing behind when it ends', async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const deadline = new Deadline({ clock, timeoutMs: 1000, timedOut: late, signals: [controller.signal], closed });
    deadline.end();
    controller.abort();
    await clock.advance(2000);
    assert.equal(deadline.signal.aborted, false);
    assert.equal(clock.timers, 0);
  });

  it('can be waited in, and ends the wait with its reason', async () => {
    const clock = new FakeClock();
    const deadline = new Deadline({ clock, timeoutMs: 1000, timedOut: late, signals: [], closed });
    const short = deadline.pause(400);
    await clock.advance(400);
    await short;
    const long = assert.rejects(deadline.pause(5000), { code: 'OCHNO_TIMEOUT' });
    await clock.advance(600);
    await long;
    assert.equal(clock.timers, 0);
  });

  it('does not hold back what is done or failed', async () => {
    const { signal } = new AbortController();
    assert.equal(await unlessAborted(signal, Promise.resolve(1)), 1);
    await assert.rejects(unlessAborted(signal, Promise.reject(new Error('own'))), /own/);
  });
});
