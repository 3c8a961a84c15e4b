import assert from 'node:assert/strict';
import { PublishTurns } from './publish-turns';

describe('the turns of publishing', () => {
  it('let events of one QoS go together, and those of the other wait for them', async () => {
    const turns = new PublishTurns();
    const begun: string[] = [];
    const ends = new Map<string, () => void>();
    const publish = (name: string, qos: 0 | 1): Promise<void> =>
      turns.run(qos, () => {
        begun.push(name);
        return new Promise((resolve) => ends.set(name, resolve));
      });
    const all = [publish('a1', 1), publish('b1', 1), publish('c0', 0), publish('d1', 1)];
    const turn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));
    await turn();
    assert.deepEqual(begun, ['a1', 'b1']);
    ends.get('b1')?.();
    await turn();
    assert.deepEqual(begun, ['a1', 'b1']);
    ends.get('a1')?.();
    await turn();
    assert.deepEqual(begun, ['a1', 'b1', 'c0']);
    ends.get('c0')?.();
    await turn();
    ends.get('d1')?.();
    await Promise.all(all);
    assert.deepEqual(begun, ['a1', 'b1', 'c0', 'd1']);
  });

  it('go on after one that failed, and cost no more for many', async () => {
    const turns = new PublishTurns();
    const results = await Promise.allSettled(
      Array.from({ length: 20_000 }, (_, index) =>
        turns.run(index % 2 === 0 ? 0 : 1, () =>
          index === 5 ? Promise.reject(new Error('no')) : Promise.resolve(index),
        ),
      ),
    );
    assert.equal(results.filter(({ status }) => status === 'rejected').length, 1);
  });
});
