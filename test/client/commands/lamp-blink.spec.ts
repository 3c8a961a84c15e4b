import assert from 'node:assert/strict';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { desk, startActions } from '../../support/fake-account';
import { settle } from '../../support/fake-clock';

const shows = (lamp: object): unknown => ({ id: 'h', data: { portId: 'p1', device: { lamp } } });

/** Identifies the lamp at the desk, which reports each level it was told after `obeysAfterMs`. */
function identify(account: ReturnType<typeof startActions>, obeysAfterMs?: number) {
  const { actions, channel, clock, ports } = account;
  if (obeysAfterMs !== undefined) {
    const publish = channel.publish.bind(channel);
    channel.publish = (topic, payload) => {
      const { lamp } = JSON.parse(payload).data.device;
      clock.after(obeysAfterMs, () => ports.event(desk, shows(lamp)));
      return publish(topic, payload);
    };
  }
  const ends: unknown[] = [];
  actions.identify(desk).then(
    (wasRestored) => ends.push(wasRestored),
    (error) => ends.push(error instanceof OchnoError ? error.code : error),
  );
  return ends;
}

describe('a lamp that is identified', () => {
  for (const [what, before, levels] of [
    ['lit', 80, [0, 80, 0, 80, 0, 80]],
    ['dim', 20, [100, 20, 100, 20, 100, 20]],
    ['dark', 0, [100, 0, 100, 0, 100, 0]],
  ] as const) {
    it(`blinks three times and is then ${what} as it was`, async () => {
      const account = startActions(20);
      account.ports.answer = () => shows({ level: before });
      const ends = identify(account, 50);
      await account.clock.advance(4_000);
      assert.deepEqual(account.levels(), levels);
      assert.deepEqual(ends, [true]);
      assert.equal(account.clock.timers, 0);
      assert.equal(account.ports.subscriptions, 0);
      assert.equal(account.uses(), 0);
    });
  }

  it('is not taken for somebody else if it rounds', async () => {
    const account = startActions(20);
    account.ports.answer = () => shows({ level: 33.3 });
    const ends = identify(account);
    for (let half = 0; half < 6; half += 1) {
      await account.clock.advance(100);
      account.ports.event(desk, shows({ level: half % 2 === 0 ? 99 : 33 }));
      await account.clock.advance(400);
    }
    await account.clock.advance(1_000);
    assert.deepEqual(account.levels(), [100, 33.3, 100, 33.3, 100, 33.3]);
    assert.deepEqual(ends, [true]);
  });

  it('ends dark if nobody knows what it was', async () => {
    for (const answer of [
      () => ({}),
      () => {
        throw new OchnoError('OCHNO_HTTP', 'no such port', { statusCode: 404 });
      },
      () => new Promise(() => undefined),
    ]) {
      const account = startActions(20);
      account.ports.answer = answer;
      const ends = identify(account);
      await account.clock.advance(8_000);
      assert.deepEqual(account.levels(), [100, 0, 100, 0, 100, 0]);
      assert.deepEqual(ends, [true]);
      assert.equal(account.clock.timers, 0);
    }
  });

  it('comes back with "on" to what it was before, not to a blink', async () => {
    const account = startActions(20);
    account.actions.follow(desk);
    account.ports.event(desk, shows({ level: 30 }));
    account.ports.event(desk, shows({ level: 0 }));
    identify(account, 50);
    await account.clock.advance(4_000);
    account.send('on');
    assert.equal(account.levels().at(-1), 30);
  });

  it('blinks once for all who ask', async () => {
    const account = startActions(20);
    account.ports.answer = () => shows({ level: 80 });
    const ends = [identify(account), identify(account)];
    await account.clock.advance(1_000);
    ends.push(identify(account));
    await account.clock.advance(4_000);
    assert.equal(account.levels().length, 6);
    assert.deepEqual(ends, [[true], [true], [true]]);
  });

  for (const level of [10, 100, 45]) {
    it(`is left alone when somebody sets it to ${level} meanwhile`, async () => {
      const account = startActions(20);
      account.ports.answer = () => shows({ level: 80 });
      const ends = identify(account, 50);
      await account.clock.advance(700);
      account.ports.event(desk, shows({ level }));
      const sent = account.levels().length;
      await account.clock.advance(10_000);
      assert.equal(account.levels().length, sent);
      assert.deepEqual(ends, [false]);
      assert.equal(account.clock.timers, 0);
    });
  }

  it('is left to a newer command', async () => {
    const account = startActions(20);
    account.ports.answer = () => shows({ level: 80 });
    const ends = identify(account, 50);
    await account.clock.advance(1_200);
    account.send(40);
    await account.clock.advance(10_000);
    assert.equal(account.levels().at(-1), 40);
    assert.deepEqual(ends, [false]);
  });

  it('is told what it was before if its account is closed meanwhile', async () => {
    const account = startActions(20);
    account.ports.answer = () => shows({ level: 80 });
    const ends = identify(account);
    await account.clock.advance(1_200);
    assert.equal(account.levels().at(-1), 0);
    const closed = account.actions.close();
    await account.clock.advance(1_000);
    await closed;
    assert.equal(account.levels().at(-1), 80);
    assert.equal(ends.length, 1);
    assert.equal(account.clock.timers, 0);
    await assert.rejects(account.actions.identify(desk), { code: 'OCHNO_CLOSED' });
  });

  it('gives up if there is no connection, and is then not touched', async () => {
    const account = startActions(20);
    account.ports.answer = () => shows({ level: 80 });
    account.channel.isOpen = false;
    const ends = identify(account);
    await account.clock.advance(6_000);
    account.channel.open();
    await account.clock.advance(20_000);
    assert.deepEqual(ends, ['OCHNO_TIMEOUT']);
    assert.deepEqual(account.levels(), []);
  });

  it('is told what it was before once a connection that was lost meanwhile is back', async () => {
    const account = startActions(20);
    account.ports.answer = () => shows({ level: 80 });
    const ends = identify(account);
    await account.clock.advance(1_200);
    account.channel.lose();
    await account.clock.advance(5_000);
    account.channel.open();
    await account.clock.advance(20_000);
    assert.equal(account.levels().at(-1), 80);
    assert.deepEqual(ends, [true]);
    assert.equal(account.clock.timers, 0);
  });

  for (const [after, code] of [
    [100, 'OCHNO_REFUSED'],
    [3_000, 'OCHNO_TIMEOUT'],
  ] as const) {
    it(`is told what it was before if the connection is lost ${after} ms after the first step`, async () => {
      const account = startActions();
      account.ports.answer = () => shows({ level: 80 });
      const ends = identify(account);
      await account.clock.advance(after);
      account.channel.lose();
      await account.clock.advance(1_000);
      account.channel.acknowledgesAfterMs = 20;
      account.channel.open();
      await account.clock.advance(20_000);
      assert.deepEqual(account.levels(), [0, 80]);
      assert.deepEqual(ends, [code]);
      assert.equal(account.clock.timers, 0);
    });
  }

  it('is not looked for at an address that can not be', async () => {
    const { actions, uses } = startActions();
    await assert.rejects(actions.identify({ ...desk, port: '+' }), { code: 'OCHNO_VALUE' });
    await settle();
    assert.equal(uses(), 0);
  });
});
