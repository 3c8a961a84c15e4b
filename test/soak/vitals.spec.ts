import assert from 'node:assert/strict';
import { growth, type Vitals } from './vitals';

const vitals = (timers: readonly string[]): Vitals => ({ heapBytes: 0, sockets: 0, listeners: 0, timers });
const looking = ['missed-events.ts:1', 'rotation.ts:2'];

describe('the pulse of a storm', () => {
  it('takes one timer of each connection from one place for no growth, and more than that for a leak', () => {
    const before = vitals(looking);
    assert.deepEqual(growth(before, vitals([...looking, ...looking, ...looking]), 3), []);
    assert.deepEqual(growth(before, vitals([...looking, ...Array<string>(3).fill('rotation.ts:2')]), 1), []);
    const [leak = ''] = growth(before, vitals([...looking, ...Array<string>(4).fill('rotation.ts:2')]), 1);
    assert.match(leak, /^timers: 2 \(.*\) → 6 \(missed-events.ts:1,rotation.ts:2,rotation.ts:2,/);
  });

  it('names what else has grown', () => {
    const before = vitals([]);
    const after = { ...before, sockets: 5, listeners: 1, heapBytes: 2 ** 30 };
    assert.deepEqual(growth(before, after, 1), ['sockets: 0 → 5', 'listeners: 0 → 1', 'heap: 0.0 MB → 1024.0 MB']);
  });
});
