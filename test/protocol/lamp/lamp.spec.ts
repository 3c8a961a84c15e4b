import assert from 'node:assert/strict';
import { findLamp, isLampField, lampRanges } from '../../../src/protocol/lamp/lamp';

describe('the fields of a lamp', () => {
  it("are the contract's, each with its range", () => {
    const ranges = Object.entries(lampRanges).map(([field, { least, most }]) => `${field} ${least}-${most}`);
    assert.deepEqual(ranges.sort(), [
      'altblue 0-255',
      'altgreen 0-255',
      'altlevel 0-100',
      'altred 0-255',
      'alttemp 2700-5700',
      'blue 0-255',
      'green 0-255',
      'level 0-100',
      'red 0-255',
      'temp 2700-5700',
    ]);
  });

  it('are none that an object inherits', () => {
    for (const name of ['toString', '__proto__', 'constructor', 'Level', '']) assert.equal(isLampField(name), false);
  });
});

describe('the lamp in an event', () => {
  const lamp = { level: 40, temp: 3000 };
  const places: [where: string, event: unknown][] = [
    ['data.device.lamp', { id: 'hub1', data: { portId: 'port1', device: { lamp } } }],
    ['device.lamp', { device: { lamp } }],
    ['lamp', { lamp }],
  ];
  for (const [where, event] of places) {
    it(`is found at ${where}`, () => {
      assert.deepEqual(findLamp(event), lamp);
    });
  }

  it('is the first of them that has a field', () => {
    assert.deepEqual(findLamp({ data: { device: { lamp: {} } }, device: { lamp }, lamp: { level: 1 } }), lamp);
    assert.deepEqual(findLamp({ data: { device: { lamp: 'on' } }, lamp }), lamp);
  });

  it('holds its numbers and nothing else', () => {
    const found = findLamp({ lamp: { level: 0, temp: 'warm', altlevel: null, red: 5, mood: 7, on: true } });
    assert.deepEqual(found, { level: 0, red: 5 });
  });

  it('B10: holds numbers that are written as text', () => {
    const found = findLamp({ data: { device: { lamp: { level: '40', temp: ' 3000.0', red: '', mood: '7' } } } });
    assert.deepEqual(found, { level: 40, temp: 3000 });
  });

  for (const event of [
    null,
    undefined,
    5,
    'lamp',
    [],
    {},
    { lamp: null },
    { lamp: [50] },
    { lamp: { level: 'x' } },
    { data: [] },
    { level: 5 },
  ]) {
    it(`is not in ${JSON.stringify(event)}`, () => {
      assert.equal(findLamp(event), undefined);
    });
  }

  it('is never one that the event inherits', () => {
    const inherited: unknown = Object.create({ lamp });
    assert.equal(findLamp(inherited), undefined);
  });
});
