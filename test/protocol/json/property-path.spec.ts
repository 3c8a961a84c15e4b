import assert from 'node:assert/strict';
import { parsePropertyPath, valueAt } from '../../../src/protocol/json/property-path';
import { ochnoError } from '../../support/ochno-errors';

const event: unknown = JSON.parse(
  '{"data":{"device":{"types":["lamp","sensor"],"lamp":{"level":0},"none":null,"å b":1},"sensor":{"pm2.5":12,"a\\"b":3,"it\'s":4,"c]d":5},"payload":6},"":2,"7":"seven"}',
);

describe('a property path', () => {
  const found: [path: string, value: unknown][] = [
    ['data.device.lamp.level', 0],
    ['data.device.lamp', { level: 0 }],
    ['data.device.types.1', 'sensor'],
    ['data.device.none', null],
    ['data.device.å b', 1],
    ['7', 'seven'],
    ['data.device.types[0]', 'lamp'],
    ['data["device"]["types"][1]', 'sensor'],
    ["data['device'].lamp.level", 0],
    ['["data"].device.lamp.level', 0],
    ['[7]', 'seven'],
    ['[""]', 2],
    ['data.sensor["pm2.5"]', 12],
    ['data.sensor["a\\"b"]', 3],
    ["data.sensor['it\\'s']", 4],
    ['data.sensor["c]d"]', 5],
    ['payload.data.device.lamp.level', 0],
    ['payload["data"].device.types[0]', 'lamp'],
    ['msg.payload.data.sensor["pm2.5"]', 12],
    ['data.payload', 6],
    ['payload', event],
  ];
  for (const [path, value] of found) {
    it(`D3: finds ${path}`, () => {
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

  it('finds nothing in what is not an object', () => {
    for (const data of [5, 'text', null, undefined, true]) assert.equal(valueAt(data, ['length']).found, false);
  });

  it('of no steps finds the whole', () => {
    assert.deepEqual(valueAt(event, []), { found: true, value: event });
  });

  const unusable = [
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    ' a',
    'a .b',
    '.pm2.5',
    'payload.',
    'msg.payload.',
    'payload..a',
  ].concat(
    [
      'types[',
      'types]',
      'types[]',
      'types[01]',
      'types[-1]',
      'types[a]',
      'types[1',
      'types["a]',
      'types["a\']',
      'a.[0]',
    ],
    ['a[0]b', 'a["b"]c', 'a[ 0 ]', 'a["b"'],
  );
  for (const path of unusable) {
    it(`can't be ${JSON.stringify(path)}`, () => {
      assert.throws(() => parsePropertyPath(path), ochnoError('OCHNO_VALUE', /The property/));
    });
  }
});
