import assert from 'node:assert/strict';
import { FadePace } from '../../../src/client/commands/fade-pace';
import { FakeClock } from '../../support/fake-clock';

function start() {
  const clock = new FakeClock();
  const pace = new FadePace(clock);
  const taken: string[] = [];
  const wait = (name: string, endMs = 60_000): (() => void) => pace.wait({ endMs, take: () => taken.push(name) });
  return { clock, taken, wait };
}

describe('FadePace', () => {
  it('lets the first go at once, and the others in turn', async () => {
    const { clock, taken, wait } = start();
    for (const name of ['a', 'b', 'c']) wait(name);
    assert.deepEqual(taken, ['a']);
    await clock.advance(30);
    assert.deepEqual(taken, ['a', 'b']);
    await clock.advance(30);
    assert.deepEqual(taken, ['a', 'b', 'c']);
    assert.equal(clock.timers, 0);
  });

  it('gives fewer than fifty turns in any second', async () => {
    const { clock, taken, wait } = start();
    for (let index = 0; index < 200; index += 1) wait(`${index}`);
    await clock.advance(1_000);
    assert.ok(taken.length > 40 && taken.length < 50, `${taken.length}`);
  });

  it('lets a last step go before the others', async () => {
    const { clock, taken, wait } = start();
    for (const name of ['a', 'b', 'c']) wait(name);
    wait('last', 10);
    await clock.advance(30);
    assert.deepEqual(taken, ['a', 'last']);
  });

  it('lets a last step go that has waited too long, whatever the pace', async () => {
    const { clock, taken, wait } = start();
    for (let index = 0; index < 300; index += 1) wait(`${index}`, 0);
    await clock.advance(5_100);
    assert.equal(taken.length, 300);
    assert.equal(clock.timers, 0);
  });

  it('forgets a turn that is withdrawn', async () => {
    const { clock, taken, wait } = start();
    wait('a');
    const withdraw = wait('b');
    withdraw();
    assert.equal(clock.timers, 0);
    wait('c');
    await clock.advance(1_000);
    assert.deepEqual(taken, ['a', 'c']);
  });
});
