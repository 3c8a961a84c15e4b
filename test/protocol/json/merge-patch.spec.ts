import assert from 'node:assert/strict';
import { mergePatch } from '../../../src/protocol/json/merge-patch';
import { ochnoError } from '../../support/ochno-errors';

describe('a merge patch', () => {
  // RFC 7396, appendix A
  const cases: [target: string, patch: string, result: string][] = [
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ];
  for (const [target, patch, result] of cases) {
    it(`${patch} on ${target} gives ${result}`, () => {
      assert.deepEqual(mergePatch(JSON.parse(target), JSON.parse(patch)), JSON.parse(result));
    });
  }

  it('changes neither the target nor the patch', () => {
    const target = { a: { b: 1 }, c: [1] };
    const patch = { a: { d: 2 }, c: null };
    mergePatch(target, patch);
    assert.deepEqual(
      [target, patch],
      [
        { a: { b: 1 }, c: [1] },
        { a: { d: 2 }, c: null },
      ],
    );
  });

  it('reaches no prototype', () => {
    const patch: unknown = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"a":{"__proto__":{"polluted":1}}}',
    );
    const merged = mergePatch({ a: {} }, patch);
    assert.equal(JSON.stringify(merged), '{"a":{},"constructor":{"prototype":{"polluted":1}}}');
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    assert.equal(Object.getPrototypeOf(merged), Object.prototype);
  });

  it('inherits nothing from the target', () => {
    assert.deepEqual(mergePatch({}, { toString: { a: 1 } }), { toString: { a: 1 } });
  });

  it('is refused when it is nested too deep for any object', () => {
    const deep: unknown = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
    assert.throws(() => mergePatch({}, deep), ochnoError('OCHNO_VALUE', /nested/));
  });
});
