import assert from 'node:assert/strict';
import { CallQueue, NamedQueues, TooManyCalls } from '../../../src/client/time/call-queue';
import { settle } from '../../support/fake-clock';

describe('the queue of calls', () => {
  it('runs as many at once as it may, in the order they came', async () => {
    const queue = new CallQueue(2);
    const ends: (() => void)[] = [];
    const started: number[] = [];
    const all = [0, 1, 2, 3, 4].map((number) =>
      queue.run(() => {
        started.push(number);
        return new Promise<number>((resolve) => ends.push(() => resolve(number)));
      }),
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
    const failing = queue.run(() => Promise.reject(new Error('one')));
    const throwing = queue.run(() => {
      throw new Error('two');
    });
    const good = queue.run(async () => 'three');
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
    );
    let ran = false;
    const second = queue.run(async () => {
      ran = true;
    }, signal);
    const third = queue.run(async () => 'third');
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

  it('E3: of three hundred runs a few at a time, and the others wait', async () => {
    const queue = new CallQueue(4, 400);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const calls = Array.from({ length: 300 }, (_, index) =>
      queue.run(async () => {
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

  it('E3: refuses one more if too many wait, and takes it again afterwards', async () => {
    const queue = new CallQueue(1, 1);
    let end: () => void = () => undefined;
    const first = queue.run(
      () =>
        new Promise<void>((resolve) => {
          end = resolve;
        }),
    );
    const second = queue.run(() => Promise.reject(new Error('of its own')));
    await assert.rejects(
      queue.run(async () => undefined),
      TooManyCalls,
    );
    end();
    await first;
    await assert.rejects(second, /of its own/);
    assert.equal(await queue.run(async () => 'again'), 'again');
  });
});

describe('the queues of calls by name', () => {
  it('run those of one name one after the other, also after one that fails, and those of others meanwhile', async () => {
    const queues = new NamedQueues();
    const log: string[] = [];
    let end = (): void => undefined;
    const call = (name: string): Promise<void> => {
      log.push(name);
      return new Promise((_resolve, reject) => {
        end = () => reject(new Error(name));
      });
    };
    const first = assert.rejects(
      queues.run('a', () => call('first')),
      /first/,
    );
    const second = queues.run('a', async () => log.push('second'));
    await queues.run('b', async () => log.push('other'));
    assert.deepEqual(log, ['first', 'other']);
    end();
    await first;
    await second;
    assert.deepEqual(log, ['first', 'other', 'second']);
  });
});

function withAbort(): { signal: AbortSignal; abort: (reason: Error) => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
}
