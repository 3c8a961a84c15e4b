import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  type Action,
  deviceAction,
  differencesFrom,
  envelopeAction,
  lampAction,
} from '../../../src/protocol/lamp/action';
import type { PortAddress } from '../../../src/protocol/topics/address';

const address: PortAddress = { company: 'r2d2i5b43', location: 'loc1', hub: 'hub1', port: 'port1' };

function showsValues(event: unknown, action: Action): boolean {
  return differencesFrom(event, action).length === 0;
}

describe('an event that confirms an action', () => {
  const lamp = lampAction(address, { level: 10, temp: 3000 });
  const device = deviceAction(address, { fan: { target1: 5 }, list: [1, { a: 2 }], on: null });
  const fan = deviceAction(address, { fan: { target1: 33.3 } });
  const envelope = envelopeAction(address, { id: 'x', data: { portId: 'p', scene: 'night', steps: [] } });

  const cases: [what: string, event: unknown, action: Action, doesShow: boolean][] = [
    ['the values at data.device', { id: 'hub1', data: { device: { lamp: { level: 10, temp: 3000 } } } }, lamp, true],
    ['the values at device', { device: { lamp: { level: 10, temp: 3000 } } }, lamp, true],
    ['the values at the top level', { lamp: { temp: 3000, level: 10 } }, lamp, true],
    ['more than the values', { t: 1, lamp: { level: 10.0, temp: 3000, altlevel: 4 }, fan: {} }, lamp, true],
    [
      'the values in the second place',
      { data: { device: { lamp: { level: 9 } } }, device: { lamp: { level: 10, temp: 3000 } } },
      lamp,
      true,
    ],
    ['a part of the values', { lamp: { level: 10 } }, lamp, false],
    ['its parts in two places', { lamp: { level: 10 }, device: { lamp: { temp: 3000 } } }, lamp, false],
    ['another level', { lamp: { level: 12, temp: 3000 } }, lamp, false],
    ['another temperature', { lamp: { level: 10, temp: 3031 } }, lamp, false],
    ['darkness', { lamp: { level: 0, temp: 3000 } }, lamp, false],
    ["the lamp's own steps (B3)", { lamp: { level: 11, temp: 2970 } }, lamp, true],
    ['numbers as text (B10)', { lamp: { level: '10', temp: '3003.0' } }, lamp, true],
    ['other text', { lamp: { level: 'ten', temp: 3000 } }, lamp, false],
    ['what a whole number is made of (B3)', { device: { fan: { target1: 33 } } }, fan, true],
    ['another whole number', { device: { fan: { target1: 35 } } }, fan, false],
    ['something else', { sensor: { motion: true } }, lamp, false],
    ['a lamp that is not an object', { lamp: 10 }, lamp, false],
    ['null', null, lamp, false],
    ['text', 'lamp', lamp, false],
    ['an array', [], lamp, false],
    ['deep-equal others', { device: { fan: { target1: 5, rpm1: 900 }, list: [1, { a: 2 }], on: null } }, device, true],
    ['an array with more in it', { device: { fan: { target1: 5 }, list: [1, { a: 2 }, 3], on: null } }, device, false],
    [
      'an array whose item has more in it',
      { device: { fan: { target1: 5 }, list: [1, { a: 2, b: 1 }], on: null } },
      device,
      false,
    ],
    ['nothing where null was sent', { device: { fan: { target1: 5 }, list: [1, { a: 2 }] } }, device, false],
    ["an envelope's data", { data: { portId: 'other', scene: 'night', steps: [], x: 1 } }, envelope, true],
    ["an envelope's data at the top level", { scene: 'night', steps: [] }, envelope, true],
    ['other data', { data: { scene: 'day', steps: [] } }, envelope, false],
    ['data that is not an object', { data: 5 }, envelopeAction(address, { id: 1, data: 5 }), true],
    ['other data that is not an object', { data: 6 }, envelopeAction(address, { id: 1, data: 5 }), false],
  ];
  for (const [what, event, action, doesShow] of cases) {
    it(`${doesShow ? 'may show' : 'does not show'} ${what}`, () => {
      assert.equal(showsValues(event, action), doesShow);
    });
  }

  it('names the data of an envelope that is not an object', () => {
    const action = envelopeAction(address, { id: 1, data: null });
    assert.deepEqual(differencesFrom({ data: 6 }, action), [{ property: 'data', wanted: null, shown: 6 }]);
  });

  it('does not inherit what it shows', () => {
    assert.equal(showsValues(JSON.parse('{"__proto__":{"lamp":{"level":10,"temp":3000}}}'), lamp), false);
    assert.equal(showsValues({}, deviceAction(address, JSON.parse('{"__proto__":{}}'))), false);
  });

  it('may be the action itself, whatever it sets', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (values) => {
        const action = deviceAction(address, values);
        assert.ok(showsValues(JSON.parse(action.payload), action));
      }),
    );
  });
});
