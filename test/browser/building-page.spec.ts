import assert from 'node:assert/strict';
import type { BrowserContextOptions } from 'playwright-core';
import { startSimulator } from '../simulator';
import type { Probe } from '../simulator/probe/probe';
import { ApiProbe } from '../simulator/probe/probe-api';
import { accessibilityProblems } from '../support/accessibility';
import { eventually } from '../support/eventually';
import { BuildingScreen, opacityOf, styleOf } from './building-screen';

/** With all that glows, turns and walks. */
const moving: BrowserContextOptions = { reducedMotion: 'no-preference' };
const lampAction = '/action/r2d2i5b43/loc1/hub1/port1';

/** How strong the light of a level looks. */
function strengthOf(level: number): number {
  return (level / 100) ** 0.6;
}

function setLamp(probe: Probe, lamp: object): void {
  probe.sendPublish(lampAction, JSON.stringify({ id: 'hub1', data: { portId: 'port1', device: { lamp } } }));
}

describe('the building page in a browser', function () {
  this.timeout(60_000);
  let screen: BuildingScreen;

  before(async () => {
    screen = await BuildingScreen.launch();
  });
  after(() => screen?.close());
  afterEach(() => screen.leave());

  it('shows a lamp that an action set glow, as bright and as warm as it is', async () => {
    const { client, page, port } = await screen.open({}, moving);
    const probe = await client();
    const glow = port('port1').locator('.glow');
    assert.equal(await glow.count(), 0);
    setLamp(probe, { level: 60, temp: 2700 });
    await eventually(async () => Math.abs((await opacityOf(glow)) - strengthOf(60)) < 0.01, 'the lamp glows at 60 %');
    assert.match(await styleOf(glow, 'background-image'), /rgb\(255, 176, 82\)/);
    assert.equal(await port('port1').locator('.reading').textContent(), '60\u00a0%');
    setLamp(probe, { level: 100, temp: 5700 });
    await eventually(async () => (await opacityOf(glow)) > 0.99, 'the lamp glows at 100 %');
    assert.match(await styleOf(glow, 'background-image'), /rgb\(196, 222, 255\)/);
    setLamp(probe, { level: 0 });
    await eventually(async () => (await opacityOf(glow)) < 0.01, 'the lamp is out');
    await page.getByText(lampAction).first().waitFor();
  });

  it('shows the second light of a two-way lamp on the ceiling', async () => {
    const { page, simulator } = await screen.open({ hubs: 4 });
    simulator.building.plugIn('port1', 'bidirhcllamp');
    simulator.building.setLamp('port1', { level: 0, altlevel: 100, alttemp: 2700 });
    const ceiling = page.locator('[data-room="room-hub1"] .uplight');
    await eventually(async () => (await ceiling.count()) > 0 && (await opacityOf(ceiling)) > 0.8, 'the ceiling is lit');
    assert.match(await styleOf(ceiling, 'background-image'), /rgb\(255, 176, 82\)/);
    simulator.building.unplug('port1');
    await ceiling.waitFor({ state: 'detached' });
  });

  it('plugs a laptop in with two clicks, and the event passes over MQTT', async () => {
    const { client, page, port, simulator } = await screen.open();
    simulator.building.unplug('port3');
    await page.locator('.port[data-port="port3"][data-kind="empty"]').click();
    const probe = await client();
    await page.getByRole('dialog').getByRole('button', { name: 'Laptop' }).click();
    await eventually(() => probe.events.length > 0, 'the event comes');
    assert.equal(probe.events[0]?.topic, '/ports/r2d2i5b43/loc1/hub1/port3');
    const { data } = JSON.parse(probe.payloads[0] ?? '');
    assert.deepEqual([data.connected, data.device.subtypes], [true, ['laptop']]);
    await page.locator('.port[data-port="port3"][data-kind="laptop"]').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await port('port3').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Unplug' }).click();
    await page.locator('.port[data-port="port3"][data-kind="empty"]').waitFor();
    assert.equal(JSON.parse(probe.payloads.at(-1) ?? '').data.connected, false);
  });

  it('sets a lamp by hand, with keys only', async () => {
    const { client, page, port, simulator } = await screen.open();
    const probe = await client();
    await port('port1').focus();
    await page.keyboard.press('Enter');
    const slider = page.getByRole('slider', { name: 'Light' });
    await eventually(() => slider.evaluate((node) => node === document.activeElement), 'the slider has the focus');
    await page.keyboard.press('End');
    await eventually(() => simulator.building.port('port1').data.device?.lamp?.level === 100, 'the lamp is set');
    await eventually(() => probe.events.length > 0, 'the event comes');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.ok(await port('port1').evaluate((node) => node === document.activeElement));
  });

  it('switches a lamp off and on again, as with the switch at the lamp itself', async () => {
    const { page, port, simulator } = await screen.open();
    simulator.building.setLamp('port1', { level: 35 });
    await port('port1').click();
    await page.getByRole('button', { name: 'Switch off' }).click();
    await eventually(() => simulator.building.port('port1').data.device?.lamp?.level === 0, 'the lamp is out');
    await page.getByRole('button', { name: 'Switch on' }).click();
    await eventually(() => simulator.building.port('port1').data.device?.lamp?.level === 35, 'the lamp is on');
  });

  it('has its menu follow what happens at the port', async () => {
    const { page, port, simulator } = await screen.open();
    await port('port1').click();
    const menu = page.getByRole('dialog', { name: 'Desk 1 · Lamp' });
    simulator.building.setLamp('port1', { level: 42, temp: 3500 });
    await menu.getByText('42 %').waitFor();
    await menu.getByText('3500 K').waitFor();
    simulator.building.unplug('port1');
    await menu.getByRole('button', { name: 'Two-way lamp', exact: true }).waitFor();
    await page.locator('h1').click();
    await menu.waitFor({ state: 'hidden' });
  });

  it('turns fans, presses buttons and turns dimmers', async () => {
    const { client, page, port, simulator } = await screen.open({}, moving);
    simulator.building.plugIn('port3', 'fan');
    simulator.building.plugIn('port2', 'button');
    const fan = page.locator('.port[data-port="port3"][data-kind="fan"]');
    await fan.click();
    await page.getByRole('slider', { name: 'Speed' }).fill('80');
    await page.locator('.port[data-port="port3"][data-turning]').waitFor();
    assert.equal(await styleOf(fan.locator('.icon'), 'animation-name'), 'turn');
    assert.equal(simulator.building.port('port3').data.device?.fan?.target2, 80);
    await page.keyboard.press('Escape');
    await page.locator('.port[data-port="port2"][data-kind="button"]').click();
    const probe = await client();
    await page.getByRole('button', { name: 'Press the button' }).click();
    await eventually(() => probe.events.length >= 2, 'the button is pressed and let go of');
    await page.keyboard.press('Escape');
    await port('port4').click();
    await page.getByRole('slider', { name: 'Turned to' }).fill('17');
    await eventually(
      () => simulator.building.port('port4').data.device?.dimmer?.dimming === 17,
      'the dimmer is turned',
    );
  });

  it('walks through a room and opens its window', async () => {
    const { page, simulator } = await screen.open({}, moving);
    simulator.building.setSensor('port2', { motion: false, temperature: 21 });
    const room = page.locator('[data-room="room-hub1"]');
    await room.getByText('21 °C').waitFor();
    await page.getByRole('button', { name: 'Walk through 1.01 Office' }).click();
    await page.locator('.port[data-port="port2"][data-motion]').waitFor();
    await page.locator('[data-room="room-hub1"][data-visited][data-present]').waitFor();
    await page.getByRole('button', { name: 'Open window in 1.01 Office' }).click();
    await page.locator('[data-room="room-hub1"][data-window-open]').waitFor();
    const temperature = async (): Promise<number> =>
      Number.parseFloat((await room.locator('.air').textContent()) ?? '');
    await eventually(async () => (await temperature()) < 20, 'it gets cooler');
    await page.getByRole('button', { name: 'Close window in 1.01 Office' }).click();
    await page.locator('[data-room="room-hub1"]:not([data-window-open])').waitFor();
  });

  it('pauses its strip of messages, and never keeps more than 200', async () => {
    const { page, simulator } = await screen.open();
    const rows = page.locator('#messages li');
    await page.getByRole('button', { name: 'Pause' }).click();
    for (let level = 1; level <= 5; level++) simulator.building.setLamp('port1', { level });
    await page.getByText('Paused, 5 waiting').waitFor();
    assert.equal(await rows.count(), 0);
    await page.getByRole('button', { name: 'Pause' }).click();
    await eventually(async () => (await rows.count()) === 5, 'what waited shows');
    assert.match((await rows.first().textContent()) ?? '', /"level":5/);
    for (let round = 0; round < 20; round++) {
      const last = `"level":${50 + round}`;
      for (let left = 19; left >= 0; left--) simulator.building.setLamp('port1', { level: 50 + round - left / 100 });
      await rows.first().getByText(last).waitFor();
    }
    assert.equal(await rows.count(), 200);
    await page.getByRole('button', { name: 'Clear' }).click();
    assert.equal(await rows.count(), 0);
  });

  it('shows only messages of the chosen floor if asked to', async () => {
    const { page, simulator } = await screen.open();
    await page.getByLabel('This floor only').check();
    simulator.building.setLamp('port9', { level: 9 });
    simulator.building.setLamp('port1', { level: 1 });
    await page.locator('#messages li').first().waitFor();
    assert.match((await page.locator('#messages').textContent()) ?? '', /port1\b/);
    assert.doesNotMatch((await page.locator('#messages').textContent()) ?? '', /port9/);
  });

  it('goes to another place, and stays there when it is loaded again', async () => {
    const { page, port } = await screen.open();
    await page.getByRole('combobox', { name: 'Company' }).selectOption({ label: 'Ochno' });
    await port('port17').waitFor();
    await page.getByRole('combobox', { name: 'Location' }).selectOption({ label: 'Kontoret i Malmö' });
    await port('port25').waitFor();
    await page.reload();
    await port('port25').waitFor();
    assert.equal(await page.getByRole('combobox', { name: 'Company' }).inputValue(), 'a11iNc3p0');
    assert.match(page.url(), /#floor4$/);
  });

  it('shows names as text, whatever they look like, and keeps the focus when a name changes', async () => {
    const { page, port, simulator } = await screen.open();
    const name = '<img src=x onerror=alert(1)> & "Ünal"';
    const api = await ApiProbe.logIn(simulator);
    await port('port3').focus();
    await api.call('/api/hubs/hub1', { method: 'PUT', body: { ...(await api.get<object>('/api/hubs/hub1')), name } });
    await page.getByRole('heading', { name }).waitFor();
    assert.equal(await page.locator('img').count(), 0);
    assert.ok(await port('port3').evaluate((node) => node === document.activeElement));
  });

  it('says that it is not live when the platform goes away, and comes back by itself with the state as it is', async () => {
    const { page, simulator } = await screen.open();
    const number = Number(new URL(simulator.url).port);
    await simulator.close();
    await page.getByText('Reconnecting…').waitFor();
    const again = screen.opened.add(await startSimulator({ port: number }));
    again.building.unplug('port3');
    await page.locator('.port[data-port="port3"][data-kind="empty"]').waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    // The browser itself tells of each attempt that failed.
    screen.forgive(/Failed to load resource|net::ERR/);
  });

  it('says so if something can’t be done', async () => {
    const { page, port, simulator } = await screen.open();
    await port('port1').click();
    const slider = page.getByRole('slider', { name: 'Light' });
    simulator.building.ports.delete('port1');
    await slider.fill('50');
    await page.getByRole('alert').getByText('There is no port "port1"').waitFor();
    screen.forgive(/404/);
  });

  it('shows one floor of a building of 10 000 ports', async () => {
    const { page, port } = await screen.open({ companies: 1, locations: 10, hubs: 100, ports: 10 });
    assert.equal(await page.locator('.port').count(), 100);
    await page.getByRole('combobox', { name: 'Floor' }).selectOption({ label: 'Floor 10' });
    await port('port1000').waitFor();
    assert.equal(await page.locator('.port').count(), 100);
  });

  it('moves a port out from under its menu on a phone', async () => {
    const { page, port } = await screen.open({ hubs: 40 }, { viewport: { width: 390, height: 844 } });
    const { length } = await page.locator('.room').all();
    assert.ok(length > 2);
    await page.locator('.plan').evaluate((node) => node.scrollTo(0, 110));
    await port('port9').click({ position: { x: 10, y: 5 } });
    const menu = await page.getByRole('dialog').boundingBox();
    await eventually(async () => {
      const box = await port('port9').boundingBox();
      return menu !== null && box !== null && box.y + box.height <= menu.y;
    }, 'the port can be seen above its menu');
  });

  for (const [name, look] of Object.entries({
    light: { colorScheme: 'light' },
    dark: { colorScheme: 'dark' },
    'a phone': { viewport: { width: 390, height: 844 }, hasTouch: true },
  } satisfies Record<string, BrowserContextOptions>)) {
    it(`is right for everybody, and fits the screen: ${name}`, async () => {
      const { page, port, simulator } = await screen.open({ hubs: 40 }, { reducedMotion: 'reduce', ...look });
      const { building } = simulator;
      for (const [index, id] of ['port1', 'port5', 'port9', 'port13'].entries()) {
        building.setLamp(id, { level: 30 * index + 10, temp: 2700 + 900 * index, altlevel: 50 });
      }
      building.unplug('port3');
      building.setSensor('port2', { motion: true });
      await page.locator('.port[data-port="port2"][data-motion]').waitFor();
      assert.deepEqual(await accessibilityProblems(page, 'html'), []);
      for (const id of ['port3', 'port13', 'port2']) {
        await port(id).click();
        await page.getByRole('dialog').waitFor();
        assert.deepEqual(await accessibilityProblems(page, 'html'), [], id);
        await page.keyboard.press('Escape');
      }
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      assert.ok(Number(overflow) <= 0);
    });
  }
});
