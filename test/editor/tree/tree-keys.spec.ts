import assert from 'node:assert/strict';
import { treeMove } from '../../../nodes/editor/tree/tree-keys';

/** Two branches, the first one open, with a leaf under a branch of its own. */
const rows = [
  { depth: 1, expanded: true },
  { depth: 2, expanded: true },
  { depth: 3 },
  { depth: 3 },
  { depth: 1, expanded: false },
];

describe('the keys of a tree', () => {
  const moves: readonly (readonly [string, number, object])[] = [
    ['ArrowDown', 0, { to: 1 }],
    ['ArrowDown', 4, { to: 4 }],
    ['ArrowUp', 0, { to: 0 }],
    ['ArrowUp', 3, { to: 2 }],
    ['PageDown', 1, { to: 4 }],
    ['PageUp', 2, { to: 0 }],
    ['Home', 3, { to: 0 }],
    ['End', 0, { to: 4 }],
    ['ArrowRight', 4, { expand: true }],
    ['ArrowRight', 0, { to: 1 }],
    ['ArrowRight', 2, { to: 2 }],
    ['ArrowLeft', 1, { expand: false }],
    ['ArrowLeft', 3, { to: 1 }],
    ['ArrowLeft', 4, { to: 0 }],
  ];
  for (const [key, at, move] of moves) {
    it(`${key} at row ${at} is ${JSON.stringify(move)}`, () => assert.deepEqual(treeMove(key, rows, at, 3), move));
  }

  it('are no others', () => assert.equal(treeMove('a', rows, 0, 3), undefined));
});
