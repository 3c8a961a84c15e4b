import assert from 'node:assert/strict';
import { StreamError } from '../../../src/client/mqtt/stream-error';
import { ConnectionLoss, CrowdedConnections, type Witness } from '../../../src/client/stream/connection-loss';
import type { StreamLane } from '../../../src/client/stream/rotation';
import { StreamLog } from '../../../src/client/stream/stream-log';
import { StreamPolicy } from '../../../src/protocol/connection/stream-policy';
import { FakeClock } from '../../support/fake-clock';
import { FakeConnection, fakeLink } from '../../support/fake-link';
import { LogLines } from '../../support/log-lines';

describe('connections that keep being closed', () => {
  const livedMs = 5_000;
  const closed = new StreamError('the broker closed the connection', { byBroker: true, hasCloseFrame: true });
  let clock: FakeClock;
  let log: LogLines;
  let witnesses: { readonly witness: FakeConnection; readonly onLost: () => void }[];
  let duplicates: number[];
  let openWitness: (onLost: () => void) => Promise<Witness>;
  let loss: ConnectionLoss;

  beforeEach(() => {
    clock = new FakeClock();
    log = new LogLines();
    witnesses = [];
    duplicates = [];
    openWitness = async (onLost) => {
      const witness = new FakeConnection();
      witnesses.push({ witness, onLost });
      return witness;
    };
    loss = new ConnectionLoss({
      ...{ clock, log: new StreamLog(log, 'c') },
      openWitness: (onLost) => openWitness(onLost),
      mayOpenWitness: () => true,
      onDuplicate: (sinceMs) => duplicates.push(sinceMs),
    });
  });
  afterEach(() => {
    loss.stop();
    assert.equal(clock.timers, 0);
    assert.ok(witnesses.every(({ witness }) => !witness.isOpen));
  });

  /** A connection that is closed some seconds after it was opened, so many times. */
  async function live(times: number, failure = closed, isPinned = false): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      const link = fakeLink(new FakeConnection(), clock, isPinned ? { pinnedId: 'prescribed' } : {});
      loss.wentLive(link, false);
      await clock.advance(livedMs);
      loss.lost(link, failure, false);
    }
  }

  it('are another client’s doing if a witness lives on: told once, from when they began', async () => {
    await live(3);
    assert.deepEqual(duplicates, []);
    assert.ok(loss.pauseMs > 0, 'whoever has the id is not disturbed meanwhile');
    await clock.advance(10_000);
    assert.equal(duplicates.length, 1);
    assert.equal(log.at('warn').length, 1);
  });

  it('are the network’s doing if the witness is closed as well', async () => {
    await live(3);
    witnesses[0]?.witness.lose(closed);
    witnesses[0]?.onLost();
    await live(4);
    await clock.advance(60_000);
    assert.deepEqual([duplicates, log.lines], [[], []]);
    assert.equal(witnesses.length, 1, 'and it is not asked again at once');
  });

  it('prove nothing without a witness', async () => {
    openWitness = () => Promise.reject(new Error('refused'));
    await live(5);
    await clock.advance(60_000);
    assert.deepEqual([duplicates, log.lines], [[], []]);
  });

  it('need no witness if they broke by themselves', async () => {
    await live(5, new StreamError('reset'));
    assert.deepEqual(witnesses, []);
  });

  it('let the witness go once a connection stays', async () => {
    await live(2);
    loss.wentLive(fakeLink(new FakeConnection(), clock), false);
    await clock.advance(60_000);
    assert.equal(witnesses[0]?.witness.isDestroyed, true);
    assert.deepEqual(duplicates, []);
  });

  it('are told once under a prescribed client id, for which there is no witness', async () => {
    await live(6, closed, true);
    assert.deepEqual([witnesses, duplicates], [[], []]);
    assert.equal(log.at('warn').length, 1);
    assert.match(log.at('warn')[0] ?? '', /prescribes its client id/);
  });
});

describe('crowded connections', () => {
  const closed = new StreamError('closed', { byBroker: true });
  let clock: FakeClock;
  let policy: StreamPolicy;
  /** Opened beside the one that is there. */
  let other: FakeConnection;

  beforeEach(() => {
    clock = new FakeClock();
    policy = new StreamPolicy(() => clock.monotonicMs());
    other = new FakeConnection();
  });

  function crowd(filters: readonly string[] = [], lane?: StreamLane) {
    const connection = new FakeConnection();
    const link = fakeLink(connection, clock, { filters });
    const links = new Map([[1, link]]);
    const crowded = new CrowdedConnections({ clock, policy, lane, links, openOther: async () => other });
    return { connection, link, crowded };
  }

  /** The broker closes a connection on these twice; whether it then closes another one on `a` as well. */
  async function closeTwice(crowded: CrowdedConnections, filter: string, closesOther: boolean): Promise<void> {
    other = new FakeConnection();
    if (closesOther) other.lose(closed);
    const told = [crowded.closedOn([filter]), crowded.closedOn([filter])];
    await clock.advance(1_000);
    await Promise.all(told);
  }

  it('A4: teach that there may be one, if the broker ends one as soon as another has said CONNECT, twice', async () => {
    const { link, crowded } = crowd();
    for (const hasRoom of [true, false]) {
      crowded.joined();
      await clock.advance(200);
      assert.equal(crowded.madeRoom(link, closed), true);
      assert.equal(policy.hasRoomForSecond, hasRoom);
    }
  });

  it('A4: teach nothing by an end that comes later, without another one, or not from the broker', async () => {
    const { link, crowded } = crowd();
    assert.equal(crowded.madeRoom(link, closed), false, 'nobody joined');
    crowded.joined();
    assert.equal(crowded.madeRoom(link, new StreamError('reset')), false, 'the network did it');
    await clock.advance(1_000);
    assert.equal(crowded.madeRoom(link, closed), false, 'another client comes back later');
    await clock.advance(link.timed.endsAtMs - 1_000);
    crowded.joined();
    assert.equal(crowded.madeRoom(link, closed), false, 'its credentials end');
  });

  for (const [filter, what] of [
    ['a', []],
    ['b', ['+a', '+a']],
  ] as const) {
    it(`A4: blame ${filter} beside a connection that holds a only if a third one lives on`, async () => {
      const { crowded } = crowd(['a']);
      await closeTwice(crowded, filter, true);
      assert.deepEqual([policy.lessons.refusedFilters, policy.hasRoomForSecond], [[], false]);
      await closeTwice(crowded, filter, false);
      assert.deepEqual([policy.lessons.refusedFilters, other.packets], [[filter], what]);
    });
  }

  it('A4: blame no filter if it is the connection that there may not be beside that of another stream', async () => {
    const lane = {
      ...{
        index: 1,
        of: 2,
        filters: () => ['a', 'b'],
        grantedElsewhere: () => 'a',
        takesOver: () => false,
        mayRenew: () => true,
      },
      sessionGrants: { lastMs: Number.NEGATIVE_INFINITY },
    };
    const { connection, crowded } = crowd([], lane);
    connection.lose(closed);
    await closeTwice(crowded, 'b', true);
    assert.deepEqual([policy.lessons.refusedFilters, policy.hasRoomForSecond], [[], true]);
    await closeTwice(crowded, 'b', false);
    assert.deepEqual(policy.lessons.refusedFilters, ['b']);
  });

  it('A5: blame a filter at once if there is no other connection', async () => {
    const { connection, crowded } = crowd(['a']);
    connection.lose(closed);
    for (let close = 0; close < 2; close += 1) await crowded.closedOn(['b']);
    assert.deepEqual(policy.lessons.refusedFilters, ['b']);
  });
});
