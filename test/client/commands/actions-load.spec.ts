import assert from 'node:assert/strict';
import { desk, shelf, startActions } from '../../support/fake-account';
import { mostInOneSecond } from '../../support/fake-publish-channel';

describe('Actions with many commands', () => {
  it('does not name more ports than one can read', async () => {
    const { channel, clock, send } = startActions();
    channel.isOpen = false;
    const targets = Array.from({ length: 500 }, (_, index) => ({ ...desk, port: `p${index}` }));
    const sent = send(10, { targets });
    await clock.advance(10_000);
    assert.match(sent.error?.message ?? '', /\(500 of 500 ports failed: "p0", "p1", "p2", "p3", "p4" and 495 more\)$/);
    assert.equal(clock.timers, 0);
  });

  it('sets 500 lamps from one command at most a hundred a second', async () => {
    const { channel, clock, send } = startActions(15);
    const targets = Array.from({ length: 500 }, (_, index) => ({ ...desk, port: `p${index}` }));
    const sent = send(80, { targets });
    await clock.advance(5_000);
    assert.deepEqual(sent.outcomes, ['sent']);
    assert.equal(sent.results.length, 500);
    assert.ok(mostInOneSecond(channel.published.map(({ atMs }) => atMs)) <= 100);
    assert.equal(clock.timers, 0);
  });

  it('completes every message of a slider and reaches its last value', async () => {
    const { channel, clock, send, levels } = startActions(25);
    const all = [];
    for (let step = 0; step < 200; step += 1) {
      all.push(send(step / 2));
      await clock.advance(10);
    }
    await clock.advance(2_000);
    assert.ok(all.every(({ outcomes }) => outcomes.length === 1 && /sent|replaced/.test(outcomes[0] ?? '')));
    assert.equal(levels().at(-1), 99.5);
    assert.ok(mostInOneSecond(channel.published.map(({ atMs }) => atMs)) <= 100);
  });

  it('fails the short-lived and sends the newest of the others once, in an outage of ten seconds', async () => {
    const { channel, clock, send, levels } = startActions(0);
    channel.isOpen = false;
    const [short, older, newest] = [
      send(1, { timeoutMs: 2_000 }),
      send(2, { targets: [shelf], timeoutMs: 30_000 }),
      send(3, { targets: [shelf], timeoutMs: 30_000 }),
    ];
    await clock.advance(10_000);
    channel.open();
    await clock.advance(60_000);
    assert.deepEqual(short?.outcomes, ['OCHNO_TIMEOUT']);
    assert.deepEqual(older?.outcomes, ['replaced']);
    assert.deepEqual(newest?.outcomes, ['sent']);
    assert.deepEqual(levels(), [3]);
  });
});
