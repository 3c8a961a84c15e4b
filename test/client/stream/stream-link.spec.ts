import assert from 'node:assert/strict';
import { StreamError } from '../../../src/client/mqtt/stream-error';
import { PublishLost } from '../../../src/client/stream/publish-channel';
import { FakeClock, settle } from '../../support/fake-clock';
import { FakeConnection, fakeLink } from '../../support/fake-link';

describe('one connection of a stream', () => {
  let clock: FakeClock;
  let connection: FakeConnection;

  beforeEach(() => {
    clock = new FakeClock();
    connection = new FakeConnection({ sessionPresent: true });
  });

  it('retires by unsubscribing from everything, and says whether the broker has confirmed it', async () => {
    const link = fakeLink(connection, clock, { filters: ['a', 'b'] });
    assert.equal(await link.retire(1_000), true);
    assert.deepEqual(connection.packets, ['-a,b']);
    assert.equal(connection.isOpen, false);
  });

  it('retires in time if the broker does not answer, and says so', async () => {
    connection.gate = new Promise(() => undefined);
    const link = fakeLink(connection, clock, { filters: ['a'] });
    const retired = link.retire(1_000);
    await clock.advance(1_000);
    assert.equal(await retired, false);
    assert.equal(clock.timers, 0);
  });

  it('is suspended without an UNSUBSCRIBE, and acknowledges nothing from then on', async () => {
    const link = fakeLink(connection, clock, { filters: ['a'] });
    await link.suspend(1_000);
    assert.deepEqual(connection.packets, []);
    assert.deepEqual([connection.acknowledges, connection.isOpen], [false, false]);
  });

  it('tells of a publish that was lost with it how long and how lonely it was', async () => {
    connection.gate = new Promise(() => undefined);
    const link = fakeLink(connection, clock);
    const lost = link.publish('t', '{}');
    await settle();
    assert.ok(link.isPublishing);
    await clock.advance(700);
    connection.lose(new StreamError('the broker closed the connection', { byBroker: true }));
    await assert.rejects(lost, (error) => {
      assert.ok(error instanceof PublishLost);
      assert.deepEqual([error.closedAfterMs, error.wasAlone, error.closedByUs], [700, true, false]);
      return true;
    });
    await settle();
    assert.equal(link.isPublishing, false);
  });

  it('says when it retires if the broker went on sending what it had kept: the session holds the rest', async () => {
    for (const [atMs, isOver] of [
      [200, true],
      [700, false],
    ] as const) {
      connection = new FakeConnection();
      const link = fakeLink(connection, clock, { filters: ['a'] });
      const drained = link.drain(1_000);
      await clock.advance(atMs);
      connection.received += 1;
      await clock.advance(1_000 - atMs);
      await drained;
      assert.equal(await link.retire(1_000), isOver);
    }
  });

  it('says so, too, if it is not drained', async () => {
    const link = fakeLink(connection, clock, { filters: ['a'] });
    connection.ping = async () => {
      connection.received += 1;
    };
    assert.equal(await link.retire(1_000), false);
  });

  it('is level once the broker has sent what it had no room for before it answered', async () => {
    const link = fakeLink(connection, clock);
    let pings = 0;
    connection.ping = async () => {
      pings += 1;
      connection.received += pings < 4 ? 100 : 40;
    };
    await link.level();
    assert.equal(pings, 4);
    connection.ping = async () => {
      pings += 1;
      connection.received += 130;
    };
    await link.level();
    assert.equal(pings, 14, 'and is not asked for ever where so much comes all the time');
  });

  it('drains for as long as it is given, and no longer once it is ended', async () => {
    const link = fakeLink(connection, clock, { filters: ['a'] });
    let isDrained = false;
    const drained = link.drain(1_000).then(() => {
      isDrained = true;
    });
    await clock.advance(900);
    assert.equal(isDrained, false);
    link.destroy();
    await drained;
    assert.ok(connection.isDestroyed);
    assert.equal(clock.timers, 0);
  });

  it('A13: is catching up with what the broker kept if its session was resumed, until it is told', () => {
    const link = fakeLink(connection, clock);
    assert.equal(link.inbox.isCatchingUp, true);
    link.inbox.caughtUp();
    assert.equal(link.inbox.isCatchingUp, false);
    assert.equal(fakeLink(new FakeConnection(), clock).inbox.isCatchingUp, false);
  });
});
