import assert from 'node:assert/strict';
import { OutageWatch } from '../../src/client/outage-watch';

const hourMs = 3_600_000;

describe('the watch over outages', () => {
  it('knows of none before the first connection', () => {
    assert.equal(new OutageWatch().ended(1_000, false), undefined);
  });

  it('counts an outage from when the connection was last heard from, not from when its end was noticed', () => {
    const watch = new OutageWatch();
    watch.ended(1_000, false);
    watch.began(5_000);
    assert.deepEqual(watch.ended(60_000, false), { from: 5_000, to: 60_000, isGap: true });
  });

  it('is no gap when the broker kept the session', () => {
    const watch = new OutageWatch();
    watch.began(0);
    assert.equal(watch.ended(20, true)?.isGap, false);
  });

  it('is a gap all the same when it was longer than a broker keeps a session', () => {
    const watch = new OutageWatch();
    watch.began(0);
    assert.equal(watch.ended(hourMs + 1, true)?.isGap, true);
  });

  it('is one outage however often the reconnect fails', () => {
    const watch = new OutageWatch();
    watch.began(100);
    watch.began(300);
    assert.equal(watch.ended(400, false)?.from, 100);
    assert.equal(watch.ended(500, false), undefined);
  });
});
