import assert from 'node:assert/strict';
import { install } from '@sinonjs/fake-timers';
import { StormClock } from './storm-clock';

const minuteMs = 60_000;

describe('the clock of a storm', () => {
  it('knows when a span was that was told in its own time, however often it was set in it and since', () => {
    const time = install({ now: Date.parse('2026-01-01'), toFake: ['Date'] });
    try {
      const clock = new StormClock();
      clock.set(6 * minuteMs);
      const fromMs = time.now + 10_000;
      time.setSystemTime(time.now + 4 * minuteMs);
      clock.set(9 * minuteMs);
      time.setSystemTime(time.now + 20_000);
      const toMs = time.now;
      // In the time as it is now the span begins three minutes later than the clock showed then.
      const told = { from: fromMs + 9 * minuteMs, to: toMs + 9 * minuteMs };
      assert.deepEqual(clock.trueSpan(told), { from: fromMs, to: toMs });
      time.setSystemTime(time.now + 1);
      clock.set(-5 * minuteMs);
      time.setSystemTime(time.now + 1_000);
      assert.deepEqual(clock.trueSpan(told), { from: fromMs, to: toMs });
    } finally {
      time.uninstall();
    }
  });
});
