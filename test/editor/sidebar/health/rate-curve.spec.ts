import assert from 'node:assert/strict';
import { curvePoints } from '../../../../nodes/editor/sidebar/health/rate-curve';

describe('the curve of events', () => {
  it('goes from the left to the right, its highest point near the top', () => {
    assert.equal(curvePoints([0, 4, 2]), '0,23 48,1 96,12');
  });

  it('lies on the ground if nothing came, and copes with one value and none', () => {
    assert.equal(curvePoints([0, 0]), '0,23 96,23');
    assert.equal(curvePoints([3]), '0,1');
    assert.equal(curvePoints([]), '');
  });
});
