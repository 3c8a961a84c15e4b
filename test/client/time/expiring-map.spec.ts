import assert from 'node:assert/strict';
import { ExpiringMap } from '../../../src/client/time/expiring-map';
import { FakeClock } from '../../support/fake-clock';

describe('an expiring map', () => {
  it('forgets each entry its life after it was set last', async () => {
    const clock = new FakeClock();
    const map = new ExpiringMap<string, number>({ clock, lifeMs: 1000 });
    map.set('a', 1);
    map.set('b', 2);
    await clock.advance(600);
    map.set('a', 3);
    await clock.advance(400);
    assert.deepEqual([map.get('a'), map.has('b'), map.size], [3, false, 1]);
    map.delete('a');
    assert.equal(map.size, 0);
    assert.equal(clock.timers, 0);
  });

  it('holds no more than it may, and lets the oldest go', () => {
    const map = new ExpiringMap<number>({ clock: new FakeClock(), lifeMs: 1000, most: 2 });
    for (const key of [1, 2, 1, 3]) map.set(key, true);
    assert.deepEqual([map.has(1), map.has(2), map.has(3)], [true, false, true]);
  });
});
