import assert from 'node:assert/strict';
import { type PolicyListener, StreamPolicy } from '../../../src/protocol/connection/stream-policy';

const minuteMs = 60_000;

describe('what a policy permits', () => {
  let nowMs: number;
  let told: string[];
  let policy: StreamPolicy;
  let listener: PolicyListener;

  beforeEach(() => {
    nowMs = 0;
    told = [];
    policy = new StreamPolicy(() => nowMs);
    const tell = (what: string) => () => {
      told.push(what);
    };
    listener = {
      log: {
        noSessions: tell('no sessions'),
        sessionsAgain: tell('sessions again'),
        oneConnection: tell('one connection'),
        connectionsAgain: tell('connections again'),
      },
      sessionGrants: { lastMs: Number.NEGATIVE_INFINITY },
      onFilters: tell('filters'),
    };
    policy.listen(listener);
  });

  /** Three CONNECTs with a session are refused, one without is accepted, and the next one with one is refused again. */
  function refuseSessions(): void {
    for (const verdict of ['unknown', 'unknown', 'prove']) assert.equal(policy.sessionRefused(), verdict);
    policy.cleanAnswered(true);
    assert.equal(policy.sessionRefused(), 'known');
  }

  it('asks for a session again at each renewal, and else after ten minutes, twice as long each time', () => {
    refuseSessions();
    let waitMs = 10 * minuteMs;
    for (const wait of [10, 20, 40]) {
      assert.equal(waitMs, wait * minuteMs);
      nowMs += waitMs;
      assert.ok(!policy.asksForSession(true));
      assert.ok(policy.asksForSession(false), 'beside a connection that works');
      nowMs += 1;
      assert.ok(policy.asksForSession(true));
      assert.equal(policy.sessionRefused(), 'known');
      waitMs *= 2;
    }
    assert.deepEqual(told, ['no sessions']);
  });

  it('asks for one at once if another connection of the account has got one, and believes a refusal for longer', () => {
    const other = new StreamPolicy(() => nowMs);
    other.listen(listener);
    refuseSessions();
    nowMs += 1_000;
    assert.ok(!policy.asksForSession(true));
    other.sessionGranted();
    nowMs += 1_000;
    assert.ok(policy.asksForSession(true));
    assert.equal(policy.sessionRefused(), 'known');
    nowMs += 20 * minuteMs;
    assert.ok(!policy.asksForSession(true));
    other.sessionGranted();
    nowMs += 1_000;
    assert.ok(policy.asksForSession(true));
    policy.sessionGranted();
    assert.deepEqual(told, ['no sessions', 'sessions again']);
  });

  it('is not believed for longer because it is refused at a renewal meanwhile', () => {
    refuseSessions();
    nowMs = 5 * minuteMs;
    assert.equal(policy.sessionRefused(), 'known');
    nowMs = 10 * minuteMs + 1;
    assert.ok(policy.asksForSession(true));
  });

  it('tells once that sessions are permitted again', () => {
    policy.sessionGranted();
    refuseSessions();
    policy.sessionGranted();
    policy.sessionGranted();
    assert.deepEqual(told, ['no sessions', 'sessions again']);
    assert.ok(policy.lessons.sessions);
  });

  it('tries a second connection again after a day', () => {
    assert.ok(!policy.secondRefused());
    assert.ok(policy.secondRefused());
    for (const _ of [1, 2]) {
      nowMs += 24 * 60 * minuteMs;
      assert.ok(!policy.hasRoomForSecond);
      nowMs += 1;
      assert.ok(policy.hasRoomForSecond);
      assert.ok(policy.secondRefused(), 'once is enough');
    }
    assert.deepEqual(told, ['one connection']);
    policy.secondGranted();
    assert.deepEqual(told, ['one connection', 'connections again']);
  });

  it('forgets that a second one was refused when no other connection explains refusals', () => {
    assert.ok(!policy.secondRefused());
    for (const _ of [1, 2, 3]) policy.refusedAlone();
    assert.ok(!policy.secondRefused(), 'it takes two');
    assert.ok(policy.secondRefused());
  });

  it('tries a second one at once after three refusals that no other connection explains', () => {
    for (const _ of [1, 2]) policy.secondRefused();
    for (const _ of [1, 2]) policy.refusedAlone();
    policy.accepted();
    for (const _ of [1, 2]) policy.refusedAlone();
    assert.ok(!policy.hasRoomForSecond);
    policy.refusedAlone();
    assert.ok(policy.hasRoomForSecond);
    assert.ok(policy.secondRefused());
    assert.ok(!policy.hasRoomForSecond);
    assert.deepEqual(told, ['one connection']);
  });
});
