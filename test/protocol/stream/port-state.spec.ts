import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mergePortState } from '../../../src/protocol/stream/port-state';

const lamp = {
  id: 'hub1',
  data: { portId: 'p', connected: true, device: { types: ['lamp'], vid: 1, lamp: { level: 40, temp: 3000 } } },
};

describe('the state of a port', () => {
  it('takes in what an event changed and keeps the rest', () => {
    const state = mergePortState(lamp, { id: 'hub1', data: { device: { lamp: { level: 10 } } } });
    assert.deepEqual(state, {
      ...lamp,
      data: { ...lamp.data, device: { ...lamp.data.device, lamp: { level: 10, temp: 3000 } } },
    });
  });

  it('forgets a device that was unplugged', () => {
    const state = mergePortState(lamp, { data: { connected: false } });
    assert.deepEqual(state, { id: 'hub1', data: { portId: 'p', connected: false } });
  });

  it('keeps nothing of a device when another is plugged in', () => {
    const laptop = { types: ['computer'], vid: 2, power: { watt: 40 } };
    assert.deepEqual(Object(mergePortState(lamp, { data: { connected: true, device: laptop } })).data.device, laptop);
  });

  it('is the event itself if that is not an object, or nothing was known', () => {
    assert.equal(mergePortState(lamp, 7), 7);
    assert.deepEqual(mergePortState(undefined, { a: 1 }), { a: 1 });
    assert.deepEqual(mergePortState([1], { a: 1 }), { a: 1 });
  });

  it('never changes what it was given, whatever that is, and leaves every prototype alone', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (state, event) => {
        const before = JSON.stringify([state, event]);
        mergePortState(state, event);
        assert.equal(JSON.stringify([state, event]), before);
        assert.equal(Object.getPrototypeOf({}).polluted, undefined);
      }),
    );
    mergePortState({}, JSON.parse('{"__proto__": {"polluted": 1}, "data": {"__proto__": {"polluted": 1}}}'));
    assert.equal(Object(undefined).polluted, undefined);
  });
});
