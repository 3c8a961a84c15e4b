import assert from 'node:assert/strict';
import { WatchedCompany } from '../../../nodes/runtime/sidebar/watched-company';
import type { PortSubscriber } from '../../../src/client/events/port-subscriber';
import { CompanyPlaces } from '../../../src/client/lists/company-places';
import { readAtOnce, readHubs, readLocations, readPorts } from '../../../src/protocol/rest/listed-places';
import type { PortEvent } from '../../../src/protocol/stream/port-event';
import { FakeClock } from '../../support/fake-clock';

const key = { account: 'a', company: 'c' };
const address = { company: 'c', location: 'l', hub: 'h', port: 'p' };

function event(data: object, kind: PortEvent['kind'] = 'event'): PortEvent {
  return { topic: '/ports/c/l/h/p', address, data, receivedAt: 0, kind };
}

/** A company with one port whose lamp's level the platform says is 40. */
function watch({ listens = true } = {}) {
  const clock = new FakeClock();
  const told = { changes: 0, stale: 0, ended: 0 };
  const subscribers: PortSubscriber[] = [];
  const rows = { location: [{ id: 'l' }], hub: [{ id: 'h', locationId: 'l' }] };
  const port = {
    id: 'p',
    hubId: 'h',
    locationId: 'l',
    data: { connected: true, device: { lamp: { level: 40, temp: 3000 } } },
  };
  const places = async (): Promise<CompanyPlaces> => {
    const readAt = clock.now();
    return new CompanyPlaces('c', {
      locations: { items: readAtOnce(readLocations(rows.location, 'c')).items, readAt },
      hubs: { items: readAtOnce(readHubs(rows.hub, 'c')).items, readAt },
      ports: { items: readAtOnce(readPorts([port], 'c', readAt)).items, readAt },
    });
  };
  const account = {
    lists: { places, layout: places } as never,
    subscribe(_selector: unknown, subscriber: PortSubscriber) {
      subscribers.push(subscriber);
      return () => {
        told.ended += 1;
      };
    },
  };
  const watched = new WatchedCompany({
    ...{ key, account, clock },
    onChange() {
      told.changes += 1;
    },
    onStale() {
      told.stale += 1;
    },
  });
  if (listens) watched.listen();
  const subscriber: PortSubscriber = {
    initial: 'connect',
    onEvent: (what) => subscribers[0]?.onEvent(what),
    onGap: (gap) => subscribers[0]?.onGap(gap),
    onUnreadable: (what) => subscribers[0]?.onUnreadable(what),
    onRefused: (error) => subscribers[0]?.onRefused(error),
  };
  const read = async () => {
    const { layout, ports } = watched.read();
    return { ...(await layout), ports: await ports };
  };
  return { watched, clock, told, subscriber, subscribers, read };
}

