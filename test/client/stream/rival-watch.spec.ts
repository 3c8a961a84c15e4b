import assert from 'node:assert/strict';
import { RivalWatch } from '../../../src/client/stream/rival-watch';

describe('the watch for another client of our id', () => {
  it('tells of it after three connections in a row that ended soon', () => {
    const rivals = new RivalWatch();
    assert.deepEqual(
      [rivals.ended(100, true), rivals.ended(29_999, true), rivals.ended(0, true)],
      [false, false, true],
    );
  });

  it('tells of it once, then counts anew', () => {
    const rivals = new RivalWatch();
    for (let n = 0; n < 3; n += 1) rivals.ended(0, true);
    assert.equal(rivals.ended(0, true), false);
  });

  for (const [what, between] of [
    ['lived for half a minute', (rivals: RivalWatch) => rivals.ended(30_000, true)],
    ['ended for another reason', (rivals: RivalWatch) => rivals.ended(0, false)],
    ['lived until it was replaced', (rivals: RivalWatch) => rivals.outlived()],
  ] as const) {
    it(`begins again after a connection that ${what}`, () => {
      const rivals = new RivalWatch();
      for (let n = 0; n < 2; n += 1) rivals.ended(0, true);
      between(rivals);
      assert.equal(rivals.ended(0, true), false);
    });
  }
});
