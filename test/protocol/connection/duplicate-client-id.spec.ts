import assert from 'node:assert/strict';
import { DuplicateClientIdDetector } from '../../../src/protocol/connection/duplicate-client-id';

describe('the detector of duplicate client ids', () => {
  let detector: DuplicateClientIdDetector;

  beforeEach(() => {
    detector = new DuplicateClientIdDetector();
  });

  it('suspects after two quick closes in good order, and sees three as repeated', () => {
    assert.equal(detector.closed(5_000, 'with a word', 0), false);
    assert.equal(detector.closed(5_000, 'with a word', 0), true);
    assert.equal(detector.isRepeated, false);
    detector.closed(5_000, 'with a word', 0);
    assert.ok(detector.isRepeated);
  });

  it('takes a close without a word on the WebSocket for half as telling', () => {
    const suspected = [1, 2, 3, 4].map(() => detector.closed(5_000, 'without a word', 0));
    assert.deepEqual(suspected, [false, false, false, true]);
  });

  it('begins to count anew after a connection that lasted, broke, or was replaced in its time', () => {
    const ends: (() => void)[] = [
      () => detector.closed(30_000, 'with a word', 0),
      () => detector.closed(1, 'otherwise', 0),
      () => detector.outlived(),
    ];
    for (const end of ends) {
      detector.closed(5_000, 'with a word', 0);
      end();
      assert.equal(detector.closed(5_000, 'with a word', 0), false);
      detector.outlived();
    }
  });

  it('leaves it for ten minutes once it was found out', () => {
    detector.settled(0);
    for (let close = 0; close < 5; close += 1) assert.equal(detector.closed(5_000, 'with a word', 599_999), false);
    assert.equal(detector.closed(5_000, 'with a word', 600_000), true);
  });

  it('wants a witness to outlive the connection that was closed', () => {
    assert.ok(detector.mustOutliveMs(20_000) > 20_000);
    assert.ok(detector.mustOutliveMs(0) >= 1_000);
  });
});
