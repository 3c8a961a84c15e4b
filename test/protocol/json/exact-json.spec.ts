import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExactNumber, parseExactly, writeExactly } from '../../../src/protocol/json/exact-json';

describe('JSON with every digit', () => {
  const numbers = [
    '1152921504606846977',
    '-9007199254740993',
    '123456789012345678901234567890',
    '0.1234567890123456789',
    '1e400',
    '9007199254740993.0',
  ];
  for (const digits of numbers) {
    it(`C1: keeps ${digits}`, () => {
      const text = `{"hwId":${digits},"list":[${digits},1]}`;
      const value = parseExactly(text);
      assert.deepEqual(value, { hwId: new ExactNumber(digits), list: [new ExactNumber(digits), 1] });
      assert.equal(writeExactly(value), text);
    });
  }

  it('C1: leaves alone what JavaScript holds, whatever it is written like', () => {
    const text =
      '{"a":[1,-0,1.50,1e3,0.1,5E-2,9007199254740991,100000000000000000000,1.0],"b":null,"c":"9007199254740993"}';
    assert.deepEqual(parseExactly(text), JSON.parse(text));
  });

  it('C1: is not misled by text that looks like what it marks numbers with', () => {
    const value = { '\u0001': '\u00015', a: ['\u0001', '\u0001\u0001', '12 "34"', '\\'], 'x:1': '":9007199254740993' };
    assert.deepEqual(parseExactly(JSON.stringify(value)), value);
  });

  it('C1: reads and writes any JSON as JavaScript does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        assert.deepEqual(parseExactly(text), JSON.parse(text));
        assert.equal(writeExactly(parseExactly(text)), JSON.stringify(JSON.parse(text)));
      }),
    );
  });
});
