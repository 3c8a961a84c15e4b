import assert from 'node:assert/strict';
import { connectAsync } from 'mqtt';
import { type Mosquitto, startMosquitto } from '../../support/mosquitto';
import { type Simulator, startSimulator } from '../index';
import { dial, Probe, until } from '../probe/probe';
import { ApiProbe } from '../probe/probe-api';
import { signUrl } from '../probe/probe-url';

const all = '/ports/r2d2i5b43/#';
const event = '/ports/r2d2i5b43/loc1/hub1/port1';

describe('the gate in front of mosquitto', () => {
  let mosquitto: Mosquitto;
  let simulator: Simulator;

  before(async () => {
    mosquitto = await startMosquitto();
  });

  after(() => mosquitto.stop());

  beforeEach(async () => {
    simulator = await startSimulator({ broker: { mosquittoPort: mosquitto.port } });
  });

  afterEach(() => simulator.close());

  it('has the lamp obey and answer', async () => {
    const probe = await Probe.connect(simulator);
    assert.deepEqual(await probe.subscribe(all), [1]);
    const action = { id: 'hub1', data: { portId: 'port1', device: { lamp: { level: 33 } } } };
    probe.sendPublish('/action/r2d2i5b43/loc1/hub1/port1', JSON.stringify(action));
    await probe.wait('puback');
    await probe.wait('publish', 4);
    assert.deepEqual(JSON.parse(probe.payloads[3] ?? '').data.device, { lamp: { level: 33 } });
  });

  it('checks signatures and limits as before', async () => {
    const access = await (await ApiProbe.logIn(simulator)).streamAccess();
    await assert.rejects(dial(signUrl(access, { secretKey: 'wrong' })), { status: 403 });
    const probe = await Probe.connect(simulator);
    probe.sendSubscribe(Array.from({ length: 9 }, (_, index) => `${event}${index}`));
    await probe.waitClosed();
  });

  it('takes a/# to mean what is below a, not a itself, as mosquitto does not', async () => {
    const probe = await Probe.connect(simulator);
    await probe.subscribe('/ports/r2d2i5b43/loc1/hub1/#');
    await simulator.publish('/ports/r2d2i5b43/loc1/hub1', 'above', 1);
    await simulator.publish(event, 'below', 1);
    await probe.wait('publish');
    await probe.ping();
    assert.deepEqual(probe.payloads, ['below']);
  });

  it('keeps a persistent session, and loses it on demand', async () => {
    const session = { clientId: 'lasting-behind-mosquitto', clean: false };
    const leave = async (probe: Probe): Promise<void> => {
      probe.send({ cmd: 'disconnect' });
      await probe.waitClosed();
    };
    const first = await Probe.connect(simulator, session);
    await first.subscribe(all);
    await leave(first);
    for (let i = 0; i < 200; i++) await simulator.publish(event, `${i}`, 1);
    const second = await Probe.connect(simulator, session);
    await second.wait('publish', 200);
    assert.equal(simulator.records.connects.at(-1)?.sessionPresent, true);
    await leave(second);
    await simulator.publish(event, 'gone', 1);
    simulator.forgetSessions();
    const third = await Probe.connect(simulator, session);
    assert.equal(simulator.records.connects.at(-1)?.sessionPresent, false);
    await third.subscribe(all);
    await simulator.publish(event, 'new', 1);
    await third.wait('publish');
    assert.deepEqual(third.payloads, ['new']);
  });

  it('goes on after a restart of mosquitto, with its sessions or without', async () => {
    const session = { clientId: 'survivor', clean: false };
    const first = await Probe.connect(simulator, session);
    await first.subscribe(all);
    await mosquitto.restart();
    await first.waitClosed();
    const second = await Probe.connect(simulator, session);
    assert.equal(simulator.records.connects.at(-1)?.sessionPresent, true);
    await simulator.publish(event, 'after', 1);
    await second.wait('publish');
    await mosquitto.restart({ forget: true, signal: 'SIGKILL' });
    await second.waitClosed();
    await Probe.connect(simulator, session);
    assert.equal(simulator.records.connects.at(-1)?.sessionPresent, false);
    await simulator.publish(event, 'still working', 1);
  });

  it('speaks MQTT 5', async () => {
    const access = await (await ApiProbe.logIn(simulator)).streamAccess();
    const client = await connectAsync(signUrl(access), { protocolVersion: 5, reconnectPeriod: 0 });
    try {
      const came = new Promise<string>((resolve) => client.on('message', (_, payload) => resolve(payload.toString())));
      assert.equal((await client.subscribeAsync(all, { qos: 1 }))[0]?.qos, 1);
      await simulator.publish(event, 'five', 1);
      assert.equal(await came, 'five');
      await client.publishAsync('/action/r2d2i5b43/loc1/hub1/port1', '{}', { qos: 1 });
      assert.equal(simulator.records.publishes.length, 1);
      await client.unsubscribeAsync(all);
    } finally {
      await client.endAsync(true);
    }
  });

  it('redelivers and swallows by the same faults', async () => {
    simulator.fault('redeliver');
    const probe = await Probe.connect(simulator);
    await probe.subscribe(all);
    await simulator.publish(event, 'twice', 1);
    await probe.wait('publish', 2);
    simulator.fault('stop-forwarding', 'open');
    await simulator.publish(event, 'swallowed', 1);
    const other = await Probe.connect(simulator);
    await other.ping();
    await until('the first heard nothing', () => probe.events.length === 2);
  });
});
