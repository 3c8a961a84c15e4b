import assert from 'node:assert/strict';
import { AgedValue } from '../../../src/client/time/aged-value';
import { systemClock } from '../../../src/client/time/clock';
import { FakeClock, settle } from '../../support/fake-clock';

describe('a value of which each caller says how old it may be', () => {
  let clock: FakeClock;
  let reads: { resolve(value: string): void; reject(error: Error): void }[];
  let aged: AgedValue<string>;

  beforeEach(() => {
    clock = new FakeClock();
    reads = [];
    aged = new AgedValue(() => new Promise<string>((resolve, reject) => reads.push({ resolve, reject })), clock);
  });

  const readOnce = async (value: string): Promise<void> => {
    const got = aged.get(0);
    await settle();
    reads.at(-1)?.resolve(value);
    await got;
  };

  it('is read once for all who wait, and given without reading while it is young enough', async () => {
    const all = [aged.get(0), aged.get(1000), aged.get(60_000)];
    await settle();
    reads[0]?.resolve('a');
    assert.deepEqual(await Promise.all(all), ['a', 'a', 'a']);
    await clock.advance(999);
    assert.equal(await aged.get(1000), 'a');
    assert.equal(reads.length, 1);
    await clock.advance(1);
    aged.get(1000);
    await settle();
    assert.equal(reads.length, 2);
    assert.equal(aged.kept, 'a');
  });

  it('is read again for who may not have what a reading under way began too early for, one reading at a time', async () => {
    const first = aged.get(0);
    await clock.advance(10);
    const second = [aged.get(0), aged.get(5)];
    await settle();
    assert.equal(reads.length, 1);
    reads[0]?.resolve('a');
    assert.equal(await first, 'a');
    await settle();
    assert.equal(reads.length, 2);
    reads[1]?.resolve('b');
    assert.deepEqual(await Promise.all(second), ['b', 'b']);
  });

  it('A15: is read once more, not once for each, for those who asked one after another while it was read', async () => {
    let nowMs = 0;
    // A real clock goes on between any two looks at it.
    const monotonicMs = (): number => {
      nowMs += 0.01;
      return nowMs;
    };
    let count = 0;
    const read = async (): Promise<number> => {
      await settle();
      count += 1;
      return count;
    };
    const value = new AgedValue(read, { ...systemClock, monotonicMs });
    const asked = [value.get(0)];
    await Promise.resolve();
    for (let n = 0; n < 20; n += 1) asked.push(value.get(0));
    assert.deepEqual(await Promise.all(asked), [1, ...Array<number>(20).fill(2)]);
  });

  it('fails for all who wait, keeps what it had, and is not asked at once again by who is not in a hurry', async () => {
    await readOnce('a');
    await clock.advance(60_000);
    const failing = assert.rejects(aged.get(1000), /gone/);
    await settle();
    reads[1]?.reject(new Error('gone'));
    await failing;
    await assert.rejects(aged.get(1000), /gone/);
    assert.equal(reads.length, 2);
    assert.equal(aged.kept, 'a');
    const urgent = aged.get(0);
    await settle();
    reads[2]?.resolve('b');
    assert.equal(await urgent, 'b');
  });
});
