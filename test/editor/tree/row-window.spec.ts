import assert from 'node:assert/strict';
import { rowWindow, scrollTopFor } from '../../../nodes/editor/tree/row-window';

describe('the rows in sight', () => {
  it('are few, however many there are', () => {
    assert.deepEqual(rowWindow(0, 260, 26, 10_000), { from: 0, to: 17 });
    assert.deepEqual(rowWindow(26 * 5000, 260, 26, 10_000), { from: 4994, to: 5017 });
    assert.deepEqual(rowWindow(26 * 9_999, 260, 26, 10_000), { from: 9993, to: 10_000 });
    assert.deepEqual(rowWindow(26 * 500, 0, 26, 3), { from: 0, to: 3 });
    assert.deepEqual(rowWindow(-5, 260, 26, 0), { from: 0, to: 0 });
  });

  it('come into sight with the shortest scroll', () => {
    assert.equal(scrollTopFor(3, 0, 260, 26), 0);
    assert.equal(scrollTopFor(10, 0, 260, 26), 26);
    assert.equal(scrollTopFor(2, 260, 260, 26), 52);
  });
});
