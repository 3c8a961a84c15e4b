import assert from 'node:assert/strict';
import { StreamError } from '../../../src/client/mqtt/stream-error';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeCredentials, refused } from '../../support/fake-broker';
import { FakeClock } from '../../support/fake-clock';
import { KeptConnection } from '../../support/kept-connection';

const hourMs = 3_600_000;
/** When the successor of a connection with credentials of an hour is due, at the latest. */
const dueMs = 0.8 * hourMs;

describe('a rotation', () => {
  let clock: FakeClock;
  let kept: KeptConnection;
  let published: string[];

  beforeEach(() => {
    clock = new FakeClock();
    published = [];
  });
  afterEach(async () => {
    await kept.close(clock, false);
    assert.equal(clock.timers, 0, 'nothing waits any more');
    assert.deepEqual(kept.broker.open, []);
  });

  async function start(credentials = new FakeCredentials(clock)): Promise<void> {
    kept = new KeptConnection(clock, { credentials });
    kept.keeper.start();
    await clock.advance(0);
    assert.equal(kept.state, 'connected');
  }

  function publish(): void {
    published.push(String(published.length));
    kept.publish(published.at(-1) ?? '');
  }

  /** Publishes every tenth of a second for so long. */
  async function pass(durationMs: number): Promise<void> {
    for (let ms = 0; ms < durationMs; ms += 100) {
      publish();
      await clock.advance(100);
    }
  }

  /** Lets time pass until both connections are there. */
  async function overlapping(): Promise<void> {
    await clock.advance(0.75 * hourMs - clock.monotonicMs());
    for (let step = 0; kept.broker.open.length < 2 && step < 100; step += 1) await clock.advance(hourMs / 1000);
    assert.equal(kept.broker.open.length, 2);
  }

  const heard = (): string[] => kept.heard.map((text) => text.replace('queued ', '')).sort(byNumber);
  const losesAndDoublesNothing = (): void => assert.deepEqual(heard(), published);

  it('loses nothing and doubles nothing, says nothing, and leaves no session behind', async () => {
    await start();
    const [old] = kept.broker.connections;
    await overlapping();
    await pass(15_000);
    losesAndDoublesNothing();
    assert.equal(old?.isOpen, false);
    assert.equal(kept.broker.open.length, 1);
    assert.deepEqual(kept.broker.leftSessions, []);
    assert.deepEqual([kept.gaps, kept.said], [[], []]);
    assert.equal(kept.credentials.issued, 2);
  });

  it('comes before the credentials end, again and again', async () => {
    await start();
    for (let hour = 1; hour <= 5; hour += 1) await clock.advance(dueMs + 20_000);
    assert.ok(kept.broker.connections.length >= 6);
    assert.equal(kept.credentials.issued, kept.broker.connections.length);
    assert.deepEqual(kept.said, []);
  });

  for (const [when, waitMs] of [
    ['before the first event', 0],
    ['after some events', 2_000],
  ] as const) {
    it(`goes back to the old connection when the new one is lost ${when}, and tries again`, async () => {
      await start();
      await overlapping();
      await pass(waitMs);
      kept.broker.last.cut();
      await pass(1_000);
      assert.equal(kept.state, 'connected');
      await pass(30_000);
      losesAndDoublesNothing();
      assert.equal(kept.broker.open.length, 1);
      assert.ok(kept.broker.connections.length >= 3);
      assert.deepEqual([kept.gaps, kept.broker.leftSessions], [[], []]);
    });

    it(`has the old connection’s session once more when that is lost ${when}`, async () => {
      await start();
      const [old] = kept.broker.connections;
      await overlapping();
      await pass(waitMs);
      old?.cut();
      await pass(30_000);
      losesAndDoublesNothing();
      assert.deepEqual([kept.gaps, kept.said, kept.broker.leftSessions], [[], [], []]);
    });
  }

  it('connects anew, with one line and no word of the attempt given up, when the old one is lost while the new one opens', async () => {
    await start();
    await clock.advance(0.75 * hourMs - 1_000);
    kept.broker.gate = new Promise(() => undefined);
    await clock.advance(0.05 * hourMs + 1_000);
    kept.broker.last.cut();
    kept.broker.gate = Promise.resolve();
    await pass(10_000);
    losesAndDoublesNothing();
    assert.equal(kept.said.length, 1);
    assert.match(kept.said[0] ?? '', /was lost/);
    assert.deepEqual(kept.gaps, []);
  });

  it('keeps the old connection while there are no new credentials, and says so once', async () => {
    await start();
    kept.credentials.failure = new OchnoError('OCHNO_NETWORK', 'no answer', { retryable: true });
    await clock.advance(dueMs);
    await pass(60_000);
    losesAndDoublesNothing();
    assert.equal(kept.said.length, 1);
    assert.match(kept.said[0] ?? '', /can't be renewed yet: no answer/);
    kept.credentials.failure = undefined;
    await clock.advance(180_000);
    assert.equal(kept.broker.connections.length, 2);
  });

  it('stays with the old connection after a refused log-in, until somebody asks anew', async () => {
    await start();
    kept.credentials.failure = new OchnoError('OCHNO_LOGIN', 'wrong password');
    await clock.advance(dueMs);
    publish();
    losesAndDoublesNothing();
    assert.equal(kept.state, 'log-in refused');
    kept.credentials.failure = undefined;
    kept.keeper.start();
    await pass(15_000);
    losesAndDoublesNothing();
    assert.equal(kept.state, 'connected');
    assert.equal(kept.broker.connections.length, 2);
  });

  it('A4: takes the one connection over where a second one is refused twice, and loses nothing of QoS 1', async () => {
    await start();
    kept.broker.refusal = () => (kept.broker.open.length > 0 ? refused('connect') : undefined);
    await clock.advance(dueMs);
    await pass(60_000);
    losesAndDoublesNothing();
    assert.equal(kept.said.length, 1);
    assert.match(kept.said[0] ?? '', /permits one connection at a time/);
    assert.deepEqual(kept.gaps, []);
    assert.equal(kept.broker.connections.length, 2);
  });

  it('closes a connection under a prescribed client id before it opens the next, which has its session', async () => {
    await start(new FakeCredentials(clock, { clientId: 'prescribed' }));
    kept.broker.refusal = () => (kept.broker.open.length > 0 ? new StreamError('a second one') : undefined);
    await clock.advance(dueMs);
    await pass(5_000);
    losesAndDoublesNothing();
    assert.equal(kept.broker.connections.length, 2);
    assert.equal(kept.broker.last.sessionPresent, true);
    assert.deepEqual([kept.gaps, kept.said], [[], []]);
  });

  /** An outage shortly before the renewal, of which the broker sends what it kept as AWS IoT does: ten a second. */
  async function overlappingInCatchUp(): Promise<void> {
    await start();
    await clock.advance(0.75 * hourMs - 60_000);
    kept.broker.pace = { clock, everyMs: 100 };
    kept.broker.last.cut();
    for (let n = 0; n < 1_500; n += 1) publish();
    await overlapping();
    assert.ok(kept.heard.length < 1_000, 'much is still to come');
  }

  it('waits for what the broker still sends of an outage, ten a second, beside what is live', async () => {
    await overlappingInCatchUp();
    await pass(400_000);
    losesAndDoublesNothing();
    assert.deepEqual(kept.gaps, []);
    assert.equal(kept.broker.connections.length, 3);
  });

  it('has the old connection’s session once more when that is lost with much of an outage still to come', async () => {
    await overlappingInCatchUp();
    await pass(3_000);
    kept.broker.open[0]?.cut();
    await pass(400_000);
    losesAndDoublesNothing();
    assert.deepEqual([kept.gaps, kept.broker.leftSessions], [[], []]);
  });

  it('goes on for as long as the session of an old connection that was lost is to be had once more', async () => {
    await overlappingInCatchUp();
    kept.broker.refusal = () => new StreamError('no route');
    kept.broker.open[0]?.cut();
    await pass(3_000);
    assert.deepEqual([kept.state, kept.keeper.isRenewing], ['connected', true]);
    kept.broker.refusal = () => undefined;
    await pass(400_000);
    assert.equal(kept.keeper.isRenewing, false);
    losesAndDoublesNothing();
  });

  it('can be broken off by closing, in the midst of it', async () => {
    await start();
    await overlapping();
    await pass(1_000);
    await kept.close(clock, false);
    assert.deepEqual(kept.broker.leftSessions, []);
    assert.deepEqual(kept.said, []);
  });

  it('goes on over a deploy in the midst of it: what came and is kept comes once', async () => {
    await start();
    await overlapping();
    await pass(1_000);
    const { broker, memory, heard: before } = kept;
    await kept.close(clock, true);
    publish();
    kept = new KeptConnection(clock, { broker, memory });
    kept.heard.push(...before);
    kept.keeper.start();
    await pass(10_000);
    losesAndDoublesNothing();
    assert.deepEqual(kept.gaps, []);
  });
});

function byNumber(one: string, other: string): number {
  return Number(one) - Number(other);
}
