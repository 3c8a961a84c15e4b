import assert from 'node:assert/strict';
import { freeSpot } from '../../../../nodes/editor/sidebar/flow/free-spot';

const seen = { x: 1000, y: 600, width: 900, height: 600 };

describe('where nodes are placed without a pointer', () => {
  it('is in sight, on the grid', () => {
    assert.deepEqual(freeSpot(seen, [], 1), { x: 1460, y: 800 });
  });

  it('is on no other node, however many there are', () => {
    const taken = [{ x: 1000, y: 800 }];
    for (let node = 0; node < 30; node += 1) {
      const spot = freeSpot(seen, taken, 1);
      assert.ok(taken.every(({ x, y }) => Math.abs(x - spot.x) >= 160 || Math.abs(y - spot.y) >= 40));
      taken.push(spot);
    }
  });

  it('has room for all that are placed together', () => {
    assert.deepEqual(freeSpot(seen, [{ x: 1460, y: 880 }], 2), { x: 1460, y: 800 });
    assert.deepEqual(freeSpot(seen, [{ x: 1460, y: 880 }], 3), { x: 1460, y: 920 });
  });
});
