import assert from 'node:assert/strict';
import { Confirmation } from '../../../src/client/commands/confirmation';
import { lampAction } from '../../../src/protocol/lamp/action';
import { settle } from '../../support/fake-clock';
import { FakePorts } from '../../support/fake-ports';

const desk = { company: 'c', location: 'l', hub: 'h', port: 'p1' };

function start(fields = { level: 50, temp: 3000 }) {
  const ports = new FakePorts();
  const confirmation = new Confirmation(lampAction(desk, fields), (onEvent) => ports.subscribe(desk, onEvent));
  let isShown = false;
  confirmation.shown.then(() => {
    isShown = true;
  });
  const hear = async (data: unknown): Promise<boolean> => {
    ports.event(desk, data);
    await settle();
    return isShown;
  };
  return { ports, confirmation, hear };
}

describe('Confirmation', () => {
  it('comes with an event that shows the values, whatever else it holds', async () => {
    const { confirmation, hear } = start();
    confirmation.start();
    assert.equal(await hear({ data: { device: { lamp: { level: 49, temp: 3000 } } } }), false);
    assert.equal(await hear({ t: 1, data: { device: { lamp: { level: 50, temp: 3000, red: 1 }, voltage: 5 } } }), true);
  });

  it('is not found in what the port said before', async () => {
    const { confirmation, hear } = start();
    assert.equal(await hear({ lamp: { level: 50, temp: 3000 } }), false);
    confirmation.start();
    assert.equal(await hear({ lamp: { temp: 3000 } }), false);
    assert.equal(await hear({ lamp: { level: 50 } }), true);
  });

  it('takes events together that each show a part, the newest last', async () => {
    const { confirmation, hear } = start();
    confirmation.start();
    assert.equal(await hear({ data: { device: { lamp: { level: 50 } } } }), false);
    assert.equal(await hear({ data: { device: { lamp: { level: 20 } } } }), false);
    assert.equal(await hear({ data: { device: { lamp: { temp: 3000 } } } }), false);
    assert.equal(await hear({ data: { device: { lamp: { level: 50 } } } }), true);
  });

  it('bears events of any shape', async () => {
    const { confirmation, hear } = start();
    confirmation.start();
    let deep: unknown = 1;
    for (let depth = 0; depth < 400; depth += 1) deep = { deep };
    for (const data of [null, 'text', [1], deep, deep, { lamp: null }]) assert.equal(await hear(data), false);
    assert.equal(await hear({ lamp: { level: 50, temp: 3000 } }), true);
  });

  it('listens until its end', async () => {
    const { ports, confirmation } = start();
    assert.equal(ports.subscriptions, 1);
    await confirmation.ready;
    confirmation.end();
    assert.equal(ports.subscriptions, 0);
  });
});
