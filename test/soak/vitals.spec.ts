import assert from 'node:assert/strict';
import { growth, type Vitals } from './vitals';

const vitals = (timers: readonly string[]): Vitals => ({ heapBytes: 0, sockets: 0, listeners: 0, timers });
const timers = (count: number, place = 'rotation.ts:2'): readonly string[] => Array<string>(count).fill(place);
const looks = (count: number): readonly string[] => timers(count, 'missed-events.ts:1');

describe('the pulse of a storm', () => {
  it('allows three timers more, and names who has set them if there are others', () => {
    const before = vitals(timers(1));
    assert.deepEqual(growth(before, vitals([...timers(3), ...looks(1)]), 1), []);
    const [leak = ''] = growth(before, vitals([...timers(4), ...looks(1)]), 1);
    assert.match(leak, /^timers: 1 \(rotation.ts:2\) → 5 \(rotation.ts:2,.*,missed-events.ts:1\)$/);
  });

  it('does not count that connections beside the first look for what was kept, once each', () => {
    const before = vitals(timers(3));
    assert.deepEqual(growth(before, vitals([...timers(5), ...looks(3)]), 3), []);
    assert.equal(growth(before, vitals([...timers(6), ...looks(3)]), 3).length, 1);
    assert.equal(growth(before, vitals([...timers(3), ...looks(6)]), 3).length, 1);
  });

  it('does not count that they tell by two more what comes twice meanwhile', () => {
    const before = vitals(timers(3));
    const meanwhile = [...looks(2), ...timers(4, 'patient-time.ts:1')];
    assert.deepEqual(growth(before, vitals([...timers(6), ...meanwhile]), 3), []);
    assert.equal(growth(before, vitals([...timers(7), ...meanwhile]), 3).length, 1);
    assert.equal(growth(before, vitals([...timers(6), ...meanwhile]), 2).length, 1);
  });

  it('names what else has grown', () => {
    const before = vitals([]);
    const after = { ...before, sockets: 5, listeners: 1, heapBytes: 2 ** 30 };
    assert.deepEqual(growth(before, after, 1), ['sockets: 0 → 5', 'listeners: 0 → 1', 'heap: 0.0 MB → 1024.0 MB']);
  });
});
