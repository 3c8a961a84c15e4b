import assert from 'node:assert/strict';
import { StreamError } from '../../../src/client/mqtt/stream-error';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { refused } from '../../support/fake-broker';
import { FakeClock } from '../../support/fake-clock';
import { KeptConnection, type KeptConnectionOptions } from '../../support/kept-connection';

describe('a connection that is kept', () => {
  let clock: FakeClock;
  let kept: KeptConnection;

  beforeEach(() => {
    clock = new FakeClock();
  });

  async function start(options: KeptConnectionOptions = {}): Promise<void> {
    kept = new KeptConnection(clock, options);
    kept.keeper.start();
    await clock.advance(0);
  }

  /** Lets time pass as long as there is no connection. */
  async function connected(): Promise<void> {
    for (let second = 0; kept.state !== 'connected' && second < 300; second += 1) await clock.advance(1_000);
    assert.equal(kept.state, 'connected');
  }

  it('is opened with everything subscribed, and brings what is published', async () => {
    await start();
    kept.publish('1');
    assert.deepEqual(kept.heard, ['1']);
    assert.equal(kept.state, 'connected');
    assert.deepEqual(kept.gaps, []);
  });

  it('is tried again for as long as it fails, and says why once', async () => {
    kept = new KeptConnection(clock);
    kept.broker.refusal = () => new StreamError('no route');
    kept.keeper.start();
    await clock.advance(60_000);
    assert.equal(kept.state, 'disconnected');
    assert.equal(kept.said.length, 1);
    assert.match(kept.said[0] ?? '', /no route; trying again/);
    kept.broker.refusal = () => undefined;
    await connected();
    assert.deepEqual(kept.gaps, []);
  });

  it('is tried within eight seconds of whoever waits for it, though it has failed for long, and not more often by that', async () => {
    await start({ random: () => 0.9 });
    let attempts = 0;
    kept.broker.refusal = () => {
      attempts += 1;
      return new StreamError('no route');
    };
    kept.broker.last.cut();
    await clock.advance(600_000);
    attempts = 0;
    kept.keeper.hurry(3);
    await clock.advance(8_000);
    assert.equal(attempts, 1);
    for (let second = 0; second < 120; second += 1) {
      for (let command = 0; command < 10; command += 1) kept.keeper.hurry(3);
      await clock.advance(1_000);
    }
    assert.ok(attempts >= 15 && attempts <= 40, `${attempts} attempts in two minutes`);
    kept.broker.refusal = () => undefined;
    kept.keeper.hurry(3);
    await clock.advance(8_000);
    assert.equal(kept.state, 'connected');
    kept.keeper.hurry(1);
    assert.equal(kept.state, 'connected');
  });

  it('is opened again when it is lost, and the broker’s session brings what came meanwhile', async () => {
    await start();
    kept.publish('1');
    kept.broker.last.cut();
    for (const text of ['2', '3']) kept.publish(text);
    await connected();
    kept.publish('4');
    assert.deepEqual(kept.heard, ['1', 'queued 2', 'queued 3', 'queued 4']);
    await clock.advance(5_000);
    kept.publish('5');
    assert.equal(kept.heard.at(-1), '5');
    assert.deepEqual(kept.gaps, []);
    assert.equal(kept.said.length, 1, 'that it was lost');
  });

  it('tells of one gap when the broker has forgotten its session', async () => {
    await start();
    const heardAt = clock.now();
    kept.broker.last.lastHeardMs = clock.monotonicMs();
    await clock.advance(10_000);
    kept.broker.last.cut();
    kept.broker.forget();
    kept.publish('lost');
    await connected();
    assert.deepEqual(kept.gaps, [{ company: 'c', from: heardAt, to: clock.now() }]);
    assert.match(kept.said.at(-1) ?? '', /may be missing/);
  });

  it('A16: goes on without a session that brings what can’t be taken, and tells of what it may have held', async () => {
    await start();
    kept.publish('1');
    const poisoned = new StreamError('a packet too large', { isPoisoned: true });
    const { clientId } = kept.broker.last.connect;
    kept.broker.last.cut(poisoned);
    kept.broker.onConnection = (connection) => {
      if (connection.connect.clientId === clientId && !connection.connect.clean) connection.cut(poisoned);
    };
    kept.publish('2');
    await connected();
    kept.publish('3');
    assert.deepEqual(kept.heard, ['1', '3']);
    assert.equal(kept.gaps.length, 1);
    await clock.advance(5_000);
    assert.deepEqual(kept.broker.leftSessions, [], 'it is ended');
  });

  it('tells of the gap that a connection began which failed to subscribe', async () => {
    await start();
    kept.broker.last.cut();
    kept.broker.forget();
    kept.broker.onConnection = (connection) => connection.lose(new StreamError('gone again'));
    await clock.advance(1_500);
    kept.broker.onConnection = () => undefined;
    await connected();
    assert.equal(kept.broker.last.sessionPresent, true);
    assert.equal(kept.gaps.length, 1);
  });

  it('goes on over a deploy without a gap, under the same client id', async () => {
    await start();
    const { broker, memory } = kept;
    await kept.close(clock, true);
    broker.publish('ports/1', 'meanwhile');
    await start({ broker, memory });
    assert.deepEqual(kept.heard, ['queued meanwhile']);
    assert.deepEqual(kept.gaps, []);
    assert.equal(new Set(broker.connections.map(({ connect }) => connect.clientId)).size, 1);
  });

  it('stays closed after a refused log-in, until somebody asks anew', async () => {
    kept = new KeptConnection(clock);
    kept.credentials.failure = new OchnoError('OCHNO_LOGIN', 'wrong password');
    kept.keeper.start();
    await clock.advance(3_600_000);
    assert.equal(kept.state, 'log-in refused');
    assert.equal(kept.said.length, 1);
    assert.equal(clock.timers, 0);
    kept.credentials.failure = undefined;
    kept.keeper.start();
    await clock.advance(0);
    assert.equal(kept.state, 'connected');
  });

  it('has new credentials at once if the old ones were refused, and waits when those are, too', async () => {
    kept = new KeptConnection(clock);
    kept.broker.refusal = () => refused('upgrade');
    kept.keeper.start();
    await clock.advance(900);
    assert.equal(kept.credentials.issued, 2);
    assert.equal(kept.state, 'disconnected');
  });

  it('leaves nothing open when it is closed while it connects', async () => {
    kept = new KeptConnection(clock);
    kept.broker.gate = new Promise(() => undefined);
    kept.keeper.start();
    await clock.advance(100);
    await kept.close(clock, false);
    assert.deepEqual(kept.broker.open, []);
    assert.equal(kept.state, 'unused');
    assert.equal(clock.timers, 0);
    assert.deepEqual(kept.said, []);
  });

  it('leaves no subscription behind when it is closed for good', async () => {
    await start();
    await kept.close(clock, false);
    assert.deepEqual(kept.broker.leftSessions, []);
    assert.equal(clock.timers, 0);
  });

  it('A2: leaves its client id to another Node-RED that keeps taking it, with one gap and one line', async () => {
    await start();
    const ours = kept.broker.last.connect.clientId;
    const { signal } = new AbortController();
    for (let time = 0; time < 10; time += 1) {
      await connected();
      if (kept.keeper.live?.clientId !== ours) break;
      await kept.broker.dial(undefined, { clientId: ours, clean: false, listener: {} }, signal);
      await clock.advance(5_000);
    }
    await connected();
    await clock.advance(30_000);
    assert.notEqual(kept.keeper.live?.clientId, ours);
    assert.ok(kept.broker.open.some(({ connect }) => connect.clientId === ours));
    assert.equal(kept.gaps.length, 1);
    assert.equal(kept.said.filter((line) => line.includes('another Node-RED uses the same client id')).length, 1);
  });
});
