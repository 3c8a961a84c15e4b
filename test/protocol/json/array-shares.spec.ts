import assert from 'node:assert/strict';
import fc from 'fast-check';
import { arrayShares } from '../../../src/protocol/json/array-shares';

/** Every item of every share, or `undefined` if that is not the JSON of an array. */
function readShares(text: string): { readonly items: readonly unknown[]; readonly shares: number } | undefined {
  const items: unknown[] = [];
  let shares = 0;
  for (const share of arrayShares(Buffer.from(text))) {
    if (share === undefined) return undefined;
    try {
      items.push(...JSON.parse(share.toString()));
    } catch {
      return undefined;
    }
    shares += 1;
  }
  return { items, shares };
}

/** Items so long that a few of them fill a share. */
const long = 'x'.repeat(50_000);

describe('the shares of a JSON array', () => {
  it('hold its items in their order, however it is written', () => {
    const item = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(long, [long, ']', '"'], { '},\\"[': long }));
    const gap = fc.constantFrom(0, 1, '\r\n\t ');
    fc.assert(
      fc.property(fc.array(item, { maxLength: 12 }), gap, (items, space) => {
        const text = `${JSON.stringify(items, undefined, space)} \n`;
        assert.deepEqual(readShares(text)?.items, JSON.parse(text));
      }),
      { numRuns: 60 },
    );
  });

  it('are several if it is long, and one if it is short or empty', () => {
    assert.equal(readShares(JSON.stringify(Array(12).fill(long)))?.shares, 4);
    assert.equal(readShares('[1, 2]')?.shares, 1);
    assert.deepEqual(readShares('\ufeff [ ] ')?.items, []);
  });

  it('are not to be had of what is not an array to its end', () => {
    const item = `"${'x'.repeat(140_000)}"`;
    const broken = ['', '7', '{"a":[1]}', '[', '[1', '[1]]', '[1] 2', '[1}', '["]', '[1,]', '[,1]', '[{]}]'];
    const cut = [`[${item},]`, `[${item}, ]`, `[${item},,1]`, `[${item},1`, `[${item},1}`, `[${item}`, `[${item},"]`];
    for (const text of [...broken, ...cut]) {
      assert.throws(() => JSON.parse(text).map(String));
      assert.equal(readShares(text), undefined, text.slice(0, 9));
    }
  });
});
