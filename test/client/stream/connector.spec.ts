import assert from 'node:assert/strict';
import { StreamError } from '../../../src/client/mqtt/stream-error';
import { Connector } from '../../../src/client/stream/connector';
import type { StreamLane } from '../../../src/client/stream/rotation';
import type { StreamLink } from '../../../src/client/stream/stream-link';
import { StreamLog } from '../../../src/client/stream/stream-log';
import { ClientIds, SessionMemory } from '../../../src/client/stream/stream-memory';
import { StreamPolicy } from '../../../src/protocol/connection/stream-policy';
import { FakeBroker, FakeCredentials, refused } from '../../support/fake-broker';
import { FakeClock, settle } from '../../support/fake-clock';
import { fakeArrivals } from '../../support/fake-link';
import { LogLines } from '../../support/log-lines';

describe('the connections of a stream', () => {
  let clock: FakeClock;
  let broker: FakeBroker;
  let credentials: FakeCredentials;
  let memory: SessionMemory;
  let policy: StreamPolicy;
  let ids: ClientIds;
  let leftovers: Set<string>;
  let plan: readonly string[];
  let lane: StreamLane | undefined;
  let newSessions: number;
  let silentSessions: number;
  /** Chance, of which the ids of successors are made. */
  let idAt: number;
  let lost: StreamLink[];
  let connector: Connector;

  beforeEach(() => {
    clock = new FakeClock();
    broker = new FakeBroker();
    credentials = new FakeCredentials(clock);
    memory = new SessionMemory();
    policy = new StreamPolicy(() => clock.monotonicMs());
    idAt = 0;
    ids = new ClientIds('s', memory, () => {
      idAt += 0.01;
      return idAt;
    });
    leftovers = new Set();
    plan = ['a', 'b'];
    lane = undefined;
    newSessions = 0;
    silentSessions = 0;
    lost = [];
    connector = new Connector({
      ...{ dialer: broker, credentials, policy, ids, memory, leftovers, clock },
      ...{
        arrivals: fakeArrivals(clock),
        log: new StreamLog(new LogLines(), 'c'),
        plan: () => plan,
      },
      get lane() {
        return lane;
      },
      onNewSession: () => {
        newSessions += 1;
      },
      onSilentSession: () => {
        silentSessions += 1;
      },
      onLost: (link) => lost.push(link),
    });
  });

  /** Closes a connection and waits until it is gone. */
  async function close(attempt: number, how: Parameters<Connector['close']>[1]): Promise<void> {
    connector.close(attempt, how);
    const closed = connector.closed();
    await clock.advance(2_000);
    await closed;
  }

  it('are complete when they are there: every filter has its answer', async () => {
    const link = await connector.open(1, 'initial');
    assert.deepEqual([...link.subscriptions.held], ['a', 'b']);
    assert.equal(connector.get(1), link);
    assert.equal(newSessions, 1);
  });

  it('return to their session, which is subscribed already', async () => {
    const { clientId } = await connector.open(1, 'initial');
    await close(1, 'keeping the session');
    const again = await connector.open(2, 'initial');
    assert.deepEqual([again.clientId, again.sessionPresent], [clientId, true]);
    assert.deepEqual(broker.last.packets, []);
    assert.equal(newSessions, 1);
  });

  it('A13: know that a session which was left without a subscription has kept nothing', async () => {
    const { clientId } = await connector.open(1, 'initial');
    await close(1, 'gracefully');
    assert.equal(memory.isOver(clientId), true);
    const again = await connector.open(2, 'initial');
    assert.deepEqual([again.sessionPresent, again.inbox.isCatchingUp], [again.clientId === clientId, false]);
  });

  describe('after a CONNECT that was carried out and had no answer', () => {
    beforeEach(async () => {
      await connector.open(1, 'initial');
      await close(1, 'keeping the session');
      broker.losesConnack = true;
    });

    async function openAgain(): Promise<void> {
      await assert.rejects(connector.open(2, 'initial'));
      broker.losesConnack = false;
      const opening = connector.open(3, 'initial');
      await clock.advance(1_000);
      await opening;
      assert.equal(broker.last.sessionPresent, true);
    }

    it('A18: tell of a session that brings nothing: it may be one which that CONNECT began', async () => {
      broker.forget();
      broker.publish('a', 'lost');
      await openAgain();
      assert.equal(silentSessions, 1);
    });

    it('A18: know the old session by what it brings, even ten a second, and ask it no more', async () => {
      broker.pace = { clock, everyMs: 100 };
      broker.publish('a', 'kept');
      await openAgain();
      await close(3, 'keeping the session');
      await connector.open(4, 'initial');
      assert.equal(silentSessions, 0);
    });
  });

  it('know what was asked for without an answer: the session may be subscribed to that, and is rid of it', async () => {
    const { clientId, subscriptions } = await connector.open(1, 'initial');
    broker.last.gate = new Promise(() => undefined);
    const work = subscriptions.apply(['a', 'b', 'c']);
    work.catch(() => undefined);
    // It is carried out, and its answer is lost with the connection.
    broker.last.session.filters.add('c');
    await settle();
    broker.last.cut();
    assert.deepEqual(memory.session(clientId), { filters: ['a', 'b'], unanswered: ['c'] });
    plan = ['b'];
    await connector.open(2, 'initial');
    assert.deepEqual([...broker.last.session.filters], ['b']);
    await close(2, 'gracefully');
    assert.equal(memory.isOver(clientId), true);
  });

  it('do not take a session for left that may be subscribed to what was asked for last', async () => {
    const { clientId, subscriptions } = await connector.open(1, 'initial');
    await subscriptions.apply([]);
    broker.last.gate = new Promise(() => undefined);
    subscriptions.apply(['c']).catch(() => undefined);
    await close(1, 'gracefully');
    assert.deepEqual([memory.isOver(clientId), [...leftovers]], [false, [clientId]]);
  });

  it('ask for nothing that doubles what they have just been given, if other filters are wanted meanwhile', async () => {
    let answer = (): void => undefined;
    broker.onConnection = (connection) => {
      connection.gate = new Promise((resolve) => {
        answer = resolve;
      });
    };
    const opening = connector.open(1, 'initial');
    await settle();
    plan = ['#', 'b'];
    answer();
    const { subscriptions } = await opening;
    assert.deepEqual([...subscriptions.held], ['a', 'b']);
  });

  it('ask once more for all filters if the broker may have begun a session unheard', async () => {
    const gone = new StreamError('gone');
    broker.onConnection = (connection) => connection.lose(gone);
    await assert.rejects(connector.open(1, 'initial'), gone);
    broker.onConnection = () => undefined;
    await connector.open(2, 'initial');
    assert.equal(broker.last.sessionPresent, true);
    assert.deepEqual(broker.last.packets, ['+a,b']);
  });

  it('have an id of their own as successors, and no subscription left once they failed', async () => {
    const live = await connector.open(1, 'initial');
    broker.onConnection = (connection) => {
      connection.codeOf = () => {
        throw new StreamError('gone while subscribing');
      };
    };
    await assert.rejects(connector.open(2, 'successor'));
    await clock.advance(2_000);
    assert.notEqual(broker.connections[1]?.connect.clientId, live.clientId);
    assert.deepEqual(broker.leftSessions, []);
    assert.deepEqual(broker.open, [broker.connections[0]]);
  });

  it('begin with no subscription in a session that was left without one, whatever is wanted on the others', async () => {
    const { clientId: first } = await connector.open(1, 'initial');
    ids.promote((await connector.open(2, 'successor')).clientId);
    await close(1, 'gracefully');
    const sessionGrants = { lastMs: 0 };
    const parts = { index: 0, of: 2, grantedElsewhere: () => undefined, takesOver: () => false, mayRenew: () => true };
    lane = { ...parts, sessionGrants, filters: () => ['#'] };
    const { clientId, sessionPresent, subscriptions } = await connector.open(3, 'successor');
    assert.deepEqual([clientId, sessionPresent], [first, true]);
    assert.deepEqual([...subscriptions.held], ['a', 'b']);
  });

  it('are refused as successors where an old session would pour out what it holds', async () => {
    await connector.open(1, 'initial');
    const { clientId } = await connector.open(2, 'successor');
    connector.close(2, 'at once');
    // By chance the same id comes up again.
    idAt = 0;
    await assert.rejects(connector.open(3, 'successor'), /old session under the client id/);
    assert.equal(broker.last.connect.clientId, clientId);
    assert.equal(connector.get(3), undefined);
  });

  it('end at once when the attempt is given up, and leave nothing open', async () => {
    broker.gate = new Promise(() => undefined);
    const attempt = connector.open(1, 'initial');
    const given = assert.rejects(attempt, /given up/);
    await clock.advance(0);
    connector.close(1, 'at once');
    await given;
    assert.deepEqual(broker.open, []);
  });

  it('tell of their end when they were complete, and not when they were closed', async () => {
    await connector.open(1, 'initial');
    broker.last.cut();
    assert.deepEqual(
      lost.map(({ attempt }) => attempt),
      [1],
    );
    await connector.open(2, 'initial');
    await close(2, 'gracefully');
    assert.equal(lost.length, 1);
  });

  it('leave a session that could not be ended for later', async () => {
    const { clientId } = await connector.open(1, 'initial');
    ids.promote('another');
    broker.last.gate = new Promise(() => undefined);
    await close(1, 'gracefully');
    assert.deepEqual([...leftovers], [clientId]);
    await connector.discardLeftovers();
    assert.deepEqual([[...leftovers], broker.leftSessions], [[], []]);
    assert.equal(memory.isOver(clientId), true);
  });

  it('do not open a second connection to end a session where only one is permitted', async () => {
    await connector.open(1, 'initial');
    for (let refusal = 0; refusal < 2; refusal += 1) policy.secondRefused();
    memory.remember('old', ['a']);
    await connector.discard('old');
    assert.deepEqual([...leftovers], ['old']);
    assert.equal(broker.connections.length, 1);
  });

  it('A3: ask for no session once it is proven that it is the session which is refused', async () => {
    broker.refusal = ({ clean }) => (clean ? undefined : refused('connect'));
    for (let attempt = 1; attempt <= 3; attempt += 1) await assert.rejects(connector.open(attempt, 'initial'));
    const opening = connector.open(4, 'initial');
    await clock.advance(2_000);
    const link = await opening;
    assert.equal(link.keepsSession, false);
    assert.equal(policy.lessons.sessions, false);
    assert.equal((await connector.open(5, 'initial')).keepsSession, false, 'and not again for a day');
  });

  it('take credentials that were refused for bad, but not at the first refusal of a second connection', async () => {
    await connector.open(1, 'initial');
    broker.refusal = () => refused('upgrade');
    await assert.rejects(connector.open(2, 'successor'));
    await assert.rejects(connector.open(3, 'successor'));
    assert.equal(policy.hasRoomForSecond, false);
    assert.equal(credentials.issued, 2);
  });
});
