import assert from 'node:assert/strict';
import type { DeviceState } from '../building/building-model';
import { foreignCompany } from '../building/building-plan';
import { type Simulator, startSimulator } from '../index';
import { until } from '../probe/probe';
import { call } from '../probe/probe-api';
import { act, PageProbe } from '../probe/probe-page';

describe("the building page's actions", () => {
  let simulator: Simulator;
  let page: PageProbe | undefined;

  async function open(): Promise<PageProbe> {
    page = await PageProbe.open(simulator);
    return page;
  }

  function device(portId: string): DeviceState | undefined {
    return simulator.building.port(portId).data.device;
  }

  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(async () => {
    page?.close();
    await simulator.close();
  });

  it('plugs in and out, and the port tells of it', async () => {
    const page = await open();
    assert.equal((await act(simulator, 'ports/port3/unplug')).status, 204);
    await until('it is out', () => page.changedPorts.at(-1)?.connected === false);
    assert.equal((await act(simulator, 'ports/port3/plug-in', { device: 'fan' })).status, 204);
    await until('it is in', () => page.changedPorts.at(-1)?.device?.types?.[0] === 'fan');
    assert.deepEqual(
      page.messages.map(({ direction, topic }) => `${direction} ${topic}`),
      ['event /ports/r2d2i5b43/loc1/hub1/port3', 'event /ports/r2d2i5b43/loc1/hub1/port3'],
    );
  });

  it('says nothing if nothing is pulled out', async () => {
    const page = await open();
    await act(simulator, 'ports/port3/unplug');
    await act(simulator, 'ports/port3/unplug');
    await act(simulator, 'ports/port1/lamp', { level: 1 });
    await until('the lamp tells', () => page.messages.some(({ topic }) => topic.endsWith('port1')));
    assert.equal(page.messages.filter(({ topic }) => topic.endsWith('port3')).length, 1);
  });

  it('sets a lamp, a fan and a dimmer', async () => {
    assert.equal((await act(simulator, 'ports/port1/lamp', { level: 33, temp: 5000 })).status, 204);
    await until('the lamp is there', () => device('port1')?.lamp?.level === 33 && device('port1')?.lamp?.temp === 5000);
    assert.equal((await act(simulator, 'ports/port4/dimmer', { dimming: 12 })).status, 204);
    assert.equal(device('port4')?.dimmer?.dimming, 12);
    simulator.building.plugIn('port3', 'fan');
    assert.equal((await act(simulator, 'ports/port3/fan', { speed: 40 })).status, 204);
    assert.deepEqual([device('port3')?.fan?.target1, device('port3')?.fan?.target4], [40, 40]);
  });

  it('switches a lamp off and on again', async () => {
    simulator.building.setLamp('port1', { level: 35 });
    assert.equal((await act(simulator, 'ports/port1/switch', { on: false })).status, 204);
    await until('the lamp is out', () => device('port1')?.lamp?.level === 0);
    await act(simulator, 'ports/port1/switch', { on: true });
    await until('the lamp is on', () => device('port1')?.lamp?.level === 35);
    assert.equal((await act(simulator, 'ports/port1/switch', { on: 1 })).status, 400);
    assert.equal((await act(simulator, 'ports/port2/switch', { on: true })).status, 409);
  });

  it('presses a button and lets go of it', async () => {
    simulator.building.plugIn('port3', 'button');
    const page = await open();
    assert.equal((await act(simulator, 'ports/port3/press')).status, 204);
    const isPushed = (): unknown => page.changedPorts.at(-1)?.device?.button?.pushed;
    await until('it is pressed', () => isPushed() === true);
    await until('it is let go of', () => isPushed() === false);
  });

  it('walks into a room, where a sensor sees it', async () => {
    simulator.building.setSensor('port2', { motion: false });
    const page = await open();
    assert.equal((await act(simulator, 'rooms/room-hub1/walk')).status, 204);
    await until('the sensor sees somebody', () => page.changedPorts.at(-1)?.device?.sensor?.motion === true);
    await until('the room is told of', () => page.changes.some(({ rooms }) => rooms[0]?.visited === true));
  });

  it('opens a window, and the air of that room changes', async () => {
    const before = Number(device('port2')?.sensor?.temperature);
    const page = await open();
    assert.equal((await act(simulator, 'rooms/room-hub1/window', { open: true })).status, 204);
    await until('the window shows', () => page.changes.some(({ rooms }) => rooms[0]?.windowOpen === true));
    const told = (): number => Number(page.changedPorts.at(-1)?.device?.sensor?.temperature);
    await until('it gets cooler', () => told() < before);
    assert.equal(page.changedPorts.at(-1)?.id, 'port2');
  });

  for (const [path, body, problem] of [
    ['ports/port3/plug-in', {}, /"device" must be one of lamp, /],
    ['ports/port3/plug-in', { device: 'toaster' }, /"device"/],
    ['ports/port3/plug-in', { device: '__proto__' }, /"device"/],
    ['ports/port3/plug-in', { device: 'fan', soon: 1 }, /no field "soon"/],
    ['ports/port3/unplug', { now: true }, /no field "now"/],
    ['ports/port1/lamp', {}, /level/],
    ['ports/port1/lamp', { level: 101 }, /"level" must be a number from 0 to 100/],
    ['ports/port1/lamp', { level: '50' }, /"level"/],
    ['ports/port1/lamp', { level: null }, /"level"/],
    ['ports/port1/lamp', { temp: 100 }, /2700 to 5700/],
    ['ports/port1/lamp', { colour: 'red' }, /no field "colour"/],
    ['ports/port1/lamp', [], /JSON object/],
    ['ports/port1/lamp', '{"level":', /not JSON/],
    ['ports/port1/lamp', '', /not JSON/],
    ['ports/port1/lamp', '{"level":1e999}', /"level"/],
    ['ports/port4/dimmer', { dimming: -1 }, /"dimming"/],
    ['ports/port4/fan', { speed: true }, /"speed"/],
    ['rooms/room-hub1/window', {}, /"open" must be true or false/],
    ['rooms/room-hub1/window', { open: 'yes' }, /"open"/],
    ['rooms/room-hub1/walk', { where: 'out' }, /no field "where"/],
    ['ports/%zz/unplug', {}, /encoded/],
  ] as const) {
    it(`answers 400 to ${path} ${JSON.stringify(body)}, and says why`, async () => {
      const answer = await act(simulator, path, body);
      assert.equal(answer.status, 400);
      assert.match(answer.json<{ message: string }>().message, problem);
    });
  }

  it('answers 404 to what is not there, and 403 to what is someone else’s', async () => {
    const foreign = [...simulator.building.ports.values()].find(({ companyId }) => companyId === foreignCompany.id);
    for (const [path, status] of [
      ['ports/nowhere/unplug', 404],
      ['ports/port1/paint', 404],
      ['ports/port1/unplug/twice', 404],
      ['rooms/room-nowhere/walk', 404],
      ['rooms/hub1/walk', 404],
      ['doors/room-hub1/walk', 404],
      [`ports/${foreign?.id}/unplug`, 403],
      [`rooms/room-${foreign?.hubId}/walk`, 403],
    ] as const) {
      assert.equal((await act(simulator, path)).status, status, path);
    }
  });

  it('answers 409 if nothing at the port can do that', async () => {
    assert.equal((await act(simulator, 'ports/port3/lamp', { level: 1 })).status, 409);
    assert.equal((await act(simulator, 'ports/port1/lamp', { altlevel: 1 })).status, 409);
    assert.equal((await act(simulator, 'ports/port1/press')).status, 409);
    assert.equal((await act(simulator, 'ports/port1/fan', { speed: 1 })).status, 409);
    assert.equal((await act(simulator, 'ports/port1/dimmer', { dimming: 1 })).status, 409);
  });

  it('answers 405 to another method, 413 to a long body and 415 to a form', async () => {
    const get = await call(simulator, '/building/ports/port1/unplug');
    assert.deepEqual([get.status, get.headers.allow], [405, 'POST']);
    assert.equal((await act(simulator, 'ports/port1/unplug', { x: 'x'.repeat(5000) })).status, 413);
    const form = { 'Content-Type': 'text/plain' };
    assert.equal((await act(simulator, 'ports/port1/unplug', {}, form)).status, 415);
  });

  it('obeys its own page only', async () => {
    const unplug = (headers: Readonly<Record<string, string>>): Promise<number> =>
      act(simulator, 'ports/port1/unplug', {}, headers).then(({ status }) => status);
    assert.equal(await unplug({ Origin: 'https://evil.example' }), 403);
    assert.equal(await unplug({ Origin: 'null' }), 403);
    assert.equal(await unplug({ Host: 'evil.example', Origin: 'http://evil.example' }), 403);
    const bare = await call(simulator, '/building/ports/port1/unplug', { method: 'POST', body: {} });
    assert.equal(bare.status, 403);
    assert.equal(simulator.building.port('port1').data.connected, true);
  });
});
