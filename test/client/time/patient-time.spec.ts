import assert from 'node:assert/strict';
import { PatientTime, patientPause } from '../../../src/client/time/patient-time';
import { FakeClock } from '../../support/fake-clock';

describe('patient time', () => {
  let clock: FakeClock;
  let ending: AbortController;

  beforeEach(() => {
    clock = new FakeClock();
    ending = new AbortController();
  });

  it('passes as the clock does', async () => {
    const time = new PatientTime(clock, 1_000);
    await clock.advance(2_500);
    assert.equal(time.nowMs, 2_500);
    time.stop();
    assert.equal(clock.timers, 0);
  });

  it('is waited for', async () => {
    let isOver = false;
    void patientPause(clock, 1_000, ending.signal).then(() => {
      isOver = true;
    });
    await clock.advance(999);
    assert.equal(isOver, false);
    await clock.advance(1);
    assert.equal(isOver, true);
    assert.equal(clock.timers, 0);
  });

  it('is waited for no longer once the signal aborts, or if it has', async () => {
    const pause = patientPause(clock, 1_000, ending.signal);
    ending.abort();
    await pause;
    await patientPause(clock, 1_000, ending.signal);
    assert.equal(clock.timers, 0);
  });
});
