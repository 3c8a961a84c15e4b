import assert from 'node:assert/strict';
import { coversProperties, type PortSetting, WaitingCommands } from '../../../src/client/commands/waiting-commands';

interface Named extends PortSetting {
  readonly name: string;
}

function command(name: string, topic: string, ...properties: string[]): Named {
  return { name, topic, properties };
}

function names(commands: Iterable<Named>): string {
  return [...commands].map(({ name }) => name).join(' ');
}

describe('WaitingCommands', () => {
  it('keeps the order in which commands came', () => {
    const waiting = new WaitingCommands<Named>();
    for (const name of ['c', 'a', 'b']) waiting.add(command(name, name, 'level'));
    assert.equal(names(waiting), 'c a b');
    assert.equal(waiting.size, 3);
  });

  it('gives a newer command the place of the one it replaces', () => {
    const waiting = new WaitingCommands<Named>();
    waiting.add(command('old', 'p1', 'level'));
    waiting.add(command('other', 'p2', 'level'));
    assert.equal(names(waiting.add(command('new', 'p1', 'level', 'temp'))), 'old');
    assert.equal(names(waiting), 'new other');
  });

  it('keeps a command that sets something the newer one does not', () => {
    const waiting = new WaitingCommands<Named>();
    waiting.add(command('both', 'p1', 'level', 'temp'));
    assert.equal(names(waiting.add(command('level', 'p1', 'level'))), '');
    assert.equal(names(waiting), 'both level');
  });

  it('puts a newer command last where an older one that stays sets one of its properties', () => {
    const waiting = new WaitingCommands<Named>();
    waiting.add(command('first', 'p1', 'level', 'red'));
    waiting.add(command('second', 'p1', 'level', 'temp'));
    assert.equal(names(waiting.add(command('third', 'p1', 'level', 'red'))), 'first');
    assert.equal(names(waiting), 'second third');
  });

  it('replaces several at once, in the place of the first', () => {
    const waiting = new WaitingCommands<Named>();
    waiting.add(command('level', 'p1', 'level'));
    waiting.add(command('other', 'p2', 'level'));
    waiting.add(command('temp', 'p1', 'temp'));
    assert.equal(names(waiting.add(command('both', 'p1', 'level', 'temp'))), 'level temp');
    assert.equal(names(waiting), 'both other');
    assert.equal(names(waiting.onTopic('p1')), 'both');
  });

  it('forgets what is removed, once', () => {
    const waiting = new WaitingCommands<Named>();
    const only = command('only', 'p1', 'level');
    waiting.add(only);
    waiting.remove(only);
    waiting.remove(only);
    assert.equal(waiting.size, 0);
    assert.deepEqual(waiting.onTopic('p1'), []);
    assert.equal(names(waiting.add(command('next', 'p1', 'level'))), '');
  });

  it('can lose commands while it is gone through', () => {
    const waiting = new WaitingCommands<Named>();
    for (const name of ['a', 'b', 'c']) waiting.add(command(name, name, 'level'));
    const seen: string[] = [];
    for (const item of waiting) {
      seen.push(item.name);
      waiting.remove(item);
    }
    assert.equal(seen.join(' '), 'a b c');
    assert.equal(waiting.size, 0);
  });
});

describe('coversProperties', () => {
  it('never calls a command that sets nothing known superfluous', () => {
    assert.equal(coversProperties(['level'], []), false);
    assert.equal(coversProperties([], []), false);
    assert.equal(coversProperties(['level', 'temp'], ['temp']), true);
    assert.equal(coversProperties(['level'], ['level', 'temp']), false);
  });
});
