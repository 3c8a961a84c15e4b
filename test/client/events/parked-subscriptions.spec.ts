import assert from 'node:assert/strict';
import { OchnoError } from '../../../src';
import { PacedRelease } from '../../../src/client/events/paced-release';
import { ParkedSubscriptions } from '../../../src/client/events/parked-subscriptions';
import { Subscription } from '../../../src/client/events/subscription';
import { EventLog } from '../../support/event-log';
import { FakeClock, settle } from '../../support/fake-clock';

const selector = { company: 'c', locations: ['l'], hubs: ['h'], ports: ['p'] };
const address = { company: 'c', location: 'l', hub: 'h', port: 'p' };
const topic = '/ports/c/l/h/p';
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('subscriptions that are parked for a moment', () => {
  let clock: FakeClock;
  let parked: ParkedSubscriptions;
  let subscription: Subscription;
  let first: EventLog;
  let removed: number;

  beforeEach(() => {
    clock = new FakeClock();
    parked = new ParkedSubscriptions(clock, new PacedRelease(), () => {
      removed += 1;
    });
    first = new EventLog();
    removed = 0;
    subscription = new Subscription(selector, first, silent);
  });

  const event = (n: number): void => subscription.deliver({ topic, address, data: n, receivedAt: n, kind: 'event' });
  const gap = (from: number, to: number): void => subscription.gap({ company: 'c', from, to });
  const unreadable = (n: number): void => {
    const error = new OchnoError('OCHNO_PAYLOAD', `no JSON: ${n}`);
    subscription.unreadable({ topic, address, bytes: Buffer.from('x'), receivedAt: n, error });
  };

  it('bring what came meanwhile to whoever is back, in order, once their turn is over', async () => {
    parked.park('node', subscription);
    event(1);
    const back = new EventLog();
    assert.equal(parked.unpark('node', selector, back), subscription);
    event(2);
    assert.deepEqual(back.data, []);
    await settle();
    event(3);
    assert.deepEqual(back.data, [1, 2, 3]);
    assert.deepEqual(first.data, []);
    await clock.advance(10_000);
    assert.equal(removed, 0);
    assert.equal(clock.timers, 0);
  });

  it('keep gaps and unreadable events in their place among the events', async () => {
    parked.park('node', subscription);
    event(1);
    gap(2, 3);
    event(4);
    unreadable(5);
    event(6);
    const back = new EventLog();
    parked.unpark('node', selector, back);
    event(7);
    await settle();
    assert.deepEqual(back.order, ['event 1', 'gap 2–3', 'event 4', 'unreadable 5', 'event 6', 'event 7']);
  });

  it('tell of refusals, too', async () => {
    parked.park('node', subscription);
    subscription.refused(new OchnoError('OCHNO_REFUSED', 'no'));
    const back = new EventLog();
    parked.unpark('node', selector, back);
    await settle();
    assert.equal(back.refusals.length, 1);
    assert.equal(first.refusals.length, 0);
  });

  it('tell of what was too much to hold as of one gap, before the rest, and still of every refusal', async () => {
    parked.park('node', subscription);
    gap(-20, -10);
    subscription.refused(new OchnoError('OCHNO_REFUSED', 'no'));
    for (let n = 0; n < 10_000; n += 1) event(n);
    const back = new EventLog();
    parked.unpark('node', selector, back);
    while (subscription.isHeld) await settle();
    assert.equal(back.refusals.length, 1);
    assert.deepEqual(back.order.slice(0, 3), ['gap -20–0', 'refusal no', 'event 1']);
    assert.equal(back.events.length, 9_999);
  });

  it('are removed after a second', async () => {
    parked.park('node', subscription);
    await clock.advance(999);
    assert.equal(removed, 0);
    await clock.advance(1);
    assert.equal(removed, 1);
    assert.equal(parked.unpark('node', selector, new EventLog()), undefined);
  });

  it('are found neither under another name nor for other ports', () => {
    parked.park('node', subscription);
    assert.equal(parked.unpark('other', selector, new EventLog()), undefined);
    assert.equal(parked.unpark('node', { ...selector, ports: ['q'] }, new EventLog()), undefined);
    assert.equal(removed, 1, 'who wants other ports gives these up');
    assert.equal(clock.timers, 0);
  });

  it('may be parked again before anything that waited was told', async () => {
    parked.park('node', subscription);
    event(1);
    const brief = new EventLog();
    parked.unpark('node', selector, brief);
    parked.park('node', subscription);
    await settle();
    event(2);
    const back = new EventLog();
    parked.unpark('node', selector, back);
    await settle();
    assert.deepEqual([brief.data, back.data], [[], [1, 2]]);
  });

  it('wait for their snapshot if whoever is back wants one', async () => {
    parked.park('node', subscription);
    event(1);
    const back = new EventLog('start');
    parked.unpark('node', selector, back);
    await settle();
    assert.deepEqual(back.data, []);
    subscription.release(10);
    assert.deepEqual(back.data, [1]);
  });

  it('are nobody’s any more once the stream is closed', async () => {
    parked.park('node', subscription);
    parked.close();
    assert.equal(clock.timers, 0);
    assert.equal(parked.unpark('node', selector, new EventLog()), undefined);
  });
});
