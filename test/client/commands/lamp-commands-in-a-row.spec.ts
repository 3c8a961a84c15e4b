import assert from 'node:assert/strict';
import { desk, startActions } from '../../support/fake-account';
import { settle } from '../../support/fake-clock';

const shows = (lamp: object): unknown => ({ id: 'h', data: { portId: 'p1', device: { lamp } } });

describe('relative lamp commands in a row', () => {
  it('add up when they come quicker than the events of the port', async () => {
    const { actions, clock, levels, ports, send } = startActions(40);
    actions.follow(desk);
    ports.event(desk, shows({ level: 20 }));
    for (const _ of [1, 2, 3]) send('+10');
    await clock.advance(100);
    ports.event(desk, shows({ level: 30 }));
    send('+10');
    assert.deepEqual(levels(), [30, 40, 50, 60]);
    ports.event(desk, shows({ level: 60 }));
    ports.event(desk, shows({ level: 10 }));
    send('+10');
    assert.equal(levels().at(-1), 20);
  });

  it('add up while they wait for one and the same read', async () => {
    const { clock, levels, ports, send } = startActions(0);
    ports.answer = () => shows({ level: 20 });
    const all = [send('+10'), send('+10'), send('toggle'), send('on'), send('+5')];
    await settle();
    assert.equal(ports.reads.length, 1);
    assert.equal(levels().at(-1), 45);
    for (const { outcomes } of all) assert.match(outcomes.join(), /^(sent|replaced)$/);
    assert.equal(clock.timers, 0);
  });

  it('add up in an outage, and leave as one', async () => {
    const { actions, channel, clock, levels, ports, send } = startActions(0);
    actions.follow(desk);
    ports.event(desk, shows({ level: 20 }));
    channel.isOpen = false;
    const all = [send('+10'), send('+10'), send('+10')];
    await clock.advance(5_000);
    channel.open();
    await settle();
    assert.deepEqual(levels(), [50]);
    assert.deepEqual(
      all.map(({ outcomes }) => outcomes.join()),
      ['replaced', 'replaced', 'sent'],
    );
  });

  it('do not count a command that came to nothing', async () => {
    const { actions, channel, clock, levels, ports, send } = startActions();
    actions.follow(desk);
    ports.event(desk, shows({ level: 20 }));
    channel.isOpen = false;
    const failed = send('+10', { timeoutMs: 1_000 });
    await clock.advance(1_000);
    assert.deepEqual(failed.outcomes, ['OCHNO_TIMEOUT']);
    channel.open();
    send('+10');
    assert.deepEqual(levels(), [30]);
  });

  it('go by a level that another kind of command has set', async () => {
    const { actions, levels, send } = startActions(0);
    actions.follow(desk);
    send({ lamp: { level: 40 } }, { command: 'device' });
    send('+10');
    send({ id: 'h', data: { portId: 'p1', device: { lamp: { level: 5 } } } }, { command: 'envelope' });
    send('+10');
    await settle();
    assert.deepEqual(levels(), [40, 50, 5, 15]);
  });

  it('never come after a newer command, whichever moment of the look-up that arrives in', async () => {
    for (let turns = 0; turns < 30; turns += 1) {
      const { levels, ports, send } = startActions(0);
      ports.answer = () => shows({ level: 20 });
      const relative = send('+10');
      for (let turn = 0; turn < turns; turn += 1) await undefined;
      send(50);
      await settle();
      assert.equal(levels().at(-1), 50);
      assert.equal(relative.outcomes.join(), levels().length === 2 ? 'sent' : 'replaced');
    }
  });
});
