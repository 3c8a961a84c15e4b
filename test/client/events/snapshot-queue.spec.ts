import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { PacedRelease } from '../../../src/client/events/paced-release';
import { SnapshotQueue } from '../../../src/client/events/snapshot-queue';
import { Subscription } from '../../../src/client/events/subscription';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { PortEvent } from '../../../src/protocol/stream/port-event';
import { EventLog } from '../../support/event-log';
import { settle } from '../../support/fake-clock';
import { LogLines } from '../../support/log-lines';

/** As much as a turn may bring. */
const share = 256;

function eventOf(port: string, data: unknown, kind: PortEvent['kind']): PortEvent {
  const address = { company: 'c', location: 'l', hub: 'h', port };
  return { topic: `/ports/c/l/h/${port}`, address, data, receivedAt: 0, kind };
}

function* stateOf(ports: number, onMade: () => void = () => undefined): Generator<PortEvent> {
  for (let port = 0; port < ports; port += 1) {
    onMade();
    yield eventOf(`p${port}`, { n: port }, 'snapshot');
  }
}

describe('the queue for snapshots', () => {
  let reads: number;
  let answer: (state: Iterable<PortEvent> | Error) => void;
  let queue: SnapshotQueue;
  let releases: PacedRelease;
  let log: LogLines;

  beforeEach(() => {
    reads = 0;
    log = new LogLines();
    releases = new PacedRelease();
    const read = (): Promise<Iterable<PortEvent>> => {
      reads += 1;
      return new Promise((resolve, reject) => {
        answer = (state) => (state instanceof Error ? reject(state) : resolve(state));
      });
    };
    queue = new SnapshotQueue(read, releases, log);
  });

  function subscribed(ports?: readonly string[]): { events: EventLog; subscription: Subscription } {
    const events = new EventLog('start');
    const subscription = new Subscription({ company: 'c', ports }, events, log);
    queue.add(subscription);
    return { events, subscription };
  }

  it('brings what was read first, then what came meanwhile', async () => {
    const { events, subscription } = subscribed(['p0']);
    subscription.deliver(eventOf('p0', 1, 'event'));
    const delivered = queue.deliver();
    subscription.deliver(eventOf('p0', 2, 'event'));
    answer(stateOf(2));
    await delivered;
    subscription.deliver(eventOf('p0', 3, 'event'));
    await settle();
    subscription.deliver(eventOf('p0', 4, 'event'));
    assert.deepEqual(events.order, ['snapshot {"n":0}', 'event 1', 'event 2', 'event 3', 'event 4']);
  });

  it('reads once for all who wait, and gives each a copy of its own', async () => {
    const [one, other] = [subscribed(), subscribed(['p1'])];
    const delivered = queue.deliver();
    answer(stateOf(2));
    await delivered;
    assert.equal(reads, 1);
    assert.deepEqual([one.events.data, other.events.data], [[{ n: 0 }, { n: 1 }], [{ n: 1 }]]);
    assert.notEqual(one.events.data[1], other.events.data[0]);
  });

  it('does not read for one whose subscription has no answer yet', async () => {
    const first = subscribed();
    const delivered = queue.deliver();
    const late = subscribed();
    answer(stateOf(1));
    await delivered;
    await settle();
    assert.equal(reads, 1);
    assert.deepEqual([first.events.data.length, late.events.data.length], [1, 0]);
    const second = queue.deliver();
    answer(stateOf(1));
    await second;
    assert.deepEqual([first.events.data.length, late.events.data.length], [1, 1]);
  });

  it('reads once more for those who came while it was read', async () => {
    subscribed();
    const delivered = queue.deliver();
    const late = subscribed();
    await queue.deliver();
    answer(stateOf(1));
    await settle();
    assert.equal(reads, 2);
    answer(stateOf(1));
    await delivered;
    assert.equal(late.events.data.length, 1);
  });

  it('lets live events go on if the state can’t be read, and says why', async () => {
    const { events, subscription } = subscribed();
    const delivered = queue.deliver();
    subscription.deliver(eventOf('p0', 1, 'event'));
    answer(new Error('HTTP 500'));
    await delivered;
    await settle();
    assert.deepEqual(events.data, [1]);
    assert.match(log.at('warn').join(), /could not be read \(HTTP 500\)/);
  });

  it('says nothing of a state that is not read to its end because the account is closed', async () => {
    subscribed();
    const delivered = queue.deliver();
    answer(new OchnoError('OCHNO_CLOSED', 'The account was closed.'));
    await delivered;
    assert.deepEqual(log.at('warn'), []);
  });

  it('A15: brings a large snapshot in slices, each made only when its turn comes', async () => {
    let made = 0;
    const all = Array.from({ length: 20 }, () => subscribed());
    const delivered = queue.deliver();
    answer(stateOf(99_000 / 20, () => (made += 1)));
    const count = (): number => all.reduce((sum, { events }) => sum + events.events.length, 0);
    let most = 0;
    for (let before = count(); count() < 99_000; before = count()) {
      await nextTurn();
      most = Math.max(most, count() - before);
      assert.ok(made * 20 - count() <= 20, 'no event waits in memory before its turn');
    }
    await delivered;
    assert.ok(most <= 2 * share, `${most} in one turn`);
  });

  it('A15: looks for one port among very many in slices, too', async () => {
    let made = 0;
    const { events } = subscribed(['p4999']);
    const delivered = queue.deliver();
    answer(stateOf(5_000, () => (made += 1)));
    for (let before = made; events.data.length === 0; before = made) {
      await nextTurn();
      assert.ok(made - before <= share, `${made - before} in one turn`);
    }
    await delivered;
    assert.deepEqual(events.data, [{ n: 4_999 }]);
  });

  it('A15: brings what waited meanwhile in slices for all subscribers together', async () => {
    const all = Array.from({ length: 5 }, () => subscribed());
    const delivered = queue.deliver();
    for (const { subscription } of all) {
      for (let n = 0; n < 1_000; n += 1) subscription.deliver(eventOf('p0', n, 'event'));
    }
    answer([]);
    await delivered;
    const count = (): number => all.reduce((sum, { events }) => sum + events.events.length, 0);
    for (let before = count(); count() < 5_000; before = count()) {
      await nextTurn();
      assert.ok(count() - before <= share, `${count() - before} in one turn`);
    }
    for (const { events } of all) assert.deepEqual(events.data, [...Array(1_000).keys()]);
  });

  it('A15: brings one that leaves in the middle nothing more, and the others all', async () => {
    const [leaving, staying] = [subscribed(), subscribed()];
    const delivered = queue.deliver();
    answer(stateOf(2_000));
    await nextTurn();
    queue.remove(leaving.subscription);
    const before = leaving.events.events.length;
    await delivered;
    assert.ok(before < 2_000);
    assert.equal(leaving.events.events.length, before);
    assert.equal(staying.events.events.length, 2_000);
  });

  it('A15: begins anew for one that wants another snapshot in the middle, whose live events go on waiting', async () => {
    const { events, subscription } = subscribed();
    const delivered = queue.deliver();
    answer(stateOf(2_000));
    await nextTurn();
    queue.add(subscription);
    subscription.deliver(eventOf('p0', 'live', 'event'));
    await delivered;
    await settle();
    assert.ok(!events.data.includes('live'));
    const again = queue.deliver();
    answer(stateOf(1));
    await again;
    await settle();
    assert.deepEqual(events.data.slice(-2), [{ n: 0 }, 'live']);
  });

  it('brings nothing after it was cleared', async () => {
    const { events } = subscribed();
    const delivered = queue.deliver();
    queue.clear();
    answer(stateOf(5));
    await delivered;
    await settle();
    assert.deepEqual(events.order, []);
  });
});
