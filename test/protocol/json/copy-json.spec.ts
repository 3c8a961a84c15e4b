import assert from 'node:assert/strict';
import fc from 'fast-check';
import { copyJson } from '../../../src/protocol/json/copy-json';

/** Every object and array in a value. */
function partsOf(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(partsOf)];
}

describe('a copy of parsed JSON', () => {
  it('equals the original and shares nothing with it', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const original: unknown = JSON.parse(text);
        const copy = copyJson(original);
        assert.deepEqual(copy, original);
        assert.equal(JSON.stringify(copy), JSON.stringify(original));
        const parts = new Set(partsOf(original));
        assert.ok(partsOf(copy).every((part) => !parts.has(part)));
      }),
      { numRuns: 500 },
    );
  });

  for (const value of [0, -1.5, '', 'x', true, null]) {
    it(`of ${JSON.stringify(value)} is the value itself`, () => {
      assert.equal(copyJson(value), value);
    });
  }

  it('keeps its type', () => {
    const copy: { level: number } = copyJson({ level: 5 });
    assert.equal(copy.level, 5);
  });

  it('takes a property called __proto__ for what it is', () => {
    const copy: object = copyJson(JSON.parse('{"__proto__":{"polluted":true}}'));
    assert.deepEqual(Object.keys(copy), ['__proto__']);
    assert.equal(Object.getPrototypeOf(copy), Object.prototype);
    assert.equal(Reflect.get(copy, 'polluted'), undefined);
  });

  it('can be made 500 levels deep', () => {
    const deep: unknown = JSON.parse(`${'[{"a":'.repeat(250)}1${'}]'.repeat(250)}`);
    assert.deepEqual(copyJson(deep), deep);
  });
});
