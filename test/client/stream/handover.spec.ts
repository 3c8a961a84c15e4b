import assert from 'node:assert/strict';
import type { Arrivals, Inbox } from '../../../src/client/stream/arrivals';
import { LinkHandover } from '../../../src/client/stream/handover';
import type { StreamLink } from '../../../src/client/stream/stream-link';
import { FakeClock, settle } from '../../support/fake-clock';
import { FakeConnection, fakeArrivals, fakeLink } from '../../support/fake-link';

const topic = '/ports/c/l/h/p';

/** Of credentials of an hour both run side by side for 6 s, and copies are waited for for 5 s. */
const overlapMs = 6_000;
const windowMs = 5_000;

describe('the handover from one connection to the next', () => {
  let clock: FakeClock;
  let arrivals: Arrivals;
  let passedOn: string[];
  let lostSince: number[];
  let owedSince: number[];
  let settled: number;
  let handover: LinkHandover;
  let oldConnection: FakeConnection;
  let old: StreamLink;
  let fresh: StreamLink;
  let freshConnection: FakeConnection;
  let inboxes: { old: Inbox; readonly fresh: Inbox };

  beforeEach(() => {
    clock = new FakeClock();
    passedOn = [];
    lostSince = [];
    owedSince = [];
    settled = 0;
    arrivals = fakeArrivals(clock, {
      dispatch: (_topic, payload) => passedOn.push(payload.toString()),
      dispatchRetained: () => 0,
      plan: ['#'],
    });
    const missed = {
      isBehind: false,
      owes: (ms: number) => owedSince.push(ms),
      lostWith: (ms: number) => lostSince.push(ms),
      caughtUp: () => undefined,
    };
    const onSettled = (): void => {
      settled += 1;
    };
    handover = new LinkHandover({ arrivals, missed, clock, renewalsInTurn: 1, onSettled });
    oldConnection = new FakeConnection();
    freshConnection = new FakeConnection();
    old = fakeLink(oldConnection, clock, { arrivals, attempt: 1, clientId: 'old' });
    fresh = fakeLink(freshConnection, clock, { arrivals, attempt: 2, clientId: 'fresh' });
    const inbox = (clientId: string): Inbox => arrivals.inbox({ clientId, sessionPresent: false, isSuccessor: false });
    inboxes = { old: inbox('old'), fresh: inbox('fresh') };
    handover.begin(old);
  });
  afterEach(() => {
    handover.stop();
    arrivals.close();
    assert.equal(clock.timers, 0);
  });

  const bring = (side: 'old' | 'fresh', text: string): unknown =>
    inboxes[side].receive(topic, Buffer.from(text), 1, false);

  /** Begins the overlap; the answer tells whether it is complete, once it is over. */
  function overlap(): { readonly isComplete: boolean | undefined } {
    const result: { isComplete: boolean | undefined } = { isComplete: undefined };
    void handover.overlap(old, fresh).then((isComplete) => {
      result.isComplete = isComplete;
    });
    return result;
  }

  it('lasts one round where both bring the same, each event once', async () => {
    const result = overlap();
    for (let n = 1; n <= 3; n += 1) {
      bring('old', String(n));
      await clock.advance(100);
      bring('fresh', String(n));
    }
    await clock.advance(overlapMs);
    assert.equal(result.isComplete, true);
    assert.deepEqual(passedOn, ['1', '2', '3']);
    assert.deepEqual(lostSince, []);
  });

  it('waits round by round for what only the old connection can bring', async () => {
    const result = overlap();
    for (let second = 0; second < 30; second += 1) {
      assert.equal(result.isComplete, undefined);
      await clock.advance(500);
      bring('old', String(second));
      await clock.advance(500);
    }
    await clock.advance(3 * overlapMs);
    assert.equal(result.isComplete, true);
    assert.equal(passedOn.length, 30);
    assert.deepEqual(lostSince, []);
  });

  it('waits likewise while it brings what was passed on before: the broker may have kept more', async () => {
    for (let second = 0; second < 30; second += 1) bring('old', String(second));
    // The session of the old connection was resumed.
    inboxes.old = arrivals.inbox({ clientId: 'old', sessionPresent: true, isSuccessor: false });
    const result = overlap();
    for (let second = 0; second < 30; second += 1) {
      assert.equal(result.isComplete, undefined);
      await clock.advance(500);
      bring('old', String(second));
      await clock.advance(500);
    }
    await clock.advance(3 * overlapMs);
    assert.equal(result.isComplete, true);
    assert.equal(passedOn.length, 30);
  });

  it('waits for the answers of both, however long a line has stalled', async () => {
    let answer = (): void => undefined;
    freshConnection.gate = new Promise((resolve) => {
      answer = resolve;
    });
    const result = overlap();
    await clock.advance(60_000);
    assert.equal(result.isComplete, undefined);
    answer();
    await clock.advance(overlapMs);
    assert.equal(result.isComplete, true);
  });

  it('is given up after a quarter of an hour in which the old connection was never quiet, with one gap', async () => {
    oldConnection.lastHeardMs = clock.monotonicMs();
    const result = overlap();
    for (let second = 0; second < 920; second += 2) {
      bring('old', `kept ${second}`);
      await clock.advance(2_000);
    }
    assert.equal(result.isComplete, true);
    assert.deepEqual(lostSince, [0]);
  });

  it('keeps what the new connection brings until the old one has brought what is older', async () => {
    overlap();
    bring('fresh', '2');
    assert.deepEqual(passedOn, []);
    bring('old', '1');
    bring('old', '2');
    assert.deepEqual(passedOn, ['1', '2']);
  });

  it('owes nothing when the old connection ends that has answered and was level', async () => {
    overlap();
    await settle();
    assert.equal(handover.ended(1, false), false);
    assert.deepEqual(lostSince, []);
  });

  it('owes what the broker keeps when the old connection ends before it has answered', async () => {
    oldConnection.gate = new Promise(() => undefined);
    const result = overlap();
    await clock.advance(1_000);
    bring('fresh', 'held');
    assert.equal(handover.ended(1, false), true);
    assert.deepEqual(passedOn, []);
    oldConnection.lose(new Error('gone'));
    await settle();
    assert.equal(result.isComplete, false);
    handover.giveUp();
    handover.giveUp();
    assert.equal(lostSince.length, 1, 'told once');
    assert.deepEqual(passedOn, ['held'], 'nothing waits any more');
  });

  it('keeps the order over an old connection that ends and is had again', async () => {
    oldConnection.gate = new Promise(() => undefined);
    overlap();
    bring('fresh', '2');
    assert.equal(handover.ended(1, false), true);
    inboxes = { ...inboxes, old: arrivals.inbox({ clientId: 'old', sessionPresent: true, isSuccessor: false }) };
    old = fakeLink(new FakeConnection({ sessionPresent: true }), clock, { arrivals, attempt: 3, clientId: 'old' });
    const result = overlap();
    bring('fresh', '3');
    for (const text of ['1', '2', '3']) bring('old', text);
    await clock.advance(3 * overlapMs);
    assert.equal(result.isComplete, undefined, 'the broker may have kept more, of which nothing has come for a while');
    old.inbox.caughtUp();
    await clock.advance(2 * overlapMs);
    assert.equal(result.isComplete, true);
    assert.deepEqual(passedOn, ['1', '2', '3']);
  });

  it('keeps the order over a new connection that ends', async () => {
    overlap();
    await settle();
    bring('fresh', '2');
    assert.equal(handover.ended(2, false), false);
    for (const text of ['1', '2', '3']) bring('old', text);
    assert.deepEqual(passedOn, ['1', '2', '3']);
  });

  it('has a gap at once where somebody else has the old session', async () => {
    oldConnection.gate = new Promise(() => undefined);
    overlap();
    assert.equal(handover.ended(1, true), false);
    assert.equal(lostSince.length, 1);
  });

  it('owes nothing when the new connection ends: the old one has it all', async () => {
    const result = overlap();
    await settle();
    assert.equal(handover.ended(2, false), false);
    await settle();
    assert.equal(result.isComplete, false);
    assert.deepEqual([lostSince, owedSince], [[], []]);
  });

  it('remembers what the old session owes when the new connection ends, too, before that was had', async () => {
    await clock.advance(1_000);
    oldConnection.lastHeardMs = clock.monotonicMs();
    oldConnection.gate = new Promise(() => undefined);
    overlap();
    await clock.advance(2_000);
    assert.equal(handover.ended(1, false), true);
    assert.equal(handover.ended(2, false), false);
    assert.deepEqual([lostSince, owedSince], [[], [1_000]]);
    assert.equal(handover.ended(3, false), false);
    assert.equal(owedSince.length, 1, 'told once');
  });

  it('remembers it when the new connection ends while the old session, had again, still brings it', async () => {
    oldConnection.gate = new Promise(() => undefined);
    overlap();
    assert.equal(handover.ended(1, false), true);
    oldConnection = new FakeConnection({ sessionPresent: true });
    oldConnection.lastHeardMs = 5_000;
    old = fakeLink(oldConnection, clock, { arrivals, attempt: 3, clientId: 'old' });
    overlap();
    await settle();
    assert.equal(handover.ended(2, false), false);
    assert.deepEqual(owedSince, [0]);
  });

  it('is settled once the twins of what the old connection brought last have come', async () => {
    const result = overlap();
    await clock.advance(overlapMs);
    assert.equal(result.isComplete, true);
    bring('old', 'last');
    const drained = handover.drain(old, fresh);
    await clock.advance(4_000);
    await drained;
    assert.ok(handover.isSettling);
    await handover.settle('old', fresh);
    bring('fresh', 'last');
    await clock.advance(windowMs);
    assert.deepEqual([settled, handover.isSettling], [1, false]);
    assert.deepEqual(passedOn, ['last']);
  });

  it('waits for nothing more once the stream is closed', async () => {
    const result = overlap();
    await clock.advance(1_000);
    handover.stop();
    await settle();
    assert.equal(result.isComplete, false);
    assert.deepEqual(owedSince, [0], 'the old session is what is resumed');
  });
});
