import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../index';
import { dial, Probe, until } from '../probe/probe';
import { ApiProbe } from '../probe/probe-api';
import { signUrl } from '../probe/probe-url';

const all = '/ports/r2d2i5b43/#';
const event = '/ports/r2d2i5b43/loc1/hub1/port1';
const lamp = '/action/r2d2i5b43/loc1/hub1/port1';

function lampAction(level: number): string {
  return JSON.stringify({ id: 'hub1', data: { portId: 'port1', device: { lamp: { level } } } });
}

describe("the gateway's faults", () => {
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await startSimulator();
  });

  afterEach(() => simulator.close());

  async function subscribed(): Promise<Probe> {
    const probe = await Probe.connect(simulator);
    await probe.subscribe(all);
    return probe;
  }

  it('connack-never leaves CONNECT without an answer', async () => {
    simulator.fault('connack-never', ';times=1');
    const probe = await Probe.dial(simulator);
    probe.sendConnect();
    await (await Probe.connect(simulator)).ping();
    assert.deepEqual(probe.packets, []);
    assert.equal(probe.closed, false);
  });

  it('connack-slow answers CONNECT later, and events only after it', async () => {
    const session = { clientId: 'slow', clean: false };
    const first = await Probe.connect(simulator, session);
    await first.subscribe(all);
    first.close();
    await until('it is gone', () => simulator.records.openConnections === 0);
    await simulator.publish(event, 'waiting', 1);
    simulator.fault('connack-slow', 60);
    const probe = await Probe.connect(simulator, session);
    await probe.wait('publish');
    assert.deepEqual(
      probe.packets.map(({ cmd }) => cmd),
      ['connack', 'publish'],
    );
  });

  it('connack-refused refuses with the code given', async () => {
    for (const [value, code] of [
      [true, 5],
      [3, 3],
    ] as const) {
      simulator.fault('connack-refused', value);
      const probe = await Probe.connect(simulator);
      const [connack] = probe.of('connack');
      assert.equal(connack?.cmd === 'connack' && connack.returnCode, code);
      await probe.waitClosed();
    }
  });

  it('suback-refused refuses the filters that contain its text and grants the others', async () => {
    simulator.fault('suback-refused', 'hub2');
    const probe = await Probe.connect(simulator);
    const filters = ['/ports/r2d2i5b43/loc1/hub1/#', '/ports/r2d2i5b43/loc1/hub2/#', '/ports/r2d2i5b43/loc2/#'];
    assert.deepEqual(await probe.subscribe(...filters), [1, 128, 1]);
    assert.deepEqual(await probe.subscribe(filters[1] ?? ''), [128]);
    assert.deepEqual(simulator.records.subscribes[0]?.codes, [1, 128, 1]);
    await simulator.publish('/ports/r2d2i5b43/loc1/hub2/port5', 'refused');
    await simulator.publish(event, 'granted');
    await probe.wait('publish');
    await probe.ping();
    assert.deepEqual(probe.payloads, ['granted']);
  });

  it('suback-never leaves a SUBSCRIBE without an answer', async () => {
    simulator.fault('suback-never', 'hub2');
    const probe = await Probe.connect(simulator);
    probe.sendSubscribe(['/ports/r2d2i5b43/loc1/hub2/#']);
    assert.deepEqual(await probe.subscribe('/ports/r2d2i5b43/loc1/hub1/#'), [1]);
    assert.equal(probe.of('suback').length, 1);
  });

  it('slow-suback answers a SUBSCRIBE later', async () => {
    simulator.fault('slow-suback', 40);
    const probe = await Probe.connect(simulator);
    const subscribing = probe.subscribe(all);
    await probe.ping();
    assert.equal(probe.of('suback').length, 0);
    assert.deepEqual(await subscribing, [1]);
  });

  it('subscribe-closes closes at a filter that contains its text, and at no other', async () => {
    simulator.fault('subscribe-closes', 'hub2');
    const probe = await subscribed();
    probe.sendSubscribe(['/ports/r2d2i5b43/loc1/hub2/#']);
    await probe.waitClosed();
  });

  it('publish-closes closes at a topic that contains its text, and at no other', async () => {
    simulator.fault('publish-closes', 'port5');
    const probe = await subscribed();
    probe.sendPublish(lamp, lampAction(1));
    await probe.wait('puback');
    probe.sendPublish('/action/r2d2i5b43/loc1/hub2/port5', '{}');
    await probe.waitClosed();
    assert.equal(simulator.records.publishes.length, 1);
  });

  it('puback-never obeys and does not acknowledge', async () => {
    simulator.fault('puback-never', 'port1');
    const probe = await subscribed();
    probe.sendPublish(lamp, lampAction(7));
    await until('the lamp obeys', () => simulator.building.port('port1').data.device?.lamp?.level === 7);
    await probe.ping();
    assert.equal(probe.of('puback').length, 0);
  });

  it('slow-puback acknowledges later', async () => {
    simulator.fault('slow-puback', 40);
    const probe = await subscribed();
    probe.sendPublish(lamp, lampAction(7));
    await probe.wait('publish');
    assert.equal(probe.of('puback').length, 0);
    await probe.wait('puback');
  });

  it('stop-forwarding passes nothing, and what it held back once it is off', async () => {
    const probe = await subscribed();
    simulator.fault('stop-forwarding');
    probe.sendPublish(lamp, lampAction(7));
    await simulator.publish(event, 'held');
    const late = await Probe.dial(simulator);
    late.sendConnect();
    await (await ApiProbe.logIn(simulator)).status('/api/companies');
    assert.equal(probe.events.length, 0);
    assert.deepEqual(late.packets, []);
    assert.equal(simulator.records.publishes.length, 0);
    assert.equal(probe.closed, false);
    simulator.fault('stop-forwarding', false);
    await probe.wait('puback');
    await late.wait('connack');
    assert.equal(probe.payloads[0], 'held');
  });

  it('stop-forwarding=open swallows what is open now for good, and lets new connections be', async () => {
    const dead = await subscribed();
    simulator.fault('stop-forwarding', 'open');
    const probe = await subscribed();
    await simulator.publish(event, 'one');
    await probe.wait('publish');
    simulator.fault('stop-forwarding', false);
    await simulator.publish(event, 'two');
    await probe.wait('publish', 2);
    assert.deepEqual(dead.payloads, []);
    assert.equal(dead.closed, false);
    assert.equal(simulator.records.openConnections, 2);
    dead.close();
    await until('the dead one is gone', () => simulator.records.openConnections === 1);
  });

  it('idle-close closes what is idle in good order, and leaves what is not', async () => {
    simulator.fault('idle-close', 0.5);
    const idle = await Probe.connect(simulator);
    const busy = await Probe.connect(simulator);
    const pings = setInterval(() => busy.send({ cmd: 'pingreq' }), 50);
    await idle.waitClosed().finally(() => clearInterval(pings));
    assert.equal(busy.closed, false);
    assert.equal(idle.closeCode, 1000);
    assert.equal(simulator.records.closes.at(-1)?.reason, 'fault idle-close');
    simulator.fault('idle-close', false);
  });

  it('gateway-restarts closes every connection in good order, again and again', async () => {
    simulator.fault('gateway-restarts', 0.3);
    for (let round = 0; round < 2; round++) {
      const probes = [await Probe.connect(simulator), await Probe.connect(simulator)];
      for (const probe of probes) await probe.waitClosed();
      assert.deepEqual(
        probes.map(({ closeCode }) => closeCode),
        [1000, 1000],
      );
    }
    simulator.fault('gateway-restarts', false);
    const left = await Probe.connect(simulator);
    await left.ping();
  });

  it('silent-filters grants more than 50 filters, of which the first 50 are heard', async () => {
    simulator.fault('silent-filters');
    const probe = await Probe.connect(simulator);
    const topics = Array.from({ length: 56 }, (_, index) => `/ports/r2d2i5b43/loc1/hub1/p${index}`);
    for (let first = 0; first < topics.length; first += 8) {
      assert.deepEqual(await probe.subscribe(...topics.slice(first, first + 8)), Array(8).fill(1));
    }
    for (const topic of topics) await simulator.publish(topic, topic, 1);
    await probe.wait('publish', 50);
    await probe.ping();
    assert.deepEqual(probe.payloads, topics.slice(0, 50));
    simulator.fault('silent-filters', false);
  });

  it('retained-on-wildcards brings what is retained to every new filter that takes its topic', async () => {
    simulator.fault('retained-on-wildcards');
    await simulator.publish(event, 'kept', 1, true);
    const probe = await subscribed();
    await probe.wait('publish');
    assert.deepEqual(
      probe.events.map(({ topic, retain }) => [topic, retain]),
      [[event, true]],
    );
  });

  it('redeliver sends QoS 1 events twice with another packet id, and QoS 0 once', async () => {
    simulator.fault('redeliver');
    const probe = await subscribed();
    await simulator.publish(event, 'twice', 1);
    await simulator.publish(event, 'once', 0);
    await probe.wait('publish', 3);
    await probe.ping();
    assert.deepEqual(probe.payloads.toSorted(), ['once', 'twice', 'twice']);
    const [first, second] = probe.events.filter(({ qos }) => qos === 1);
    assert.notEqual(first?.messageId, second?.messageId);
    assert.equal(second?.dup, false);
  });

  it('malformed-packet sends bytes that are not MQTT, of several kinds', async () => {
    const kinds = ['qos3', 'type0', 'connack', 'puback', 'length', 'topic'];
    for (const kind of ['', ...kinds]) {
      const probe = await Probe.connect(simulator);
      simulator.fault('malformed-packet', kind);
      const complains = (): boolean => probe.malformed !== undefined || probe.packets.length > 1;
      await until(`${kind} comes`, complains);
      probe.close();
    }
    assert.throws(() => simulator.fault('malformed-packet', 'nonsense'), /qos3/);
  });

  it('text-frame sends a text frame', async () => {
    const probe = await Probe.connect(simulator);
    simulator.fault('text-frame');
    await until('it comes', () => probe.texts.length === 1);
  });

  it('slice-frames sends single bytes', async () => {
    simulator.fault('slice-frames');
    const probe = await subscribed();
    await simulator.publish(event, 'sliced');
    await probe.wait('publish');
    assert.deepEqual(probe.payloads, ['sliced']);
    assert.ok(probe.frames.every((length) => length === 1));
  });

  it('join-frames sends many packets in one frame', async () => {
    const probe = await subscribed();
    simulator.fault('join-frames', 30);
    const before = probe.frames.length;
    await Promise.all(Array.from({ length: 64 }, (_, i) => simulator.publish(event, `${i}`, 0)));
    await probe.wait('publish', 64);
    assert.ok(probe.frames.length - before < 10);
  });

  it('forget-sessions loses persistent sessions', async () => {
    const session = { clientId: 'lasting', clean: false };
    const probe = await Probe.connect(simulator, session);
    await probe.subscribe(all);
    simulator.fault('forget-sessions');
    probe.close();
    await probe.waitClosed();
    await Probe.connect(simulator, session);
    assert.equal(simulator.records.connects.at(-1)?.sessionPresent, false);
  });

  it('pin-client-id refuses every client id but the one iotAccess names', async () => {
    simulator.fault('pin-client-id');
    const { clientId = '' } = await (await ApiProbe.logIn(simulator)).streamAccess();
    const probe = await Probe.connect(simulator, { clientId: 'another' });
    await probe.waitClosed();
    await (await Probe.connect(simulator, { clientId })).ping();
  });

  it('can be on from the start', async () => {
    const other = await startSimulator({ faults: ['upgrade-error=503', 'login-slow=1'] });
    try {
      const access = await (await ApiProbe.logIn(other)).streamAccess();
      await assert.rejects(dial(signUrl(access)), { status: 503 });
      await assert.rejects(startSimulator({ faults: ['nonsense'] }), /no fault "nonsense"/);
    } finally {
      await other.close();
    }
  });
});
