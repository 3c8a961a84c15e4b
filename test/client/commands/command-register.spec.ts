import assert from 'node:assert/strict';
import { CommandRegister, isSuperfluous, WaitingQueue } from '../../../src/client/commands/command-register';
import { PendingSubmission } from '../../../src/client/commands/submission';

function command(name: string, topic: string, ...properties: string[]): PendingSubmission {
  return new PendingSubmission({ topic, properties, payload: name, deadlineMs: 0 });
}

function names(commands: Iterable<PendingSubmission>): string {
  return [...commands].map(({ submission }) => submission.payload).join(' ');
}

describe('WaitingQueue', () => {
  it('keeps the order in which commands came', () => {
    const waiting = new WaitingQueue();
    for (const name of ['c', 'a', 'b']) waiting.add(command(name, name, 'level'));
    assert.equal(names(waiting), 'c a b');
    assert.equal(waiting.size, 3);
  });

  it('gives a newer command the place of the one it replaces', () => {
    const waiting = new WaitingQueue();
    waiting.add(command('old', 'p1', 'level'));
    waiting.add(command('other', 'p2', 'level'));
    assert.equal(names(waiting.add(command('new', 'p1', 'level', 'temp'))), 'old');
    assert.equal(names(waiting), 'new other');
  });

  it('keeps a command that sets something the newer one does not', () => {
    const waiting = new WaitingQueue();
    waiting.add(command('both', 'p1', 'level', 'temp'));
    assert.equal(names(waiting.add(command('level', 'p1', 'level'))), '');
    assert.equal(names(waiting), 'both level');
  });

  it('puts a newer command last where an older one that stays sets one of its properties', () => {
    const waiting = new WaitingQueue();
    waiting.add(command('first', 'p1', 'level', 'red'));
    waiting.add(command('second', 'p1', 'level', 'temp'));
    assert.equal(names(waiting.add(command('third', 'p1', 'level', 'red'))), 'first');
    assert.equal(names(waiting), 'second third');
  });

  it('replaces several at once, in the place of the first', () => {
    const waiting = new WaitingQueue();
    waiting.add(command('level', 'p1', 'level'));
    waiting.add(command('other', 'p2', 'level'));
    waiting.add(command('temp', 'p1', 'temp'));
    assert.equal(names(waiting.add(command('both', 'p1', 'level', 'temp'))), 'level temp');
    assert.equal(names(waiting), 'both other');
    assert.equal(names(waiting.onTopic('p1')), 'both');
  });

  it('forgets what is removed, once', () => {
    const waiting = new WaitingQueue();
    const only = command('only', 'p1', 'level');
    waiting.add(only);
    waiting.remove(only);
    waiting.remove(only);
    assert.equal(waiting.size, 0);
    assert.deepEqual(waiting.onTopic('p1'), []);
    assert.equal(names(waiting.add(command('next', 'p1', 'level'))), '');
  });

  it('can lose commands while it is gone through', () => {
    const waiting = new WaitingQueue();
    for (const name of ['a', 'b', 'c']) waiting.add(command(name, name, 'level'));
    const seen: string[] = [];
    for (const item of waiting) {
      seen.push(item.submission.payload);
      waiting.remove(item);
    }
    assert.equal(seen.join(' '), 'a b c');
    assert.equal(waiting.size, 0);
  });
});

describe('a command at its port', () => {
  const cases: [own: string[], newer: string[], isSuperfluous: boolean][] = [
    [['level'], ['level', 'temp'], true],
    [['level', 'temp'], ['level'], false],
    [['level', 'temp'], ['temp', 'level'], true],
    [['level'], ['red'], false],
    [[], ['level'], false],
    [[], [], false],
  ];
  for (const [own, newer, expected] of cases) {
    const what = `with ${own.join(' and ') || 'nothing known'} left to do`;
    it(`${what}, is ${expected ? '' : 'not '}superfluous after ${newer.join(' and ') || 'nothing'}`, () => {
      assert.equal(isSuperfluous({ properties: own }, new Set(newer)), expected);
    });
  }
});

describe('CommandRegister', () => {
  function start() {
    const register = new CommandRegister();
    const told: string[] = [];
    const enter = (name: string, topic: string, ...properties: string[]): (() => void) =>
      register.enter(topic, register.arrive(), {
        properties,
        replace: () => told.push(`${name} replaced`),
        narrow: (newer) => told.push(`${name} without ${newer.join(' ')}`),
      });
    return { register, told, enter };
  }

  it('ends what came before on the same port, and narrows what has something left to do', () => {
    const { register, told, enter } = start();
    enter('fade', 'p1', 'level');
    enter('confirmation', 'p1', 'level', 'temp');
    enter('elsewhere', 'p2', 'level');
    register.supersede('p1', register.arrive(), ['level']);
    assert.deepEqual(told, ['fade replaced', 'confirmation without level']);
  });

  it('lets nothing that came before end what came after', () => {
    const { register, told, enter } = start();
    const arrival = register.arrive();
    enter('newer', 'p1', 'level');
    register.supersede('p1', arrival, ['level']);
    assert.deepEqual(told, []);
  });

  it('forgets what has left', () => {
    const { register, told, enter } = start();
    const leave = enter('fade', 'p1', 'level');
    leave();
    leave();
    register.supersede('p1', register.arrive(), ['level']);
    assert.deepEqual(told, []);
  });
});
