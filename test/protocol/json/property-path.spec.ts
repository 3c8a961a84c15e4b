import assert from 'node:assert/strict';
import { parsePropertyPath, valueAt } from '../../../src/protocol/json/property-path';
import { ochnoError } from '../../support/ochno-errors';

const event: unknown = JSON.parse(
  '{"data":{"device":{"types":["lamp","sensor"],"lamp":{"level":0},"none":null,"å b":1}},"":2,"7":"seven"}',
);

describe('a property path', () => {
  const found: [path: string, value: unknown][] = [
    ['data.device.lamp.level', 0],
    ['data.device.lamp', { level: 0 }],
    ['data.device.types.1', 'sensor'],
    ['data.device.none', null],
    ['data.device.å b', 1],
    ['7', 'seven'],
  ];
  for (const [path, value] of found) {
    it(`finds ${path}`, () => {
      assert.deepEqual(valueAt(event, parsePropertyPath(path)), { found: true, value });
    });
  }

  for (const path of [
    'lamp',
    'data.device.lamp.level.x',
    'data.device.none.x',
    'data.device.types.2',
    'data.device.types.01',
    'data.device.types.-1',
    'data.device.types.length',
    'data.device.types.map',
    'toString',
    'constructor',
    'data.constructor.prototype',
    '__proto__',
    'data.__proto__.toString',
  ]) {
    it(`finds nothing at ${path}`, () => {
      assert.equal(valueAt(event, parsePropertyPath(path)).found, false);
    });
  }

  it('finds nothing in what is no object', () => {
    for (const data of [5, 'text', null, undefined, true]) assert.equal(valueAt(data, ['length']).found, false);
  });

  it('of no steps finds the whole', () => {
    assert.deepEqual(valueAt(event, []), { found: true, value: event });
  });

  for (const path of ['', '.', 'a.', '.a', 'a..b', ' a', 'a .b', 'types[0]', "data['device']"]) {
    it(`can't be ${JSON.stringify(path)}`, () => {
      assert.throws(() => parsePropertyPath(path), ochnoError('OCHNO_VALUE', /The property/));
    });
  }
});
