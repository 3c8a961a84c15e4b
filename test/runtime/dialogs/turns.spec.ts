import assert from 'node:assert/strict';
import { TooManyCalls, Turns } from '../../../nodes/runtime/dialogs/turns';
import { settle } from '../../support/fake-clock';

describe('the calls of dialogs', () => {
  it('E3: work a few at a time, in their order, and the others wait', async () => {
    const turns = new Turns(4, 400);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const calls = Array.from({ length: 300 }, (_, index) =>
      turns.take(async () => {
        begun.push(index);
        await new Promise<void>((resolve) => ends.push(resolve));
        return index;
      }),
    );
    await settle();
    assert.deepEqual(begun, [0, 1, 2, 3]);
    for (let ended = 0; ended < 300; ended += 1) {
      ends[ended]?.();
      await settle();
      assert.ok(begun.length <= ended + 5);
    }
    assert.deepEqual(
      await Promise.all(calls),
      calls.map((_, index) => index),
    );
  });

  it('E3: are refused if too many wait, and taken again afterwards', async () => {
    const turns = new Turns(1, 1);
    let end: () => void = () => undefined;
    const first = turns.take(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    const second = turns.take(() => Promise.reject(new Error('of its own')));
    await assert.rejects(
      turns.take(async () => undefined),
      TooManyCalls,
    );
    end();
    await first;
    await assert.rejects(second, /of its own/);
    assert.equal(await turns.take(async () => 'again'), 'again');
  });
});
