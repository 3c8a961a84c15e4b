import assert from 'node:assert/strict';
import { controlOffers, lampOffers } from '../../../nodes/editor/lamp/lamp-offers';

describe('what a lamp is offered', () => {
  const keys = (lamp: object): string[] => [...new Set(lampOffers(lamp).map(({ key }) => key))];

  it('is what its state shows it can do', () => {
    assert.ok(!keys({ level: 40 }).some((key) => /temp|alt/.test(key)));
    assert.ok(keys({ level: 40, temp: 3000 }).includes('temp'));
    assert.deepEqual(keys({ altlevel: 0, alttemp: 2700 }).slice(-2), ['altlevel', 'alttemp']);
  });

  it('has the shape of what is plugged in: a fan or a dimmer is told as a device', () => {
    const fan = controlOffers('fan', ['target1', 'target2']);
    assert.deepEqual([...new Set(fan.map(({ command, type }) => `${command} ${type}`))], ['device json']);
    assert.equal(fan[1]?.value, '{"fan":{"target1":25,"target2":25}}');
    assert.equal(controlOffers('dimmer', ['dimming'])[2]?.value, '{"dimmer":{"dimming":50}}');
  });

  it('is a value the node takes', () => {
    for (const { type, value } of lampOffers({ level: 1, temp: 1, altlevel: 1, alttemp: 1 })) {
      if (type === 'json') assert.equal(typeof JSON.parse(value), 'object');
      if (type === 'num') assert.ok(Number(value) <= 100);
    }
  });
});
