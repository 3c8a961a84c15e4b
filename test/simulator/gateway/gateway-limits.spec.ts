import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../index';
import { Probe, until } from '../probe/probe';
import { believedKeepAlive } from './keep-alive';
import { TokenBucket } from './token-bucket';
import { filterProblem, filterTakes, topicProblem } from './topic-rules';

const company = '/ports/r2d2i5b43';
const action = '/action/r2d2i5b43/loc1/hub1/port1';

describe("AWS's limits at the simulator's gateway", () => {
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await startSimulator({ minKeepAliveSeconds: 0 });
  });

  afterEach(() => simulator.close());

  async function closesAfter(reason: string, act: (probe: Probe) => unknown, clientId?: string): Promise<void> {
    const probe = await Probe.connect(simulator, clientId === undefined ? {} : { clientId });
    await act(probe);
    await probe.waitClosed();
    assert.equal(simulator.records.closes.at(-1)?.reason, reason);
  }

  function filters(count: number, first = 0): string[] {
    return Array.from({ length: count }, (_, index) => `${company}/loc1/hub1/port${first + index}`);
  }

  it('takes 8 filters in a SUBSCRIBE and closes at 9', async () => {
    const probe = await Probe.connect(simulator);
    assert.deepEqual(await probe.subscribe(...filters(8)), Array(8).fill(1));
    await closesAfter('more than 8 filters in a SUBSCRIBE', (other) => other.sendSubscribe(filters(9)));
  });

  it('takes 50 subscriptions, and one of them again, and closes at the 51st', async () => {
    await closesAfter('more than 50 subscriptions', async (probe) => {
      for (let i = 0; i < 48; i += 8) await probe.subscribe(...filters(8, i));
      await probe.subscribe(...filters(2, 48));
      await probe.subscribe(...filters(2, 48));
      probe.sendSubscribe(filters(1, 50));
    });
    assert.equal(simulator.records.subscribes.length, 8);
  });

  it('counts a filter no more once it is unsubscribed', async () => {
    const probe = await Probe.connect(simulator);
    for (let i = 0; i < 48; i += 8) await probe.subscribe(...filters(8, i));
    probe.send({ cmd: 'unsubscribe', messageId: 9000, unsubscriptions: filters(8) });
    await probe.wait('unsuback');
    await probe.subscribe(...filters(8, 48));
    assert.deepEqual(simulator.records.unsubscribes[0]?.filters, filters(8));
  });

  it('acknowledges an UNSUBSCRIBE of 9 filters and does nothing', async () => {
    const probe = await Probe.connect(simulator);
    await probe.subscribe(`${company}/#`);
    probe.send({ cmd: 'unsubscribe', messageId: 9000, unsubscriptions: [`${company}/#`, ...filters(8)] });
    await probe.wait('unsuback');
    await simulator.publish(`${company}/loc1/hub1/port1`, 'still here');
    await probe.wait('publish');
  });

  it('takes a payload of 128 KiB and closes at one byte more', async () => {
    const probe = await Probe.connect(simulator);
    probe.sendPublish(action, Buffer.alloc(131_072, 'x'));
    await probe.wait('puback');
    const reason = 'payload of more than 131072 bytes';
    await closesAfter(reason, (other) => other.sendPublish(action, Buffer.alloc(131_073, 'x')));
  });

  it('throws away what passes faster than 100 a second after a burst of 500, without a word', async () => {
    const probe = await Probe.connect(simulator);
    for (let i = 0; i < 1500; i++) probe.sendPublish(action, `${i}`);
    await probe.ping();
    const { records } = simulator;
    await until('the acknowledgements are in', () => probe.of('puback').length === records.publishes.length);
    assert.ok(records.publishes.length >= 500);
    assert.ok(records.discardedPublishes > 0);
    assert.equal(records.publishes.length + records.discardedPublishes, 1500);
    assert.equal(probe.closed, false);
  });

  it('counts what comes and what goes together', async () => {
    const probe = await Probe.connect(simulator);
    await probe.subscribe(`${company}/#`);
    for (let i = 0; i < 1500; i++) probe.sendPublish(action, `${i}`);
    await probe.ping();
    for (let i = 0; i < 400; i++) await simulator.publish(`${company}/loc1/hub1/port1`, `${i}`, 0);
    await until('each is counted', () => probe.events.length + simulator.records.discardedEvents === 400);
    assert.ok(simulator.records.discardedEvents > 0);
  });

  it('throws nothing away if the rate is unlimited', async () => {
    const unlimited = await startSimulator({ connectionRate: 'unlimited' });
    try {
      const probe = await Probe.connect(unlimited);
      for (let i = 0; i < 1500; i++) probe.sendPublish(action, `${i}`);
      await probe.wait('puback', 1500);
      assert.equal(unlimited.records.discardedPublishes, 0);
    } finally {
      await unlimited.close();
    }
  });

  it('has at most 100 events without acknowledgement on the way', async () => {
    const probe = await Probe.connect(simulator, { acknowledge: false });
    await probe.subscribe(`${company}/#`);
    for (let i = 0; i < 150; i++) await simulator.publish(`${company}/loc1/hub1/port1`, `${i}`);
    await probe.wait('publish', 100);
    await probe.ping();
    assert.equal(probe.events.length, 100);
    for (const { messageId = 0 } of probe.events.slice(0, 30)) probe.send({ cmd: 'puback', messageId });
    await probe.wait('publish', 130);
    await probe.ping();
    assert.equal(probe.events.length, 130);
  });

  it('closes after one and a half keep-alives of silence', async () => {
    const probe = await Probe.connect(simulator, { keepalive: 1 });
    await probe.waitClosed();
    assert.equal(simulator.records.closes.at(-1)?.reason, 'MQTT_KEEP_ALIVE_TIMEOUT');
  });

  it('believes keep-alives of 30 to 1200 seconds', () => {
    const believed = [undefined, 0, 1, 29, 30, 600, 1200, 1201, 65_535].map((seconds) =>
      believedKeepAlive(seconds, 30),
    );
    assert.deepEqual(believed, [1200, 1200, 30, 30, 30, 600, 1200, 1200, 1200]);
  });

  it('never answers QoS 2', async () => {
    const probe = await Probe.connect(simulator);
    probe.sendPublish(action, '{}', 2);
    probe.sendSubscribe([`${company}/#`], 2);
    await probe.ping();
    assert.deepEqual(
      probe.packets.map(({ cmd }) => cmd),
      ['connack', 'pingresp'],
    );
    assert.equal(simulator.records.publishes.length, 0);
  });

  it('takes a/# to mean what is below a, not a itself', async () => {
    const probe = await Probe.connect(simulator);
    await probe.subscribe(`${company}/loc1/hub1/#`);
    await simulator.publish(`${company}/loc1/hub1`, 'above', 1);
    await simulator.publish(`${company}/loc1/hub1/port1`, 'below', 1);
    await probe.wait('publish');
    await probe.ping();
    assert.deepEqual(probe.payloads, ['below']);
  });

  const forbidden: readonly (readonly [string, string, (probe: Probe) => unknown])[] = [
    [
      'a subscription to another company',
      'not authorized to subscribe',
      (p) => p.sendSubscribe(['/ports/a11iNc3p0/#']),
    ],
    ['a subscription to every company', 'not authorized to subscribe', (p) => p.sendSubscribe(['/ports/+/#'])],
    ['a subscription to everything', 'not authorized to subscribe', (p) => p.sendSubscribe(['#'])],
    ['a subscription to actions', 'not authorized to subscribe', (p) => p.sendSubscribe(['/action/r2d2i5b43/#'])],
    ['a publish to another company', 'not authorized to publish', (p) => p.sendPublish('/action/a11iNc3p0/a/b/c', '')],
    ['a publish of events', 'not authorized to publish', (p) => p.sendPublish(`${company}/loc1/hub1/port1`, '')],
    ['a subscription to $SYS', 'reserved topic', (p) => p.sendSubscribe(['$SYS/#'])],
    ['a publish to a $ topic', 'reserved topic', (p) => p.sendPublish('$aws/things', '')],
    ['a topic of 8 slashes', 'topic of more than 7 slashes', (p) => p.sendPublish(`${action}/x/y/z/z`, '')],
    ['a filter of 8 slashes', 'topic of more than 7 slashes', (p) => p.sendSubscribe([`${company}/a/b/c/d/e/#`])],
    ['a topic of 257 bytes', 'topic of more than 256 bytes', (p) => p.sendPublish(`${action.padEnd(255, 'x')}ü`, '')],
    ['a second CONNECT', 'unexpected CONNECT', (p) => p.sendConnect()],
    ['a text frame', 'text frame', (p) => p.socket.send('hello')],
  ];
  for (const [what, reason, act] of forbidden) {
    it(`closes at ${what}`, () => closesAfter(reason, act));
  }

  it('closes at bytes that are not MQTT, and at anything before CONNECT', async () => {
    const probe = await Probe.connect(simulator);
    probe.socket.send(Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01]));
    await probe.waitClosed();
    const early = await Probe.dial(simulator);
    early.send({ cmd: 'pingreq' });
    await early.waitClosed();
    assert.equal(simulator.records.closes.at(-1)?.reason, 'PINGREQ before CONNECT');
  });

  it('refuses client ids that are too long, reserved, or empty with a lasting session', async () => {
    const bad = [{ clientId: 'x'.repeat(129) }, { clientId: 'ü'.repeat(65) }, { clientId: '$x' }];
    for (const options of bad) {
      const probe = await Probe.connect(simulator, options);
      const [connack] = probe.of('connack');
      assert.equal(connack?.cmd === 'connack' && connack.returnCode, 2);
      await probe.waitClosed();
    }
    const nameless = await Probe.dial(simulator);
    // CONNECT with neither clean session nor client id, which no generator makes.
    nameless.socket.send(Buffer.from([0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0, 0, 60, 0, 0]));
    await nameless.waitClosed();
    assert.equal(simulator.records.closes.at(-1)?.reason, 'CONNACK 2');
    await (await Probe.connect(simulator, { clientId: 'x'.repeat(128) })).ping();
    await (await Probe.connect(simulator, { clientId: '' })).ping();
  });

  it('reads packets however they are framed', async () => {
    const probe = await Probe.connect(simulator);
    const ping = Buffer.from([0xc0, 0x00]);
    probe.socket.send(Buffer.concat([ping, ping, ping.subarray(0, 1)]));
    probe.socket.send(ping.subarray(1));
    await probe.wait('pingresp', 3);
  });
});

