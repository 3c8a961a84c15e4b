import assert from 'node:assert/strict';
import { Deadlines } from '../../../src/client/time/deadlines';
import { FakeClock } from '../../support/fake-clock';

function start() {
  const clock = new FakeClock();
  const due: string[] = [];
  const deadlines = new Deadlines<string>(clock, (item) => due.push(`${item} at ${clock.monotonicMs()}`));
  return { clock, deadlines, due };
}

describe('Deadlines', () => {
  it('calls each item at its time, with one timer for all', async () => {
    const { clock, deadlines, due } = start();
    for (const [item, dueMs] of [
      ['late', 300],
      ['early', 100],
      ['middle', 200],
      ['also early', 100],
    ] as const) {
      deadlines.set(item, dueMs);
    }
    assert.equal(clock.timers, 1);
    await clock.advance(1_000);
    assert.deepEqual(due, ['early at 100', 'also early at 100', 'middle at 200', 'late at 300']);
    assert.equal(clock.timers, 0);
  });

  it('forgets what is removed, and leaves no timer after the last', async () => {
    const { clock, deadlines, due } = start();
    deadlines.set('gone', 100);
    deadlines.set('stays', 200);
    deadlines.remove('gone');
    await clock.advance(150);
    assert.deepEqual(due, []);
    deadlines.remove('stays');
    deadlines.remove('stays');
    assert.equal(clock.timers, 0);
    deadlines.set('next', 400);
    await clock.advance(1_000);
    assert.deepEqual(due, ['next at 400']);
  });

  it('takes a time that is over, and one that is set anew', async () => {
    const { clock, deadlines, due } = start();
    await clock.advance(500);
    deadlines.set('over', 100);
    deadlines.set('moved', 600);
    deadlines.set('moved', 700);
    await clock.advance(1_000);
    assert.deepEqual(due, ['over at 500', 'moved at 700']);
  });

  it('bears what is set while others are due', async () => {
    const clock = new FakeClock();
    const due: string[] = [];
    const deadlines: Deadlines<string> = new Deadlines(clock, (item) => {
      due.push(item);
      if (due.length < 4) deadlines.set(`${item}+`, clock.monotonicMs() + 100);
    });
    deadlines.set('a', 100);
    deadlines.set('b', 150);
    await clock.advance(1_000);
    assert.deepEqual(due, ['a', 'b', 'a+', 'b+', 'a++']);
    assert.equal(clock.timers, 0);
  });
});
