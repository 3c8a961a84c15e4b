import assert from 'node:assert/strict';
import { type RateExcess, RateWatch } from '../../../src/protocol/stream/rate-watch';

describe('the watch over the rate of a connection', () => {
  let watch: RateWatch;
  let nowMs: number;
  let told: RateExcess[];

  beforeEach(() => {
    watch = new RateWatch();
    nowMs = 5_000;
    told = [];
    watch.renewed(nowMs);
  });

  /** So many messages a second, evenly. */
  function flow(perSecond: number, seconds: number): void {
    for (let n = 0; n < perSecond * seconds; n += 1) {
      nowMs += 1000 / perSecond;
      const excess = watch.message(nowMs);
      if (excess !== undefined) told.push(excess);
    }
  }

  it('says nothing of what AWS lets pass, for however long', () => {
    flow(99, 600);
    assert.deepEqual(told, []);
    assert.ok(watch.room(nowMs) > 400);
  });

  it('says nothing of bursts that a bucket of 500 takes', () => {
    for (let burst = 0; burst < 20; burst += 1) {
      flow(1000, 0.4);
      nowMs += 10_000;
    }
    assert.deepEqual(told, []);
  });

  it('tells of a flood that has emptied the bucket for ten seconds, from when it was empty', () => {
    flow(200, 30);
    assert.equal(told.length, 1);
    const [{ sinceMs, untilMs } = { sinceMs: 0, untilMs: 0 }] = told;
    // A bucket of 500 lasts for five seconds of a hundred too many.
    assert.ok(sinceMs >= 9_000 && sinceMs <= 11_100, `${sinceMs}`);
    assert.ok(untilMs - sinceMs >= 10_000 && untilMs - sinceMs <= 11_100, `${untilMs}`);
  });

  it('knows a flood by what AWS lets pass of it: a burst, then just a hundred a second', () => {
    flow(1000, 0.56);
    flow(100, 20);
    assert.equal(told.length, 1);
  });

  it('tells of a flood that goes on after ten minutes again, and not before', () => {
    flow(150, 600);
    assert.equal(told.length, 1);
    flow(150, 60);
    assert.equal(told.length, 2);
  });

  it('begins anew with another connection', () => {
    flow(200, 14);
    watch.renewed(nowMs);
    flow(200, 10);
    assert.deepEqual(told, []);
    assert.ok(watch.room(nowMs) < 50);
  });

  it('knows how much room is left', () => {
    assert.equal(watch.room(nowMs), 500);
    flow(1000, 0.3);
    assert.ok(watch.room(nowMs) >= 200 && watch.room(nowMs) <= 230, `${watch.room(nowMs)}`);
  });
});
