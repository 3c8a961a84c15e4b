import assert from 'node:assert/strict';
import { OutageWatch } from '../../../src/client/stream/outage-watch';

const hourMs = 3_600_000;

describe('the watch over outages', () => {
  it('knows of none before the first connection', () => {
    assert.equal(new OutageWatch().ended(1_000, false), undefined);
  });

  it('counts an outage from when the connection was last heard from, not from when its end was noticed', () => {
    const watch = new OutageWatch();
    watch.ended(1_000, false);
    watch.began(5_000);
    assert.deepEqual(watch.ended(60_000, false), { from: 5_000, since: 5_000, to: 60_000, isGap: true });
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

  it('is a gap when a connection that failed had begun a new session, which the next one resumes', () => {
    const watch = new OutageWatch();
    watch.began(0);
    watch.sessionBegan();
    assert.equal(watch.ended(20, true)?.isGap, true);
    watch.began(30);
    assert.equal(watch.ended(40, true)?.isGap, false, 'the new session is kept from then on');
  });

  it('minds no session that begins without an outage', () => {
    const watch = new OutageWatch();
    watch.sessionBegan();
    watch.began(30);
    assert.equal(watch.ended(40, true)?.isGap, false);
  });

  it('is a gap from an earlier outage on when the session is lost before all it had kept has come', () => {
    const watch = new OutageWatch();
    watch.began(100);
    assert.equal(watch.ended(200, true)?.isGap, false);
    assert.equal(watch.behindSinceMs, 100);
    watch.began(300);
    assert.deepEqual(watch.ended(400, false), { from: 100, since: 300, to: 400, isGap: true });
    assert.equal(watch.behindSinceMs, undefined);
  });

  it('is a gap from its own beginning on once all that was kept before has come', () => {
    const watch = new OutageWatch();
    watch.began(100);
    watch.ended(200, true);
    watch.caughtUp();
    watch.began(300);
    assert.equal(watch.ended(400, false)?.from, 300);
  });

  it('goes on over a deploy, from when the connection was last heard', () => {
    const watch = new OutageWatch();
    watch.closed(1_000, 900);
    watch.opened(2_000);
    assert.equal(watch.ended(2_500, false)?.from, 900);
  });

  it('is a gap after a deploy, though the session was kept, where something had been missed just before', () => {
    const watch = new OutageWatch();
    watch.closed(1_000, 900, 700);
    watch.opened(1_100);
    assert.deepEqual(watch.ended(1_200, true), { from: 700, since: 900, to: 1_200, isGap: true });
  });

  it('does not go on where the stream is opened again much later', () => {
    const watch = new OutageWatch();
    watch.closed(1_000, 900);
    watch.opened(hourMs);
    assert.equal(watch.ended(hourMs + 1, false), undefined);
  });

  it('is one outage however often the reconnect fails', () => {
    const watch = new OutageWatch();
    watch.began(100);
    watch.began(300);
    assert.equal(watch.ended(400, false)?.from, 100);
    assert.equal(watch.ended(500, false), undefined);
  });
});
