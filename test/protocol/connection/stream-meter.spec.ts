import assert from 'node:assert/strict';
import { StreamMeter } from '../../../src/protocol/connection/stream-meter';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

describe('the meter of a stream', () => {
  it('counts the events of the last full second, none once it is quiet', () => {
    const meter = new StreamMeter(0);
    for (const nowMs of [100, 200, 999, 1_000]) meter.event(nowMs);
    assert.equal(meter.perSecond(1_500), 3);
    assert.equal(meter.perSecond(2_500), 1);
    assert.equal(meter.perSecond(3_500), 0);
  });

  it('gives 1440 full minutes, the oldest first', () => {
    const meter = new StreamMeter(0);
    for (let minute = 0; minute < 3; minute += 1) {
      for (let event = 0; event <= minute; event += 1) meter.event(minute * minuteMs + event * 1_000);
    }
    const minutes = meter.perMinute(3 * minuteMs);
    assert.equal(minutes.length, 1440);
    assert.deepEqual(minutes.slice(-4), [0, 1, 2, 3]);
  });

  it('forgets what is older than a day, however long nothing came', () => {
    const meter = new StreamMeter(0);
    meter.event(0);
    assert.equal(meter.perMinute(dayMs)[0], 1);
    assert.ok(meter.perMinute(dayMs + minuteMs).every((count) => count === 0));
    meter.event(5 * dayMs);
    assert.equal(meter.perMinute(5 * dayMs + minuteMs).at(-1), 1);
  });

  it('knows what is usual after a minute, and not before', () => {
    const meter = new StreamMeter(0);
    for (let second = 0; second < 61; second += 1) for (const _ of [1, 2]) meter.event(second * 1_000);
    assert.equal(meter.usualPerSecond(59_000), undefined);
    assert.equal(meter.usualPerSecond(60_000), 2);
  });

  it('knows for a minute more what was usual before an outage, whatever has come since', () => {
    const meter = new StreamMeter(0);
    for (let second = 0; second < 240; second += 1) meter.event(second * 1_000);
    for (const laterSeconds of [30, 59]) {
      const laterMs = (240 + laterSeconds) * 1_000;
      for (let event = 0; event < 50; event += 1) meter.event(laterMs);
      assert.equal(meter.perSecond(laterMs + 1_000), 50);
      assert.equal(meter.usualPerSecond(240_000), 1);
    }
    meter.event(400_000);
    assert.equal(meter.usualPerSecond(240_000), undefined);
  });

  it('keeps the gaps of a day, a hundred at most', () => {
    const meter = new StreamMeter<{ readonly from: number }>(0);
    for (let gap = 0; gap < 120; gap += 1) meter.gap({ from: gap }, gap);
    assert.equal(meter.gaps(1_000).length, 100);
    assert.equal(meter.gaps(1_000)[0]?.from, 20);
    assert.deepEqual(meter.gaps(dayMs + 200), []);
  });
});
