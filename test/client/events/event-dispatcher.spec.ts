import assert from 'node:assert/strict';
import { EventDispatcher } from '../../../src/client/events/event-dispatcher';
import { Subscription } from '../../../src/client/events/subscription';
import { EventLog } from '../../support/event-log';
import { FakeClock } from '../../support/fake-clock';
import { LogLines } from '../../support/log-lines';

const topic = '/ports/c/l/h/p';

describe('the dispatcher of events', () => {
  let clock: FakeClock;
  let log: LogLines;
  let dispatcher: EventDispatcher;

  beforeEach(() => {
    clock = new FakeClock();
    log = new LogLines();
    dispatcher = new EventDispatcher(clock, log);
  });

  function subscribed(ports?: readonly string[]): { events: EventLog; end: () => void } {
    const events = new EventLog();
    const subscription = new Subscription({ company: 'c', ports }, events, log);
    dispatcher.add(subscription);
    return { events, end: () => dispatcher.remove(subscription) };
  }

  const arrives = (text: string, on = topic): number => dispatcher.dispatch(on, Buffer.from(text));

  it('brings an event to all who want it, each a copy of its own, and says to how many', () => {
    const all = [subscribed(), subscribed(['p']), subscribed(['q'])];
    assert.equal(arrives('{"a": [1]}'), 2);
    assert.deepEqual(
      all.map(({ events }) => events.data),
      [[{ a: [1] }], [{ a: [1] }], []],
    );
    assert.notEqual(all[0]?.events.data[0], all[1]?.events.data[0]);
    assert.equal(all[0]?.events.events[0]?.receivedAt, clock.now());
  });

  it('reads nothing that nobody wants, and knows no topic that is not a port’s', () => {
    const { end } = subscribed(['p']);
    assert.deepEqual([arrives('{', '/ports/c/l/h/q'), arrives('{', 'a/b')], [0, 0]);
    end();
    assert.equal(arrives('{'), 0);
    assert.deepEqual(log.lines, []);
  });

  it('gives the bytes of what can’t be read to each, and goes on', () => {
    const [one, other] = [subscribed(), subscribed()];
    assert.equal(arrives('NaN'), 2);
    assert.equal(arrives('1'), 2);
    for (const { events } of [one, other]) {
      assert.equal(events.unreadable[0]?.bytes.toString(), 'NaN');
      assert.equal(events.unreadable[0]?.error.code, 'OCHNO_PAYLOAD');
      assert.deepEqual(events.data, [1]);
    }
  });

  it('A20: says of thirty unreadable events and twenty subscribers one line for each port and problem', async () => {
    for (let count = 0; count < 20; count += 1) subscribed();
    for (let n = 0; n < 30; n += 1) {
      arrives(`NaN${n}`);
      arrives('1');
      arrives(`NaN${n}`, '/ports/c/l/h/q');
      arrives(`{"n": 1e${400 + n}}`);
    }
    assert.equal(log.at('warn').length, 3);
    assert.match(log.at('warn')[0] ?? '', /^\/ports\/c\/l\/h\/p: The event's payload can't be read: it is not JSON/);
    await clock.advance(24 * 3_600_000);
    arrives('NaN');
    assert.equal(log.at('warn').length, 4);
  });
});
