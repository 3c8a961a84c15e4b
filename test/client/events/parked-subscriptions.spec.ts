import assert from 'node:assert/strict';
import { OchnoError } from '../../../src';
import { AbsentSubscribers, type Seat } from '../../../src/client/events/parked-subscriptions';
import { Subscription } from '../../../src/client/events/subscription';
import { EventLog } from '../../support/event-log';
import { FakeClock, settle } from '../../support/fake-clock';

const selector = { company: 'c', locations: ['l'], hubs: ['h'], ports: ['p'] };
const address = { company: 'c', location: 'l', hub: 'h', port: 'p' };
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('subscribers that are absent for a moment', () => {
  let clock: FakeClock;
  let absent: AbsentSubscribers;
  let seat: Seat;
  let first: EventLog;
  let given: number;

  beforeEach(() => {
    clock = new FakeClock();
    absent = new AbsentSubscribers(clock);
    first = new EventLog();
    given = 0;
    const giveUp = (): void => {
      given += 1;
    };
    seat = { subscription: new Subscription(selector, first, silent), giveUp };
  });

  const event = (n: number): void =>
    seat.subscription.deliver({ topic: '/ports/c/l/h/p', address, data: n, receivedAt: 0, kind: 'event' });
  const dataOf = ({ events }: EventLog): unknown[] => events.map(({ data }) => data);

  it('get what came meanwhile when they are back, in order, once their turn is over', async () => {
    absent.leave('node', seat);
    event(1);
    const back = new EventLog();
    assert.equal(absent.comeBack('node', selector, back)?.subscription, seat.subscription);
    event(2);
    assert.deepEqual(dataOf(back), []);
    await settle();
    event(3);
    assert.deepEqual(dataOf(back), [1, 2, 3]);
    assert.deepEqual(dataOf(first), []);
    await clock.advance(10_000);
    assert.equal(given, 0);
    assert.equal(clock.timers, 0);
  });

  it('hear of gaps, refusals and unreadable events, too', async () => {
    absent.leave('node', seat);
    seat.subscription.gap({ company: 'c', from: 1, to: 2 });
    seat.subscription.refused(new OchnoError('OCHNO_REFUSED', 'no'));
    const back = new EventLog();
    absent.comeBack('node', selector, back);
    await settle();
    assert.deepEqual(back.gaps, [{ company: 'c', from: 1, to: 2 }]);
    assert.equal(back.refusals.length, 1);
    assert.deepEqual(first.gaps, []);
  });

  it('are given up after a second', async () => {
    absent.leave('node', seat);
    await clock.advance(999);
    assert.equal(given, 0);
    await clock.advance(1);
    assert.equal(given, 1);
    assert.equal(absent.comeBack('node', selector, new EventLog()), undefined);
  });

  it('find another’s seat neither under another name nor for other ports', () => {
    absent.leave('node', seat);
    assert.equal(absent.comeBack('other', selector, new EventLog()), undefined);
    assert.equal(absent.comeBack('node', { ...selector, ports: ['q'] }, new EventLog()), undefined);
    assert.equal(given, 1, 'who wants other ports gives these up');
    assert.equal(clock.timers, 0);
  });

  it('may leave again before they got what was waiting', async () => {
    absent.leave('node', seat);
    event(1);
    const brief = new EventLog();
    absent.comeBack('node', selector, brief);
    absent.leave('node', seat);
    await settle();
    event(2);
    const back = new EventLog();
    absent.comeBack('node', selector, back);
    await settle();
    assert.deepEqual([dataOf(brief), dataOf(back)], [[], [1, 2]]);
  });

  it('wait for their snapshot where they want one', async () => {
    absent.leave('node', seat);
    event(1);
    const back = new EventLog('start');
    absent.comeBack('node', selector, back);
    await settle();
    assert.deepEqual(dataOf(back), []);
    seat.subscription.release([]);
    assert.deepEqual(dataOf(back), [1]);
  });

  it('are nobody’s any more once the stream is closed', async () => {
    absent.leave('node', seat);
    absent.close();
    assert.equal(clock.timers, 0);
    assert.equal(absent.comeBack('node', selector, new EventLog()), undefined);
  });
});