describe('a company that somebody looks at', () => {
  it('has the state of its ports in the shape of their events', async () => {
    const { read } = watch();
    const content = await read();
    assert.deepEqual(content.ports[0]?.state, {
      id: 'h',
      data: { portId: 'p', connected: true, device: { lamp: { level: 40, temp: 3000 } } },
    });
    assert.deepEqual([content.locations[0]?.id, content.hubs[0]?.location], ['l', 'l']);
  });

  it('puts what events said since over what the lists say', async () => {
    const { read, clock, subscriber } = watch();
    await clock.advance(1_000);
    subscriber.onEvent(event({ data: { device: { lamp: { level: 10 } } } }));
    const content = await read();
    assert.match(JSON.stringify(content.ports[0]?.state), /"level":10,"temp":3000/);
    await clock.advance(1_000);
    const later = await read();
    assert.match(JSON.stringify(later.ports[0]?.state), /"level":40/, 'lists that are newer than the event');
  });

  it('tells of many events of a port at once, and of each change once', () => {
    const { watched, told, subscriber } = watch();
    for (const level of [1, 2, 3]) subscriber.onEvent(event({ data: { device: { lamp: { level } } } }));
    assert.equal(told.changes, 3);
    const { frame } = watched.takeFrame(1, 100_000);
    assert.deepEqual([frame.frame, frame.changes.length], [1, 1]);
    assert.deepEqual(frame.changes[0]?.data, { data: { device: { lamp: { level: 3 } } } });
    assert.equal(watched.hasNews, false);
  });

  it('keeps a frame within its size, but leaves nothing out', () => {
    const { watched, subscriber } = watch();
    for (let at = 0; at < 50; at += 1) {
      subscriber.onEvent({ ...event({ text: 'x'.repeat(1_000) }), address: { ...address, port: `p${at}` } });
    }
    let changes = 0;
    for (let frames = 0; watched.hasNews && frames < 100; frames += 1) {
      const { frame, characters } = watched.takeFrame(1, 5_000);
      assert.ok(characters <= 5_000);
      changes += frame.changes.length;
    }
    assert.equal(changes, 50);
    subscriber.onEvent(event({ text: 'x'.repeat(9_000) }));
    assert.equal(watched.takeFrame(1, 5_000).frame.changes.length, 1, 'one that is larger goes alone');
  });

  it('tells of a snapshot what it did not tell before, and is read anew where a port is new', async () => {
    const { watched, clock, told, subscriber, read } = watch();
    const snapshot = (level: number) =>
      event(
        { id: 'h', t: 5, data: { portId: 'p', connected: true, device: { lamp: { level, temp: 3000 } } } },
        'snapshot',
      );
    subscriber.onEvent(snapshot(10));
    assert.equal(watched.hasNews, false, 'before anything was read there is nothing to be put right');
    await read();
    subscriber.onEvent(snapshot(40));
    assert.equal(watched.hasNews, false);
    subscriber.onEvent(snapshot(10));
    assert.match(JSON.stringify(watched.takeFrame(1, 100_000).frame), /"level":10/);
    for (let at = 0; at < 20; at += 1) {
      subscriber.onEvent({ ...snapshot(1), address: { ...address, port: `new${at}` } });
    }
    assert.equal(told.stale, 0);
    await clock.advance(500);
    assert.equal(told.stale, 1);
  });

  it('tells of a snapshot what went back to what the lists said, after an event had said otherwise', async () => {
    const { watched, subscriber, read } = watch();
    const lamp = (level: number) => ({
      data: { portId: 'p', connected: true, device: { lamp: { level, temp: 3000 } } },
    });
    await read();
    subscriber.onEvent(event({ data: { device: { lamp: { level: 85 } } } }));
    watched.takeFrame(1, 100_000);
    subscriber.onEvent(event(lamp(85), 'snapshot'));
    assert.equal(watched.hasNews, false);
    subscriber.onEvent(event(lamp(40), 'snapshot'));
    assert.match(JSON.stringify(watched.takeFrame(2, 100_000).frame), /"level":40/);
  });

  it('goes on after a deploy with what was told: what changed meanwhile is told', async () => {
    const before = watch();
    await before.read();
    before.subscriber.onEvent(event({ data: { device: { lamp: { level: 85 } } } }));
    const after = watch({ listens: false });
    after.watched.goOnFrom(before.watched);
    before.watched.close();
    assert.equal(after.told.changes, 1, 'what was not told yet is told');
    assert.match(JSON.stringify(after.watched.takeFrame(1, 100_000).frame), /"level":85/);
    const [subscriber] = after.subscribers;
    subscriber?.onEvent(
      event({ data: { portId: 'p', connected: true, device: { lamp: { level: 40, temp: 3000 } } } }, 'snapshot'),
    );
    assert.match(JSON.stringify(after.watched.takeFrame(2, 100_000).frame), /"level":40/);
    await after.clock.advance(10_000);
    assert.deepEqual([after.subscribers.length, after.told.stale], [1, 0]);
  });

  it('is read anew after a deploy if it had not been read to the end', async () => {
    const before = watch();
    const after = watch({ listens: false });
    after.watched.goOnFrom(before.watched);
    assert.equal(after.subscribers.length, 1);
    await after.clock.advance(500);
    assert.equal(after.told.stale, 1);
  });

  it('is read anew after a gap: what came before may be wrong', () => {
    const { told, subscriber } = watch();
    subscriber.onGap({ company: 'c', from: 0, to: 1, reason: 'outage' });
    assert.deepEqual([told.stale, told.changes], [1, 0]);
  });

  it('is no longer listened to once so much comes that AWS discards some, but read every 15 s', async () => {
    const { watched, clock, told, subscriber } = watch();
    subscriber.onGap({ company: 'c', from: 0, to: 1, reason: 'rate' });
    assert.deepEqual([told.ended, told.stale], [1, 1]);
    await clock.advance(30_000);
    assert.equal(told.stale, 3);
    watched.close();
    await clock.advance(60_000);
    assert.equal(told.stale, 3);
  });

  it('lets go of everything when nobody looks any more', async () => {
    const { watched, clock, told, subscriber } = watch();
    subscriber.onEvent(event({}, 'snapshot'));
    watched.close();
    await clock.advance(10_000);
    assert.deepEqual([told.ended, told.stale], [1, 0]);
  });
});