describe("the simulator's rules of topics", () => {
  it('judge topics and filters as AWS does', () => {
    assert.equal(topicProblem('/a/b/c/d/e/f/g'), undefined);
    assert.equal(topicProblem('x'.repeat(256)), undefined);
    assert.match(topicProblem('/a/b/c/d/e/f/g/h') ?? '', /slashes/);
    assert.match(topicProblem('') ?? '', /empty/);
    assert.equal(filterProblem('/a/+/#'), undefined);
    for (const filter of ['/a/b#', '/a/#/b', '/a+/b', '']) assert.ok(filterProblem(filter), filter);
  });

  const cases: readonly (readonly [string, string, boolean])[] = [
    ['/a/b', '/a/b', true],
    ['/a/b', '/a/c', false],
    ['/a/+', '/a/b', true],
    ['/a/+', '/a/b/c', false],
    ['/a/+', '/a', false],
    ['/a/#', '/a/b/c', true],
    ['/a/#', '/a/', true],
    ['/a/#', '/a', false],
    ['#', '/a', true],
    ['/+/b/#', '/a/b/c', true],
  ];
  for (const [filter, topic, takes] of cases) {
    it(`${filter} ${takes ? 'takes' : 'does not take'} ${topic}`, () => {
      assert.equal(filterTakes(filter, topic), takes);
    });
  }

  it('fill a bucket evenly, up to its size', () => {
    const bucket = new TokenBucket({ burst: 2, perSecond: 10 }, 0);
    const taken = [0, 0, 0, 99, 100, 150, 200, 9000, 9000, 9000].map((nowMs) => bucket.take(nowMs));
    assert.deepEqual(taken, [true, true, false, false, true, false, true, true, true, false]);
  });
});
