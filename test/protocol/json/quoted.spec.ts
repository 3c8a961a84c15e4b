import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { messageOf, quoted, reasonOf } from '../../../src/protocol/json/quoted';

describe('a quoted value', () => {
  const cases: [value: unknown, shown: string][] = [
    ['desk', '"desk"'],
    ['say "hi"\n', '"say \\"hi\\"\\n"'],
    ['\u2028\u202e\u009b', '"\\u2028\\u202e\\u009b"'],
    ['x'.repeat(61), `"${'x'.repeat(60)}…"`],
    [5, '5'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [undefined, 'undefined'],
    [{ password: 'x' }, 'an object'],
    [['x'], 'an array'],
    [() => 1, 'a function'],
    [40n, '40n'],
    [Symbol('x'), 'a symbol'],
    [Buffer.from('x'), 'a Buffer'],
    [new Date(), 'a Date'],
    [runInNewContext('new Map()'), 'a Map'],
    [new TypeError('no'), 'an Error'],
    [new Number(5), 'a Number object'],
    [Object.create({ level: 5 }), 'a class instance'],
    [runInNewContext('new (class Lamp {})()'), 'a class instance'],
    [Object.create(null), 'an object'],
    [new Proxy({}, { get: () => assert.fail('read') }), 'an object'],
  ];
  for (const [value, shown] of cases) {
    it(`is ${shown.slice(0, 20)}`, () => {
      assert.equal(quoted(value), shown);
    });
  }

  it('of what was thrown is the first line of its message, whatever realm it is from', () => {
    assert.equal(messageOf(new RangeError('too much\nof it')), 'too much');
    assert.equal(messageOf(runInNewContext('new Error("of a flow")')), 'of a flow');
    assert.equal(messageOf('text'), '"text"');
  });

  it('of what was thrown has no full stop where it is a part of another sentence', () => {
    assert.equal(reasonOf(new Error('The account was closed.')), 'The account was closed');
    assert.equal(reasonOf(new Error('no answer')), 'no answer');
  });
});
