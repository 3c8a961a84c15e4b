import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readPayload } from '../../../src/protocol/stream/port-event';

function read(text: string | Buffer): unknown {
  const reading = readPayload(typeof text === 'string' ? Buffer.from(text) : text);
  if (!reading.ok) throw reading.error;
  return reading.data;
}

function problemOf(text: string | Buffer): string {
  const reading = readPayload(typeof text === 'string' ? Buffer.from(text) : text);
  assert.ok(!reading.ok, 'it was readable');
  assert.equal(reading.error.code, 'OCHNO_PAYLOAD');
  return reading.error.message;
}

const nested = (depth: number, open = '[', close = ']'): string => open.repeat(depth) + close.repeat(depth);

describe("an event's payload", () => {
  for (const [text, data] of [
    [
      '{"id":"hub1","data":{"device":{"lamp":{"level":10}}}}',
      { id: 'hub1', data: { device: { lamp: { level: 10 } } } },
    ],
    ['5', 5],
    ['"x"', 'x'],
    ['null', null],
    ['false', false],
    [' [1,\n2] ', [1, 2]],
    ['"\ufffd"', '\ufffd'],
    ['"å漢🙂"', 'å漢🙂'],
    ['"\\ud800"', '\ud800'],
    ['{"a":1,"a":2}', { a: 2 }],
    ['1e308', 1e308],
    ['-1.5e-400', -0],
    ['{"e1":"1e999"}', { e1: '1e999' }],
  ] as const) {
    it(`may be ${JSON.stringify(text)}`, () => {
      assert.deepEqual(read(text), data);
    });
  }

  it('may be anything that JSON can hold', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        const expected = JSON.parse(text, (key, value) => {
          if (key === '__proto__') return undefined;
          return value;
        });
        assert.deepEqual(read(text), expected);
      }),
      { numRuns: 500 },
    );
  });

  const bad: [what: string, payload: string | Buffer, problem: RegExp][] = [
    ['nothing', '', /it is empty/],
    ['a word', 'hello', /not JSON \(5 bytes: "hello"\)/],
    ['half an object', '{"a":', /not JSON/],
    ['NaN', 'NaN', /not JSON/],
    ['HTML', '<html></html>', /not JSON/],
    ['a byte order mark within JSON', '{\ufeff}', /not JSON/],
    ['rubbish of 120 kB', Buffer.alloc(120_000, 0xa7), /not UTF-8/],
    ['a string cut within a character', Buffer.from('"å"').subarray(0, 2), /not UTF-8/],
    ['a bad byte in a string', Buffer.from([0x22, 0xff, 0x22]), /not UTF-8/],
    ['a surrogate written as UTF-8', Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), /not UTF-8/],
    ['a number beyond all numbers', '{"a":[1e400]}', /number too large/],
    ['its negative', '-1E+0400', /number too large/],
    ['one of 400 digits', `[0,${'9'.repeat(400)}]`, /number too large/],
    ['one of 300 digits and an exponent', `[${'9'.repeat(300)}e99]`, /number too large/],
  ];
  for (const [what, payload, problem] of bad) {
    it(`is unreadable if it is ${what}`, () => {
      assert.match(problemOf(payload), problem);
    });
  }

  it('C14: is read behind a byte order mark, as over REST', () => {
    assert.deepEqual(readPayload(Buffer.from('\ufeff{"a":"å"}')), { ok: true, data: { a: 'å' } });
  });

  it('is shown shortened and on one line if it is unreadable', () => {
    const message = problemOf(`\r\n\u2028${'x'.repeat(100_000)}`);
    assert.ok(message.length < 300, message);
    assert.match(message, /^[\x20-\x7e…]+$/);
  });

  it('may be nested 500 deep and no deeper', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const innermost = open === '[' ? '' : '0';
      const text = (depth: number): string => open.repeat(depth) + innermost + close.repeat(depth);
      assert.doesNotThrow(() => read(text(500)));
      assert.match(problemOf(text(501)), /nested more than 500 deep/);
    }
  });

  it('is refused 20 000 levels deep, closed or not, without running out of stack', () => {
    assert.match(problemOf(nested(20_000)), /nested/);
    assert.match(problemOf('['.repeat(60_000)), /nested/);
    assert.match(problemOf('{"a":'.repeat(20_000)), /nested/);
  });

  it('may hold any number of brackets beside each other or in strings', () => {
    const rows = JSON.stringify(Array.from({ length: 5000 }, (_, n) => ({ n, list: [n] })));
    assert.equal((read(rows) as unknown[]).length, 5000);
    const brackets = `["${'['.repeat(1000)}\\"${'{'.repeat(1000)}\\\\"]`;
    assert.deepEqual(read(brackets), JSON.parse(brackets));
  });
});

describe('properties called __proto__', () => {
  const spellings = [
    '__proto__',
    '\\u005f_proto__',
    '\\u005F\\u005F\\u0070\\u0072\\u006f\\u0074\\u006F__',
    '__pro\\u0074o__',
  ];
  for (const name of spellings) {
    it(`are left out at every level, written as ${name}`, () => {
      const data = read(`{"a":1,"${name}":{"polluted":true},"list":[{"${name}":[],"b":{"${name}":0,"c":2}}]}`);
      assert.deepEqual(data, { a: 1, list: [{ b: { c: 2 } }] });
      assert.equal(JSON.stringify(data), '{"a":1,"list":[{"b":{"c":2}}]}');
      assert.equal(Reflect.get({}, 'polluted'), undefined);
    });
  }

  it('do not take anything else with them', () => {
    const text = '{"__proto__x":1,"constructor":{"prototype":{"x":1}},"\\u00e5":"__proto__"}';
    assert.deepEqual(read(text), JSON.parse(text));
  });
});
