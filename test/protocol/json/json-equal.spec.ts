import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { equalJson } from '../../../src/protocol/json/json-equal';

const json = (text: string): unknown => JSON.parse(text);

describe('two values of JSON', () => {
  const equal: [one: string, other: string][] = [
    ['{"a":1,"b":[{}]}', '{"b":[{}],"a":1}'],
    ['0', '-0'],
    ['1.0', '1'],
    ['null', 'null'],
    ['{"__proto__":1}', '{"__proto__":1}'],
  ];
  for (const [one, other] of equal) {
    it(`${one} and ${other} are equal`, () => {
      assert.ok(equalJson(json(one), json(other)));
    });
  }

  const different: [one: string, other: string][] = [
    ['1', '"1"'],
    ['null', '{}'],
    ['null', '0'],
    ['[]', '{}'],
    ['["a"]', '{"0":"a"}'],
    ['[1,2]', '[2,1]'],
    ['[1]', '[1,null]'],
    ['{"a":1}', '{"a":1,"b":null}'],
    ['{"a":null}', '{"b":null}'],
    ['{"a":{"b":1}}', '{"a":{"b":2}}'],
    ['{"__proto__":1}', '{"toString":1}'],
    ['{}', '{"__proto__":{}}'],
  ];
  for (const [one, other] of different) {
    it(`${one} and ${other} differ, either way round`, () => {
      assert.ok(!equalJson(json(one), json(other)));
      assert.ok(!equalJson(json(other), json(one)));
    });
  }

  it("are equal where Node's own comparison says so", () => {
    const small = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.parse(JSON.stringify(value).replaceAll('-0', '0')));
    fc.assert(
      fc.property(small, small, (one, other) => {
        assert.equal(equalJson(one, other), isDeepStrictEqual(one, other));
        assert.ok(equalJson(one, JSON.parse(JSON.stringify(one))));
      }),
      { numRuns: 1000 },
    );
  });
});
