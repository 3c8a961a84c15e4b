import assert from 'node:assert/strict';
import vm from 'node:vm';
import fc from 'fast-check';
import { deviceAction, envelopeAction, lampAction } from '../../../src/protocol/lamp/action';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { PortAddress } from '../../../src/protocol/topics/address';
import { ochnoError } from '../../support/ochno-errors';

const address: PortAddress = { company: 'r2d2i5b43', location: 'loc1', hub: 'hub1', port: 'port1' };
const topic = '/action/r2d2i5b43/loc1/hub1/port1';

function cyclic(): object {
  const object: Record<string, unknown> = {};
  object.self = object;
  return object;
}

const deep = (depth: number): unknown => JSON.parse(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);

describe('an action', () => {
  it('sets the lamp in the envelope that the platform documents', () => {
    const action = lampAction(address, { level: 10 });
    assert.equal(action.payload, '{"id":"hub1","data":{"portId":"port1","device":{"lamp":{"level":10}}}}');
    assert.equal(action.topic, topic);
    assert.deepEqual(action.address, address);
    assert.deepEqual(action.sent, { level: 10 });
    assert.deepEqual(action.properties, ['lamp.level']);
  });

  it('puts a device under data.device as it is', () => {
    const device = { lamp: { level: 10, mood: 'x' }, fan: { target1: 50 }, list: [{ a: 1 }], empty: {}, none: null };
    const action = deviceAction(address, device);
    assert.deepEqual(JSON.parse(action.payload), { id: 'hub1', data: { portId: 'port1', device } });
    assert.deepEqual(action.sent, device);
    assert.deepEqual(action.properties, ['lamp.level', 'lamp.mood', 'fan.target1', 'list', 'empty', 'none']);
  });

  it('sends an envelope as it is, whatever else is in it', () => {
    const text = '{"z":[1],"id":"other","data":{"constructor":{"prototype":1},"device":{"__proto__":{"a":1}}},"t":5}';
    const action = envelopeAction(address, JSON.parse(text));
    assert.equal(action.payload, text);
    assert.equal(JSON.stringify(action.sent), text);
    assert.equal(action.topic, topic);
    assert.equal(Reflect.get({}, 'a'), undefined);
  });

  it('takes objects of function nodes, which are of another realm', () => {
    assert.deepEqual(deviceAction(address, vm.runInNewContext('({ fan: { target1: 5 } })')).sent, {
      fan: { target1: 5 },
    });
  });

  it('is not changed by what a flow does to its value later, nor by what is done to what was sent', () => {
    const device = { lamp: { level: 10 } };
    const envelope = { id: 'hub1', data: { device: { lamp: { level: 10 } } } };
    const fields = { level: 10 };
    const actions = [deviceAction(address, device), envelopeAction(address, envelope), lampAction(address, fields)];
    const before = actions.map(({ envelope, payload }) => [JSON.stringify(envelope), payload]);
    device.lamp.level = 99;
    envelope.data.device.lamp.level = 99;
    fields.level = 99;
    for (const { sent } of actions) for (const key of Object.keys(sent)) Reflect.deleteProperty(sent, key);
    assert.deepEqual(
      actions.map(({ envelope, payload }) => [JSON.stringify(envelope), payload]),
      before,
    );
  });

  for (const make of [deviceAction, envelopeAction]) {
    const bad: [what: string, value: unknown, why: RegExp][] = [
      ['null', null, /it is null, but a plain object is needed/],
      ['undefined', undefined, /undefined/],
      ['an array', [], /an array/],
      ['text', '{"id":1,"data":{}}', /"\{\\"id/],
      ['a number', 5, /it is 5/],
      ['a Buffer', Buffer.from('{}'), /a Buffer/],
      ['a date', new Date(0), /object/],
      ['a Map', new Map(), /object/],
      ['a cycle', cyclic(), /written as JSON/],
      ['a BigInt in it', { id: 1, data: 5n }, /written as JSON/],
      ['NaN in it', { id: 1, data: { level: Number.NaN } }, /"level" is NaN/],
      ['an infinite number in it', { id: 1, data: { level: Number.NEGATIVE_INFINITY } }, /"level" is -Infinity/],
      ['a toJSON that makes text of it', { id: 1, data: 1, toJSON: () => 'x' }, /toJSON/],
      ['a toJSON that makes nothing of it', { id: 1, data: 1, toJSON: () => undefined }, /toJSON/],
      ['more than 500 levels deep', { id: 1, data: deep(500) }, /nested/],
      ['20 000 levels deep', { id: 1, data: deep(20_000) }, /can't be sent/],
      [
        'more than 128 KiB',
        { id: 1, data: 'å'.repeat(65_536) },
        /131\d\d\d bytes, and the broker takes 131072 at most/,
      ],
    ];
    for (const [what, value, why] of bad) {
      it(`of ${make === deviceAction ? 'a device' : 'an envelope'} can't be ${what}`, () => {
        assert.throws(() => make(address, value), ochnoError('OCHNO_VALUE', why));
      });
    }
  }

  it('of an envelope needs id and data', () => {
    assert.throws(() => envelopeAction(address, { id: 'x' }), ochnoError('OCHNO_VALUE', /no data/));
    assert.throws(() => envelopeAction(address, { data: {} }), ochnoError('OCHNO_VALUE', /no id/));
    assert.throws(() => envelopeAction(address, { id: undefined, data: 1 }), ochnoError('OCHNO_VALUE', /no id/));
  });

  it('has at most 128 KiB', () => {
    const rest = Buffer.byteLength(deviceAction(address, { x: '' }).payload);
    const largest = deviceAction(address, { x: 'y'.repeat(131_072 - rest) });
    assert.equal(Buffer.byteLength(largest.payload), 131_072);
    const larger = { x: 'y'.repeat(131_073 - rest) };
    assert.throws(() => deviceAction(address, larger), ochnoError('OCHNO_VALUE', /131073 bytes/));
  });

  it('goes to no other topic than that of its address', () => {
    for (const hub of ['', '+', '#', 'a/b', 'x\0', '../x']) {
      const wrong = { ...address, hub };
      assert.throws(() => lampAction(wrong, { level: 1 }), ochnoError('OCHNO_VALUE', /hub/));
      assert.throws(() => deviceAction(wrong, {}), ochnoError('OCHNO_VALUE', /hub/));
      assert.throws(() => envelopeAction(wrong, { id: 1, data: 1 }), ochnoError('OCHNO_VALUE', /hub/));
    }
  });

  it('is made or refused with OCHNO_VALUE, whatever the value is', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
        for (const make of [deviceAction, envelopeAction]) {
          try {
            const action = make(address, value);
            assert.deepEqual(JSON.parse(action.payload), JSON.parse(JSON.stringify(action.envelope)));
          } catch (error) {
            assert.ok(error instanceof OchnoError && error.code === 'OCHNO_VALUE', String(error));
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the properties of an action', () => {
  const of = (envelope: object): readonly string[] => envelopeAction(address, envelope).properties;

  it('of an envelope are those of its device, like those of a device or lamp', () => {
    const device = { lamp: { level: 10, temp: 3000 } };
    const expected = ['lamp.level', 'lamp.temp'];
    assert.deepEqual(lampAction(address, device.lamp).properties, expected);
    assert.deepEqual(deviceAction(address, device).properties, expected);
    assert.deepEqual(of({ id: 'hub1', data: { portId: 'port1', device } }), expected);
    assert.deepEqual(of({ id: 'hub1', data: { device } }), expected);
  });

  it('name what an envelope holds beside its device, so that no command for the device supersedes it', () => {
    const envelope = { id: 'hub1', data: { device: { lamp: { level: 1 } }, reboot: true }, scene: { name: 'x' } };
    assert.deepEqual([...of(envelope)].sort(), ['/data.reboot', '/scene.name', 'lamp.level']);
    assert.deepEqual(of({ id: 'hub1', data: { portId: 'port1', reboot: true } }), ['/data.reboot']);
    assert.deepEqual(of({ id: 'hub1', data: 5 }), ['/data']);
    assert.deepEqual(of({ id: 'hub1', data: { device: 'off' } }), ['/data.device']);
  });

  it('tell an envelope for another hub or port from one for this', () => {
    const device = { lamp: { level: 1 } };
    const lists = [
      of({ id: 'hub1', data: { portId: 'port1', device } }),
      of({ id: 'hub2', data: { portId: 'port1', device } }),
      of({ id: 'hub1', data: { portId: 'port2', device } }),
    ];
    assert.equal(new Set(lists.map(String)).size, 3);
  });

  it('are none if nothing is set', () => {
    assert.deepEqual(deviceAction(address, {}).properties, []);
  });

  it('do not confuse a dot in a name with a step', () => {
    const properties = deviceAction(address, { 'a.b': 1, a: { b: 1 }, '/a': 1, 'a\\': { b: 1 } }).properties;
    assert.equal(new Set(properties).size, 4);
    assert.ok(properties.includes('a.b'));
  });
});
