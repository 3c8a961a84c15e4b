import assert from 'node:assert/strict';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { PortAddress } from '../../../src/protocol/topics/address';
import { desk, shelf, startActions } from '../../support/fake-account';
import { settle } from '../../support/fake-clock';

const shows = (lamp: object): unknown => ({ id: 'h', data: { portId: 'p1', device: { lamp } } });

describe('lamp commands that depend on the present level', () => {
  it('take it from the last event of a followed port, without asking', async () => {
    const { actions, levels, ports, send } = startActions(0);
    actions.follow(desk);
    ports.event(desk, shows({ level: 35 }));
    send('+10');
    assert.deepEqual(levels(), [45]);
    await settle();
    ports.event(desk, shows({ level: 95 }));
    const sent = send('+10');
    send('toggle');
    send('on');
    await settle();
    assert.deepEqual(levels(), [45, 100, 0, 100]);
    assert.deepEqual(sent.results, [{ level: 100 }]);
    assert.equal(ports.reads.length, 0);
  });

  it('else read it over REST', async () => {
    const { levels, ports, send } = startActions(0);
    ports.answer = () => ({ id: 'p1', data: { device: { lamp: { level: 60 } } } });
    const asked: PortAddress[] = [];
    const sent = send('-15', { onPresentNeeded: (address) => asked.push(address) });
    await settle();
    assert.deepEqual(levels(), [45]);
    assert.deepEqual(sent.outcomes, ['sent']);
    assert.deepEqual(ports.reads, [desk]);
    assert.deepEqual(asked, [desk]);
    assert.equal(ports.subscriptions, 0);
  });

  it('do not ask if the value says it all', async () => {
    const { ports, send } = startActions(0);
    const asked: PortAddress[] = [];
    for (const value of [10, '20', 'off', false, { level: 5, red: 3 }, { temp: 3000, transition: 0 }]) {
      send(value, { onPresentNeeded: (address) => asked.push(address) });
    }
    await settle();
    assert.deepEqual(asked, []);
    assert.equal(ports.reads.length, 0);
  });

  it('restore the last level that was not 0, else 100', async () => {
    const { actions, levels, ports, send } = startActions(0);
    ports.answer = () => shows({ level: 0 });
    send(true);
    await settle();
    actions.follow(desk);
    ports.event(desk, shows({ level: 30 }));
    ports.event(desk, shows({ level: 0 }));
    send('on');
    ports.event(desk, shows({ level: 30 }));
    send(70);
    send('off');
    send('toggle');
    await settle();
    assert.deepEqual(levels(), [100, 30, 70, 0, 70]);
  });

  it('read the level anew when the outcome of a command before is unknown', async () => {
    const { actions, channel, clock, levels, ports, send } = startActions();
    actions.follow(desk);
    ports.event(desk, shows({ level: 20 }));
    send('+10');
    await clock.advance(2_000);
    channel.lose();
    await settle();
    channel.open();
    ports.answer = () => shows({ level: 30 });
    send('+10');
    await settle();
    assert.deepEqual(levels(), [30, 40]);
    assert.equal(ports.reads.length, 1);
  });

  it('B4: read the level anew when a hub that is off lets a command go without an echo', async () => {
    const { actions, clock, levels, ports, send } = startActions(20);
    actions.follow(desk);
    ports.event(desk, shows({ level: 0 }));
    for (const _ of [1, 2, 3]) send('+10');
    await clock.advance(6_000);
    ports.answer = () => shows({ level: 0 });
    const sent = send('+10');
    await clock.advance(20);
    assert.deepEqual(levels(), [10, 20, 30, 10]);
    assert.deepEqual(sent.outcomes, ['sent']);
    assert.equal(ports.reads.length, 1);
  });

  it('B1: turn a lamp on again where it was before it ramped down', async () => {
    const { actions, clock, levels, ports, send } = startActions(20);
    actions.follow(desk);
    ports.event(desk, shows({ level: 80 }));
    send('off');
    for (const level of [60, 40, 20, 0]) {
      await clock.advance(100);
      ports.event(desk, shows({ level }));
    }
    send('on');
    assert.deepEqual(levels(), [0, 80]);
  });

  it('B10: find a level that is written as text', async () => {
    const { levels, ports, send } = startActions(0);
    ports.answer = () => shows({ level: '40' });
    const sent = send('+10');
    await settle();
    assert.deepEqual(levels(), [50]);
    assert.deepEqual(sent.outcomes, ['sent']);
  });

  it('read the level anew after a gap', async () => {
    const { actions, levels, ports, send } = startActions(0);
    actions.follow(desk);
    ports.event(desk, shows({ level: 20 }));
    actions.markStale('c');
    ports.answer = () => shows({ level: 70 });
    send('+10');
    await settle();
    assert.deepEqual(levels(), [80]);
  });

  it('are replaced by a newer command that comes while the level is not known yet', async () => {
    const { clock, levels, ports, send } = startActions(0);
    let answer: (port: unknown) => void = () => undefined;
    ports.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const [relative, toggle, temp] = [send('+10'), send('toggle'), send({ temp: 3000 })];
    await settle();
    const newest = send(50);
    await settle();
    assert.deepEqual(
      [relative, toggle, temp, newest].map((sent) => sent?.outcomes.join()),
      ['replaced', 'replaced', 'sent', 'sent'],
    );
    answer(shows({ level: 20 }));
    await settle();
    assert.deepEqual(levels(), [undefined, 50]);
    assert.equal(clock.timers, 0);
  });

  it('leave to a newer command what that sets, and set the rest when the lamp is known', async () => {
    const { clock, ports, send, channel } = startActions(0);
    let answer: (port: unknown) => void = () => undefined;
    ports.answer = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const first = send({ level: 80, temp: 4000, red: 1, transition: 2 });
    await settle();
    const newer = send({ temp: 3500, red: 2 });
    await settle();
    assert.deepEqual([first.outcomes, newer.outcomes], [[], ['sent']]);
    answer(shows({ level: 20, temp: 3000 }));
    await clock.advance(2_500);
    assert.deepEqual(first.outcomes, ['sent']);
    const lamps = channel.published.map(({ payload }) => JSON.parse(payload).data.device.lamp);
    assert.deepEqual(lamps[0], { temp: 3500, red: 2 });
    assert.deepEqual(lamps.at(-1), { level: 80 });
    assert.ok(lamps.slice(1).every((lamp) => Object.keys(lamp).join() === 'level'));
    assert.equal(clock.timers, 0);
  });

  it('are done, though confirmed by nobody, once newer commands together set all that they set', async () => {
    const { clock, ports, send } = startActions(0);
    ports.answer = () => {
      throw new OchnoError('OCHNO_HTTP', 'not now', { statusCode: 500 });
    };
    const first = send({ level: 80, temp: 3000 }, { confirm: true });
    await clock.advance(300);
    for (const value of [{ level: 30 }, { temp: 5000 }]) {
      assert.deepEqual(first.outcomes, []);
      send(value);
      await clock.advance(300);
    }
    assert.deepEqual(first.outcomes, ['replaced']);
  });

  it('fail for a port without a lamp level, but "on" does not need one', async () => {
    const { levels, ports, send } = startActions(0);
    ports.answer = () => ({ id: 'p1', data: { device: { fan: { target1: 5 } } } });
    const failing = [send('+10'), send('toggle'), send({ level: 5, transition: 1 })];
    const on = send('on', { targets: [shelf] });
    await settle();
    for (const { outcomes, error } of failing) {
      assert.deepEqual(outcomes, ['OCHNO_VALUE']);
      assert.match(error?.message ?? '', /"p1" has no lamp level/);
    }
    assert.deepEqual(on.outcomes, ['sent']);
    assert.deepEqual(levels(), [100]);
  });

  it('pass on why the level can not be read', async () => {
    const { ports, send } = startActions(0);
    ports.answer = () => {
      throw new OchnoError('OCHNO_HTTP', 'There is no such port', { statusCode: 404 });
    };
    const [alone, beside] = [send('+10'), send('+10', { targets: [desk, shelf] })];
    await settle();
    assert.deepEqual(alone?.outcomes, ['OCHNO_HTTP']);
    assert.equal(beside?.error?.statusCode, 404);
  });

  it('count the look-up in their timeout', async () => {
    const { clock, ports, send, channel } = startActions(0);
    ports.answer = () => new Promise(() => undefined);
    const sent = send('+10', { timeoutMs: 3_000 });
    await clock.advance(3_000);
    assert.deepEqual(sent.outcomes, ['OCHNO_TIMEOUT']);
    assert.equal(channel.published.length, 0);
    assert.equal(clock.timers, 0);
  });

  for (const [what, value, confirm] of [
    ['depends on the lamp', 'toggle', false],
    ['is to be confirmed', 40, true],
    ['is neither', 40, false],
  ] as const) {
    it(`say why there was no connection all the time, also one that ${what}, and have it hurry`, async () => {
      const { clock, ports, send, channel } = startActions(0);
      channel.isOpen = false;
      channel.problem = 'the connection was refused';
      ports.holdReady();
      const sent = send(value, { confirm, timeoutMs: 6_000 });
      await clock.advance(6_000);
      assert.deepEqual(sent.outcomes, ['OCHNO_TIMEOUT']);
      const topic = '/action/c/l/h/p1';
      assert.equal(
        sent.error?.message,
        `The command on "${topic}" was not sent: there was no connection (the connection was refused). It will not be sent later`,
      );
      assert.equal(channel.hurries, 1);
      assert.equal(clock.timers, 0);
    });
  }

  it('say that nothing was sent if the events of the port could not be subscribed to in time', async () => {
    const { clock, ports, send } = startActions(0);
    ports.holdReady();
    const sent = send('toggle', { timeoutMs: 6_000 });
    await clock.advance(6_000);
    assert.match(sent.error?.message ?? '', /level of the lamp is not known, so nothing was sent: The subscription/);
  });

  it('work together with confirm', async () => {
    const { ports, send, levels } = startActions(0);
    ports.answer = () => shows({ level: 20 });
    const sent = send('+10', { confirm: true });
    await settle();
    assert.deepEqual(levels(), [30]);
    ports.event(desk, shows({ level: 30 }));
    await settle();
    assert.deepEqual(sent.outcomes, ['sent']);
  });
});
