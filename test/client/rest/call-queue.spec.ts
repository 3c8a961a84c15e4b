import assert from 'node:assert/strict';
import { CallQueue } from '../../../src/client/rest/call-queue';
import { settle } from '../../support/fake-clock';

const never = new AbortController().signal;

describe('the queue of calls', () => {
  it('runs as many at once as it may, in the order they came', async () => {
    const queue = new CallQueue(2);
    const ends: (() => void)[] = [];
    const started: number[] = [];
    const all = [0, 1, 2, 3, 4].map((number) =>
      queue.run(() => {
        started.push(number);
        return new Promise<number>((resolve) => ends.push(() => resolve(number)));
      }, never),
    );
    await settle();
    assert.deepEqual(started, [0, 1]);
    ends[1]?.();
    await settle();
    assert.deepEqual(started, [0, 1, 2]);
    for (let index = 0; index < 5; index += 1) {
      ends[index]?.();
      await settle();
    }
    assert.deepEqual(await Promise.all(all), [0, 1, 2, 3, 4]);
  });

  it('goes on after calls that fail, with throws too', async () => {
    const queue = new CallQueue(1);
    const failing = queue.run(() => Promise.reject(new Error('one')), never);
    const throwing = queue.run(() => {
      throw new Error('two');
    }, never);
    const good = queue.run(async () => 'three', never);
    await assert.rejects(failing, /one/);
    await assert.rejects(throwing, /two/);
    assert.equal(await good, 'three');
  });

  it('leaves out a call that was given up while it waited', async () => {
    const queue = new CallQueue(1);
    const { signal, abort } = withAbort();
    let end = (): void => undefined;
    const first = queue.run(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
      never,
    );
    let ran = false;
    const second = queue.run(async () => {
      ran = true;
    }, signal);
    const third = queue.run(async () => 'third', never);
    abort(new Error('given up'));
    await assert.rejects(second, /given up/);
    await settle();
    end();
    await first;
    assert.equal(await third, 'third');
    assert.equal(ran, false);
    await assert.rejects(
      queue.run(async () => {
        ran = true;
      }, signal),
      /given up/,
    );
    assert.equal(ran, false);
  });
});

function withAbort(): { signal: AbortSignal; abort: (reason: Error) => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
}
