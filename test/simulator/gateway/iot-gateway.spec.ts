import assert from 'node:assert/strict';
import { connect as connectTcp } from 'node:net';
import { connectAsync } from 'mqtt';
import { type Simulator, type SimulatorOptions, startSimulator } from '../index';
import { dial, Probe, UpgradeRefused, until } from '../probe/probe';
import { ApiProbe } from '../probe/probe-api';
import { type SigningOptions, signUrl } from '../probe/probe-url';

const lamp = '/action/r2d2i5b43/loc1/hub1/port1';
const lampEvents = '/ports/r2d2i5b43/loc1/hub1/port1';

function lampAction(level: number): string {
  return JSON.stringify({ id: 'hub1', data: { portId: 'port1', device: { lamp: { level } } } });
}

describe("the simulator's gateway", () => {
  let simulator: Simulator;

  async function start(options?: SimulatorOptions): Promise<void> {
    simulator = await startSimulator(options);
  }

  async function refusal(signing: SigningOptions, company?: string): Promise<UpgradeRefused> {
    const access = await (await ApiProbe.logIn(simulator)).streamAccess(company);
    const error: unknown = await dial(signUrl(access, signing)).catch((reason: unknown) => reason);
    assert.ok(error instanceof UpgradeRefused);
    return error;
  }

  afterEach(() => simulator.close());

  describe('the upgrade', () => {
    beforeEach(() => start());

    it("refuses in AWS's exact shape", async () => {
      const { status, headers, body } = await refusal({ secretKey: 'wrong' });
      assert.equal(status, 403);
      assert.equal(headers['content-type'], 'application/json');
      assert.equal(headers['x-amzn-errortype'], 'ForbiddenException:');
      assert.equal(headers.connection, 'keep-alive');
      assert.equal(headers['access-control-allow-origin'], '*');
      assert.ok(Math.abs(Date.parse(String(headers.date)) - Date.now()) < 60_000);
      assert.equal(headers['content-length'], '241');
      const { message, traceId }: { message: string; traceId: string } = JSON.parse(body);
      assert.match(message, /^The request signature we calculated does not match/);
      assert.equal(traceId, headers['x-amzn-requestid']);
      assert.deepEqual(simulator.records.upgrades, [{ statusCode: 403, message }]);
    });

    it('refuses a clock ten minutes off either way', async () => {
      assert.match((await refusal({ at: Date.now() - 600_000 })).body, /Signature expired/);
      assert.match((await refusal({ at: Date.now() + 600_000 })).body, /Signature not yet current/);
    });

    for (const subprotocol of ['mqtt', 'mqttv3.1']) {
      it(`takes the subprotocol ${subprotocol} and says so`, async () => {
        const access = await (await ApiProbe.logIn(simulator)).streamAccess();
        const socket = await dial(signUrl(access), { subprotocol });
        assert.equal(socket.protocol, subprotocol);
        assert.equal(socket.extensions, '');
        socket.terminate();
      });
    }

    it('refuses another subprotocol, another path, and what is not an upgrade', async () => {
      const access = await (await ApiProbe.logIn(simulator)).streamAccess();
      await assert.rejects(dial(signUrl(access), { subprotocol: 'amqp' }), { status: 400 });
      await assert.rejects(dial(signUrl(access).replace('/mqtt?', '/other?')), { status: 404 });
      const answer = await fetch(`http://127.0.0.1:${simulator.gatewayPort}/mqtt`);
      assert.equal(answer.status, 426);
    });
  });

  it('refuses credentials that have expired', async () => {
    await start({ iotTtlSeconds: 0.05 });
    const access = await (await ApiProbe.logIn(simulator)).streamAccess();
    await until('they expire', () => Date.now() > Date.parse(access.expiration));
    await assert.rejects(dial(signUrl(access)), { status: 403, body: /token included in the request is expired/ });
  });

  it('lets a connection outlive its credentials, unless told otherwise', async () => {
    await start({ iotTtlSeconds: 0.2 });
    const probe = await Probe.connect(simulator);
    const end = Date.now() + 300;
    await until('the credentials expire', () => Date.now() > end);
    await probe.ping();
  });

  it('closes a connection when its credentials expire, where told to', async () => {
    await start({ iotTtlSeconds: 0.3, dropAtExpiry: true });
    const probe = await Probe.connect(simulator);
    await probe.waitClosed();
    assert.equal(simulator.records.closes.at(-1)?.reason, 'credentials expired');
  });

  it('closes a connection at its age, where told to', async () => {
    await start({ socketLifeSeconds: 0.2 });
    const probe = await Probe.connect(simulator);
    await probe.waitClosed();
    assert.equal(simulator.records.closes.at(-1)?.reason, 'WEBSOCKET_TTL_EXPIRATION');
  });

  for (const how of ['close', 'reset'] as const) {
    for (const tls of [false, true]) {
      it(`cuts all connections by ${how}${tls ? ' under TLS' : ''}, and takes new ones`, async () => {
        await start({ tls });
        const probe = await Probe.connect(simulator);
        assert.equal(simulator.records.openConnections, 1);
        simulator.dropConnections(how);
        await probe.waitClosed();
        await until('the count is down', () => simulator.records.openConnections === 0);
        const again = await Probe.connect(simulator);
        await again.ping();
      });
    }
  }

  it('has the lamp obey an action and answer with an event', async () => {
    await start({ lampRampMs: 0 });
    const probe = await Probe.connect(simulator);
    assert.deepEqual(await probe.subscribe('/ports/r2d2i5b43/#'), [1]);
    probe.sendPublish(lamp, lampAction(42));
    const event = await probe.wait('publish');
    assert.equal(event.cmd === 'publish' && event.topic, lampEvents);
    const { id, t, data } = JSON.parse(probe.payloads[0] ?? '');
    assert.equal(id, 'hub1');
    assert.ok(Math.abs(t - Date.now()) < 60_000);
    assert.deepEqual(data, { portId: 'port1', device: { lamp: { level: 42 } } });
    await probe.wait('puback');
    assert.equal(simulator.building.port('port1').data.device?.lamp?.level, 42);
    assert.equal(simulator.records.publishes[0]?.payload, lampAction(42));
  });

  it('has a lamp ramp, and tells of its whole port where asked', async () => {
    await start({ eventContent: 'whole' });
    const probe = await Probe.connect(simulator);
    await probe.subscribe('/ports/r2d2i5b43/#');
    probe.sendPublish(lamp, lampAction(80));
    await probe.wait('publish', 4);
    const told = probe.payloads.map((payload) => JSON.parse(payload).data);
    assert.deepEqual(
      told.map(({ device }) => device.lamp.level),
      [20, 40, 60, 80],
    );
    assert.ok(told.every(({ connected, device }) => connected === true && device.product !== undefined));
  });

  it("delivers what the platform publishes at the lower of the publisher's and the subscriber's QoS", async () => {
    await start();
    const probe = await Probe.connect(simulator);
    await probe.subscribe('/ports/r2d2i5b43/#');
    await simulator.publish(lampEvents, 'zero', 0);
    await simulator.publish(lampEvents, Buffer.from([0xff, 0x00]), 1);
    await probe.wait('publish', 2);
    assert.deepEqual(
      probe.events.map(({ qos }) => qos),
      [0, 1],
    );
    assert.deepEqual(probe.events[1]?.payload, Buffer.from([0xff, 0x00]));
  });

  it('loses none of many events of both QoS at once', async () => {
    await start();
    const probe = await Probe.connect(simulator);
    await probe.subscribe('/ports/r2d2i5b43/#');
    await Promise.all(
      Array.from({ length: 200 }, (_, i) => simulator.publish(lampEvents, `${i}`, i % 3 === 0 ? 1 : 0)),
    );
    await until('all have come', () => probe.events.length === 200);
  });

  it('refuses MQTT 5, which the built-in broker does not speak', async () => {
    await start();
    const access = await (await ApiProbe.logIn(simulator)).streamAccess();
    await assert.rejects(connectAsync(signUrl(access), { protocolVersion: 5, reconnectPeriod: 0 }), { code: 0x84 });
  });

  it('kicks the old connection of a client id', async () => {
    await start();
    const old = await Probe.connect(simulator, { clientId: 'twin' });
    const fresh = await Probe.connect(simulator, { clientId: 'twin' });
    await old.waitClosed();
    await fresh.ping();
    assert.equal(simulator.records.closes[0]?.reason, 'DUPLICATE_CLIENTID');
    await until('one is left', () => simulator.records.openConnections === 1);
  });

  it('pins the client id: names it, takes it, and refuses another', async () => {
    await start({ pinClientId: true });
    const { clientId } = await (await ApiProbe.logIn(simulator)).streamAccess();
    assert.ok(clientId);
    const other = await Probe.connect(simulator, { clientId: 'other' });
    await other.waitClosed();
    const [connack] = other.of('connack');
    assert.equal(connack?.cmd === 'connack' && connack.returnCode, 5);
    const probe = await Probe.connect(simulator, { clientId });
    await probe.ping();
  });

  it('closes in time, whatever is open, and twice', async () => {
    await start();
    const probe = await Probe.connect(simulator);
    const socket = connectTcp({ host: '127.0.0.1', port: simulator.gatewayPort });
    socket.on('error', () => socket.destroy());
    await new Promise((resolve) => socket.once('connect', resolve));
    await Promise.all([simulator.close(), simulator.close()]);
    await probe.waitClosed();
    await until('the silent socket is gone', () => socket.destroyed);
  });

  it('delivers a thousand events in a row, each once and in order', async () => {
    await start({ connectionRate: 'unlimited' });
    const probe = await Probe.connect(simulator);
    await probe.subscribe('/ports/r2d2i5b43/+/+/port2');
    const port = simulator.building.address('port2');
    for (let i = 0; i < 1000; i++) await simulator.emit(port, { device: { sensor: { temperature: i } } });
    await until('all have come', () => probe.events.length >= 1000);
    await probe.ping();
    const temperatures = probe.payloads.map((payload) => JSON.parse(payload).data.device.sensor.temperature);
    assert.deepEqual(
      temperatures,
      Array.from({ length: 1000 }, (_, i) => i),
    );
  });
});
