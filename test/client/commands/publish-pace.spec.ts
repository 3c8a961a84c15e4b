import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type FreeSlot, PublishPace } from '../../../src/client/commands/publish-pace';
import { mostInOneSecond } from '../../support/fake-publish-channel';

describe('PublishPace', () => {
  it('lets a hundred leave at once and the next one a good second after the first acknowledgement', () => {
    const pace = new PublishPace();
    const slots = Array.from({ length: 100 }, () => {
      assert.equal(pace.waitMs(0), 0);
      return pace.take(0);
    });
    slots[0]?.(30);
    assert.equal(pace.waitMs(30), 1010);
    assert.equal(pace.waitMs(1039), 1);
    assert.equal(pace.waitMs(1040), 0);
    pace.take(1040);
    assert.ok(pace.waitMs(1040) > 0);
  });

  it('takes back a slot whose publish the broker has plainly discarded', () => {
    const pace = new PublishPace();
    for (let count = 0; count < 100; count += 1) pace.take(5);
    assert.equal(pace.waitMs(10_005), 10_000);
    assert.equal(pace.waitMs(20_005), 0);
  });

  it('counts an answer that comes twice or too late once', () => {
    const pace = new PublishPace();
    const free = pace.take(0);
    assert.equal(pace.waitAloneMs(0), 20_000);
    free(10);
    free(20);
    assert.equal(pace.waitAloneMs(20), 0);
    pace.take(100);
    assert.equal(pace.waitAloneMs(20_100), 0);
  });

  it('never lets 101 reach the broker within a second, however long each is under way', () => {
    const step = fc.record({ waitMs: fc.nat(40), toBrokerMs: fc.nat(600), backMs: fc.nat(600), count: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
        const pace = new PublishPace();
        const arrivals: number[] = [];
        let answers: { free: FreeSlot; atMs: number }[] = [];
        let nowMs = 0;
        for (const { waitMs, toBrokerMs, backMs, count } of steps) {
          nowMs += waitMs;
          for (const { free, atMs } of answers.filter(({ atMs }) => atMs <= nowMs)) free(atMs);
          answers = answers.filter(({ atMs }) => atMs > nowMs);
          for (let left = count; left > 0 && pace.waitMs(nowMs) <= 0; left -= 1) {
            const free = pace.take(nowMs);
            arrivals.push(nowMs + toBrokerMs);
            answers.push({ free, atMs: nowMs + toBrokerMs + backMs });
          }
        }
        arrivals.sort((a, b) => a - b);
        assert.ok(mostInOneSecond(arrivals) <= 100);
      }),
    );
  });
});
