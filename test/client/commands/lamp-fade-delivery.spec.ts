import assert from 'node:assert/strict';
import { desk, startActions } from '../../support/fake-account';
import { settle } from '../../support/fake-clock';
import { mostInOneSecond } from '../../support/fake-publish-channel';

const shows = (lamp: object): unknown => ({ id: 'h', data: { portId: 'p1', device: { lamp } } });

describe('a fade', () => {
  function startAt(lamp: object, acknowledgesAfterMs: number | undefined = 20) {
    const account = startActions(acknowledgesAfterMs);
    account.actions.follow(desk);
    account.ports.event(desk, shows(lamp));
    return account;
  }

  it('goes from the present level to the target, and is sent once it is there', async () => {
    const { channel, clock, send, levels } = startAt({ level: 20 });
    const sent = send({ level: 80, transition: 3 });
    await clock.advance(3_000);
    assert.deepEqual(sent.outcomes, []);
    await clock.advance(20);
    assert.deepEqual(sent.outcomes, ['sent']);
    assert.deepEqual(sent.results, [{ level: 80 }]);
    assert.equal(levels().at(-1), 80);
    assert.deepEqual(levels(), [...levels()].sort());
    assert.ok(mostInOneSecond(channel.published.map(({ atMs }) => atMs)) <= 10);
    assert.equal(clock.timers, 0);
  });

  it('may take longer than its timeout', async () => {
    const { clock, send } = startAt({ level: 20 });
    const sent = send({ level: 80, transition: 60 }, { timeoutMs: 2_000 });
    await clock.advance(60_020);
    assert.deepEqual(sent.outcomes, ['sent']);
  });

  it('sets at once what it can not fade', async () => {
    const { clock, send, published } = startAt({ level: 20 });
    const sent = send({ level: 22, temp: 3000, red: 7, transition: 1 });
    await clock.advance(1_020);
    assert.deepEqual(published()[0]?.[1], { lamp: { temp: 3000, red: 7 } });
    assert.deepEqual(published().at(-1)?.[1], { lamp: { level: 22 } });
    assert.deepEqual(sent.results, [{ level: 22, temp: 3000, red: 7 }]);
  });

  it('is one command at once if the lamp has shown nothing that it could start from', async () => {
    const { clock, send, published } = startAt({ level: 20 });
    const sent = send({ temp: 3000, red: 7, transition: 10 });
    await clock.advance(20);
    assert.deepEqual(sent.results, [{ temp: 3000, red: 7 }]);
    await clock.advance(10_000);
    assert.deepEqual(
      published().map(([, device]) => device),
      [{ lamp: { temp: 3000, red: 7 } }],
    );
  });

  it('stops where it is for a newer command, which starts from there', async () => {
    const { clock, send, levels } = startAt({ level: 0 });
    const fade = send({ level: 100, transition: 10 });
    await clock.advance(5_000);
    const reached = Number(levels().at(-1));
    assert.ok(Math.abs(reached - 50) <= 2);
    const newer = send('+10');
    await clock.advance(10_000);
    assert.deepEqual(fade.outcomes, ['replaced']);
    assert.deepEqual(newer.results, [{ level: reached + 10 }]);
    assert.equal(levels().at(-1), reached + 10);
    assert.equal(clock.timers, 0);
  });

  it('stops for a newer fade and for a device command, but not for another field', async () => {
    const { clock, send, levels } = startAt({ level: 0, temp: 3000 });
    const first = send({ level: 100, transition: 10 });
    await clock.advance(2_000);
    const colour = send({ red: 7 });
    const second = send({ level: 0, transition: 4 });
    await clock.advance(2_000);
    assert.deepEqual([first.outcomes, colour.outcomes], [['replaced'], ['sent']]);
    send({ lamp: { level: 3 } }, { command: 'device' });
    await clock.advance(10_000);
    assert.deepEqual(second.outcomes, ['replaced']);
    assert.equal(levels().at(-1), 3);
  });

  for (const [what, level] of [
    ['switches the lamp off', 0],
    ['sets it brighter than the fade will', 90],
    ['sets it back', 10],
  ] as const) {
    it(`B2: ends, and its message is done, when somebody ${what} by hand`, async () => {
      const { clock, ports, send, channel } = startAt({ level: 20 });
      const sent = send({ level: 80, transition: 10 }, { confirm: true });
      await clock.advance(1_000);
      ports.event(desk, shows({ level: 24 }));
      await clock.advance(4_000);
      assert.deepEqual(sent.outcomes, []);
      ports.event(desk, shows({ level }));
      await settle();
      const count = channel.published.length;
      await clock.advance(20_000);
      assert.deepEqual(sent.outcomes, ['replaced']);
      assert.equal(channel.published.length, count);
      assert.equal(clock.timers, 0);
    });
  }

  it('B2: ends for a hand that sets the temperature it fades, not for another field', async () => {
    const { clock, ports, send } = startAt({ level: 20, temp: 3000, red: 1 });
    const [fade, other] = [send({ temp: 5000, transition: 10 }), startAt({ level: 20, temp: 3000 })];
    const fadeOfLevel = other.send({ level: 80, transition: 10 });
    await clock.advance(3_000);
    ports.event(desk, shows({ red: 9, level: 70 }));
    await clock.advance(1_000);
    assert.deepEqual(fade.outcomes, []);
    ports.event(desk, shows({ temp: 2700 }));
    await settle();
    assert.deepEqual(fade.outcomes, ['replaced']);
    await other.clock.advance(3_000);
    other.ports.event(desk, shows({ temp: 2700 }));
    await other.clock.advance(7_100);
    assert.deepEqual(fadeOfLevel.outcomes, ['sent']);
  });

  it("B2: goes on over the lamp's own reports, late and rounded as they are", async () => {
    const { clock, ports, levels, send } = startAt({ level: 20 });
    const sent = send({ level: 80, transition: 3 });
    for (let elapsedMs = 0; elapsedMs < 3_000; elapsedMs += 250) {
      await clock.advance(250);
      ports.event(desk, shows({ level: Math.max(20, Math.round(20 + (elapsedMs - 300) / 50)) }));
    }
    await clock.advance(100);
    assert.deepEqual(sent.outcomes, ['sent']);
    assert.equal(levels().at(-1), 80);
  });

  it('stays at the last step sent when its node closes', async () => {
    const { clock, send, channel } = startAt({ level: 0 });
    const owner = new AbortController();
    const sent = send({ level: 100, transition: 10 }, { signal: owner.signal });
    await clock.advance(3_000);
    const count = channel.published.length;
    owner.abort();
    await clock.advance(20_000);
    assert.deepEqual(sent.outcomes, ['OCHNO_CLOSED']);
    assert.equal(channel.published.length, count);
    assert.equal(clock.timers, 0);
  });

  it('skips the steps of an outage and goes on where it should be', async () => {
    const { channel, clock, send, levels } = startAt({ level: 0 }, 0);
    const sent = send({ level: 100, red: 5, transition: 10 });
    await clock.advance(2_000);
    channel.lose();
    const before = levels().length;
    await clock.advance(6_000);
    assert.equal(levels().length, before);
    channel.open();
    await clock.advance(2_000);
    assert.ok(Number(levels()[before]) >= 79);
    assert.deepEqual(sent.outcomes, ['sent']);
    assert.deepEqual(levels().at(-1), 100);
    assert.equal(clock.timers, 0);
  });

  it('fails when its end can not be delivered within the timeout after it', async () => {
    const { channel, clock, send, levels } = startAt({ level: 0 }, 0);
    const sent = send({ level: 100, transition: 10 }, { timeoutMs: 5_000 });
    await clock.advance(5_000);
    channel.isOpen = false;
    await clock.advance(9_999);
    assert.deepEqual(sent.outcomes, []);
    await clock.advance(1);
    assert.deepEqual(sent.outcomes, ['OCHNO_TIMEOUT']);
    channel.open();
    await clock.advance(1_000);
    assert.ok(Number(levels().at(-1)) <= 50);
  });

  it('stops at a step that the broker refuses', async () => {
    const { channel, clock, send } = startAt({ level: 0 }, 0);
    const sent = send({ level: 100, transition: 10 });
    await clock.advance(500);
    channel.acknowledgesAfterMs = undefined;
    await clock.advance(120);
    channel.lose();
    channel.open();
    await clock.advance(20_000);
    assert.deepEqual(sent.outcomes, ['OCHNO_REFUSED']);
    assert.equal(clock.timers, 0);
  });

  it('is confirmed by its last values', async () => {
    const { clock, ports, send } = startAt({ level: 0 });
    const sent = send({ level: 50, red: 9, transition: 2 }, { confirm: true, timeoutMs: 1_000 });
    await settle();
    ports.event(desk, shows({ red: 9 }));
    await clock.advance(2_500);
    assert.deepEqual(sent.outcomes, []);
    ports.event(desk, shows({ level: 50 }));
    await settle();
    assert.deepEqual(sent.outcomes, ['sent']);
    assert.equal(clock.timers, 0);
  });

  for (const [lamps, otherCommands] of [
    [10, 0],
    [50, 0],
    [150, 40],
  ] as const) {
    it(`B9: shares half of what a connection may publish with ${lamps - 1} others, and each reaches its target`, async () => {
      const { actions, channel, clock, ports, send } = startActions(20);
      const targets = Array.from({ length: lamps }, (_, index) => ({ ...desk, port: `p${index}` }));
      for (const target of targets) {
        actions.follow(target);
        ports.event(target, shows({ level: 0 }));
      }
      const sent = send({ level: 100, transition: 3 }, { targets });
      for (let index = 0; index < otherCommands; index += 1) send(5, { targets: [{ ...desk, port: `other${index}` }] });
      await clock.advance(3_000 + lamps * 30);
      assert.deepEqual(sent.outcomes, ['sent']);
      const steps = channel.published.filter(({ topic }) => !topic.includes('other'));
      assert.ok(mostInOneSecond(steps.map(({ atMs }) => atMs)) < 50);
      assert.ok(steps.length > lamps);
      for (const { port } of targets) {
        const last = channel.published.findLast(({ topic }) => topic.endsWith(`/${port}`));
        assert.match(last?.payload ?? '', /"level":100/);
      }
      assert.equal(clock.timers, 0);
    });
  }

  it('B9: brings the last step of hundreds of lamps before their time runs out', async () => {
    const { actions, channel, clock, ports, send } = startActions(20);
    const targets = Array.from({ length: 1000 }, (_, index) => ({ ...desk, port: `p${index}` }));
    for (const target of targets) {
      actions.follow(target);
      ports.event(target, shows({ level: 0 }));
    }
    const sent = send({ level: 100, transition: 3 }, { targets, timeoutMs: 30_000 });
    await clock.advance(20_000);
    assert.deepEqual(sent.outcomes, ['sent']);
    const arrived = channel.published.filter(({ payload }) => payload.includes('"level":100'));
    assert.equal(new Set(arrived.map(({ topic }) => topic)).size, 1000);
    assert.ok(mostInOneSecond(channel.published.map(({ atMs }) => atMs)) <= 100);
    assert.equal(clock.timers, 0);
  });
});
