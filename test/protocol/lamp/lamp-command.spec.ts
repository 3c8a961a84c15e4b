import assert from 'node:assert/strict';
import vm from 'node:vm';
import fc from 'fast-check';
import { type LampField, lampRanges } from '../../../src/protocol/lamp/lamp';
import { type LampCommand, parseLampCommand } from '../../../src/protocol/lamp/lamp-command';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { ochnoError } from '../../support/ochno-errors';

const shown = (value: unknown): string => {
  if (Buffer.isBuffer(value)) return 'a Buffer';
  if (typeof value === 'object' || typeof value === 'string') return JSON.stringify(value);
  return `${typeof value} ${String(value)}`;
};
const level = (percent: number): LampCommand => ({ kind: 'set', fields: { level: percent } });

describe('a lamp value', () => {
  const good: [value: unknown, command: LampCommand][] = [
    [0, level(0)],
    [100, level(100)],
    [33.3, level(33.3)],
    [-0, level(0)],
    ['0', level(0)],
    ['50', level(50)],
    [' 50 ', level(50)],
    ['007', level(7)],
    ['12.5', level(12.5)],
    ['.5', level(0.5)],
    [true, { kind: 'on' }],
    ['on', { kind: 'on' }],
    [' On\n', { kind: 'on' }],
    [false, level(0)],
    ['off', level(0)],
    ['OFF', level(0)],
    ['toggle', { kind: 'toggle' }],
    ['Toggle', { kind: 'toggle' }],
    ['+10', { kind: 'relative', delta: 10 }],
    ['-10', { kind: 'relative', delta: -10 }],
    ['-0.5', { kind: 'relative', delta: -0.5 }],
    ['+1000', { kind: 'relative', delta: 1000 }],
    [{ level: 0 }, level(0)],
    [
      { temp: 2700, alttemp: 5700 },
      { kind: 'set', fields: { temp: 2700, alttemp: 5700 } },
    ],
    [
      { red: 0, green: 255, blue: 1.5 },
      { kind: 'set', fields: { red: 0, green: 255, blue: 1.5 } },
    ],
    [
      { altlevel: 1, altred: 2, altgreen: 3, altblue: 4 },
      { kind: 'set', fields: { altlevel: 1, altred: 2, altgreen: 3, altblue: 4 } },
    ],
    [
      { level: 50, transition: 2.5 },
      { kind: 'set', fields: { level: 50 }, transitionMs: 2500 },
    ],
    [
      { temp: 3000, red: 1, transition: 86400 },
      { kind: 'set', fields: { temp: 3000, red: 1 }, transitionMs: 86_400_000 },
    ],
    [{ level: 50, transition: 0 }, level(50)],
    [Object.assign(Object.create(null), { level: 5 }), level(5)],
    [vm.runInNewContext('({ level: 5 })'), level(5)],
  ];
  const asText: [value: unknown, command: LampCommand][] = [
    [
      { level: '40', temp: ' 3000 ' },
      { kind: 'set', fields: { level: 40, temp: 3000 } },
    ],
    [
      { level: '12.5', transition: '2' },
      { kind: 'set', fields: { level: 12.5 }, transitionMs: 2000 },
    ],
  ];
  for (const [value, command] of asText) {
    it(`B10: may hold its numbers as text: ${shown(value)}`, () => {
      assert.deepEqual(parseLampCommand(value), command);
    });
  }

  for (const [value, command] of good) {
    it(`may be ${shown(value)}`, () => {
      assert.deepEqual(parseLampCommand(value), command);
    });
  }

  const bad: [value: unknown, message: RegExp][] = [
    [101, /level can't be 101; it is a number from 0 to 100 %/],
    [-1, /level can't be -1/],
    [Number.NaN, /level can't be NaN/],
    [Number.POSITIVE_INFINITY, /level can't be Infinity/],
    ['101', /level can't be 101.*from 0 to 100/],
    ['', /can't be set to ""/],
    [' ', /can't be set to " "/],
    ['bright', /"bright"; give a level from 0 to 100/],
    ['50%', /"50%"/],
    ['0x10', /"0x10"/],
    ['1e1', /"1e1"/],
    ['5.', /"5\."/],
    ['+5.', /"\+5\."/],
    ['5,5', /"5,5"/],
    ['NaN', /"NaN"/],
    ['Infinity', /"Infinity"/],
    ['true', /"true"/],
    ['+', /"\+"/],
    ['++5', /"\+\+5"/],
    ['+ 5', /"\+ 5"/],
    ['-', /"-"/],
    [`+${'9'.repeat(400)}`, /can't be set to/],
    ['9'.repeat(400), /can't be set to/],
    ['{"level":5}', /can't be set to/],
    [null, /set to null/],
    [undefined, /set to undefined/],
    [[], /set to an array/],
    [[50], /set to an array/],
    [Buffer.from('50'), /set to a Buffer/],
    [new Date(0), /set to a Date/],
    [new Map([['level', 5]]), /set to a Map/],
    [new Number(5), /set to a Number object/],
    [() => 5, /set to a function/],
    [Symbol('x'), /set to a symbol/],
    [5n, /set to 5n/],
    [{}, /object without fields/],
    [{ level: 101 }, /level can't be 101; it is a number from 0 to 100 %/],
    [{ level: '50%' }, /level can't be "50%"; it is a number/],
    [{ level: '0x10' }, /level can't be "0x10"/],
    [{ level: '101' }, /level can't be "101"/],
    [{ level: '+10' }, /level can't be "\+10"/],
    [{ level: null }, /level can't be null/],
    [{ level: undefined }, /level can't be undefined/],
    [{ level: Number.NaN }, /level can't be NaN/],
    [{ level: true }, /level can't be true/],
    [{ level: 50, temp: 2699 }, /temp can't be 2699; it is a number from 2700 to 5700 K/],
    [{ temp: 5701 }, /temp can't be 5701/],
    [{ alttemp: 1 }, /alttemp can't be 1; .*2700 to 5700 K/],
    [{ altlevel: 100.1 }, /altlevel can't be 100.1/],
    [{ red: 256 }, /red can't be 256; it is a number from 0 to 255$/],
    [{ altblue: -1 }, /altblue can't be -1/],
    [{ level: 5, mood: 1 }, /no field "mood"; its fields are level, temp, red/],
    [{ Level: 5 }, /no field "Level"/],
    [{ '': 5 }, /no field ""/],
    [JSON.parse('{"__proto__":5,"level":5}'), /no field "__proto__"/],
    [{ toString: 5 }, /no field "toString"/],
    [{ transition: 5 }, /needs a "level" or "temp"/],
    [{ transition: 0 }, /needs a "level" or "temp"/],
    [{ red: 5, transition: 5 }, /needs a "level" or "temp"/],
    [{ level: 5, transition: -1 }, /transition can't be -1; it is a number from 0 to 86400 seconds/],
    [{ level: 5, transition: 86_401 }, /transition can't be 86401/],
    [{ level: 5, transition: Number.POSITIVE_INFINITY }, /transition can't be Infinity/],
    [{ level: 5, transition: 'x' }, /transition can't be "x"/],
    [{ level: 5, transition: undefined }, /transition can't be undefined/],
  ];
  for (const [value, message] of bad) {
    it(`can't be ${shown(value).slice(0, 40)}`, () => {
      assert.throws(() => parseLampCommand(value), ochnoError('OCHNO_VALUE', message));
    });
  }

  it('is either understood within its ranges or refused with OCHNO_VALUE, whatever it is', () => {
    const field = fc.constantFrom<string>(...Object.keys(lampRanges), 'transition', 'x');
    const number = fc.oneof(fc.double(), fc.integer({ min: -1, max: 6000 }));
    const text = fc.oneof(
      fc.string(),
      number.map(String),
      number.map((value) => `+${value}`),
    );
    const fields = fc.dictionary(field, number, { maxKeys: 4, noNullPrototype: false });
    fc.assert(
      fc.property(fc.oneof(number, text, fields, fc.anything()), (value) => {
        let command: LampCommand;
        try {
          command = parseLampCommand(value);
        } catch (error) {
          assert.ok(error instanceof OchnoError && error.code === 'OCHNO_VALUE');
          return;
        }
        if (command.kind === 'relative') assert.ok(Number.isFinite(command.delta));
        if (command.kind !== 'set') return;
        assert.ok(Object.keys(command.fields).length > 0);
        for (const [name, set] of Object.entries(command.fields)) {
          const { least, most } = lampRanges[name as LampField];
          assert.ok(set >= least && set <= most, `${name} ${set}`);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('is understood if it is an object of any fields in range', () => {
    const inRange = Object.fromEntries(
      Object.entries(lampRanges).map(([name, { least, most }]) => [
        name,
        fc.double({ min: least, max: most, noNaN: true }),
      ]),
    );
    fc.assert(
      fc.property(fc.record(inRange, { requiredKeys: [], noNullPrototype: true }), (fields) => {
        fc.pre(Object.keys(fields).length > 0);
        const command = parseLampCommand(fields);
        assert.deepEqual(command, { kind: 'set', fields: JSON.parse(JSON.stringify(fields)) });
      }),
    );
  });
});
