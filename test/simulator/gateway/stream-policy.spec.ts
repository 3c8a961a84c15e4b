import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../index';
import { dial, Probe, until } from '../probe/probe';
import { ApiProbe } from '../probe/probe-api';
import { signUrl } from '../probe/probe-url';
import { PolicyInForce, type StreamPolicy } from './stream-policy';

const company = '/ports/r2d2i5b43';
const action = '/action/r2d2i5b43/loc1/hub1/port1';
const onlyFirstLocation: StreamPolicy = { subscribe: [`${company}/loc1/*`] };

describe("the simulator's policy", () => {
  let simulator: Simulator;
  before(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => {
    const none = undefined;
    simulator.permit({ subscribe: none, receive: none, publish: none, clientIds: none });
    simulator.permit({ persistentSessions: none, connections: none, surplus: none, refusal: none });
    simulator.dropConnections();
  });
  after(() => simulator.close());

  async function closed(probe: Probe): Promise<string | undefined> {
    await probe.waitClosed();
    return simulator.records.closes.at(-1)?.reason;
  }

  async function refused(probe: Probe): Promise<unknown> {
    const connack = await probe.wait('connack');
    await probe.waitClosed();
    return connack.cmd === 'connack' && connack.returnCode;
  }

  async function dialled(clientId: string, clean = true): Promise<Probe> {
    const probe = await Probe.dial(simulator);
    probe.sendConnect({ clientId, clean });
    return probe;
  }

  it('permits what it is told of only, as texts, and closes at the rest', async () => {
    simulator.permit(onlyFirstLocation);
    const narrow = await Probe.connect(simulator);
    assert.deepEqual(await narrow.subscribe(`${company}/loc1/#`, `${company}/loc1/hub1/+`), [1, 1]);
    for (const filter of [`${company}/#`, `${company}/+/hub1/#`, `${company}/loc2/#`]) {
      const wide = await Probe.connect(simulator);
      wide.sendSubscribe([`${company}/loc1/#`, filter]);
      assert.equal(await closed(wide), 'not authorized to subscribe', filter);
    }
    assert.equal(narrow.closed, false);
  });

  it('refuses by 0x80, filter by filter, if it refuses by code', async () => {
    simulator.permit({ ...onlyFirstLocation, refusal: 'code' });
    const probe = await Probe.connect(simulator);
    assert.deepEqual(await probe.subscribe(`${company}/#`, `${company}/loc1/#`, '/ports/another/#'), [128, 1, 128]);
    await simulator.publish(`${company}/loc1/hub1/port1`, 'heard');
    await simulator.publish(`${company}/loc2/hub3/port9`, 'not heard');
    await probe.wait('publish');
    await probe.ping();
    assert.deepEqual(probe.payloads, ['heard']);
  });

  it('is changed for what is asked from then on', async () => {
    const probe = await Probe.connect(simulator);
    assert.deepEqual(await probe.subscribe(`${company}/#`), [1]);
    simulator.permit({ ...onlyFirstLocation, refusal: 'code' });
    assert.deepEqual(await probe.subscribe(`${company}/+/hub1/#`), [128]);
    await simulator.publish(`${company}/loc2/hub3/port9`, 'still heard');
    await probe.wait('publish');
    simulator.permit({ subscribe: undefined });
    assert.deepEqual(await probe.subscribe(`${company}/+/hub1/#`), [1]);
  });

  it('keeps back at once what may not be received', async () => {
    const probe = await Probe.connect(simulator);
    await probe.subscribe(`${company}/#`);
    simulator.permit({ receive: [`${company}/loc1/*`] });
    await simulator.publish(`${company}/loc2/hub3/port9`, 'kept back');
    await simulator.publish(`${company}/loc1/hub1/port1`, 'delivered');
    await probe.wait('publish');
    await probe.ping();
    assert.deepEqual(probe.payloads, ['delivered']);
  });

  it('closes at a publish that is not permitted, or acknowledges it and drops it', async () => {
    simulator.permit({ publish: ['/action/r2d2i5b43/loc2/*'] });
    const probe = await Probe.connect(simulator);
    probe.sendPublish(action, '{}');
    assert.equal(await closed(probe), 'not authorized to publish');
    simulator.permit({ refusal: 'code' });
    const second = await Probe.connect(simulator);
    second.sendPublish(action, '{}');
    await second.wait('puback');
    assert.equal(simulator.records.publishes.length, 0);
  });

  it('permits no kept session: closes, or CONNACK 5; a clean session is welcome', async () => {
    simulator.permit({ persistentSessions: false });
    assert.equal(await closed(await dialled('keeper', false)), 'not authorized to connect');
    simulator.permit({ refusal: 'code' });
    assert.equal(await refused(await dialled('keeper', false)), 5);
    await (await Probe.connect(simulator, { clientId: 'keeper' })).ping();
  });

  it('permits some client ids only', async () => {
    simulator.permit({ clientIds: ['ochno-*'], refusal: 'code' });
    assert.equal(await refused(await dialled('someone')), 5);
    await (await Probe.connect(simulator, { clientId: 'ochno-1' })).ping();
  });

  it('permits so many connections of a company: one too many is closed, or gets CONNACK 5, or 403', async () => {
    simulator.permit({ connections: 1 });
    const first = await Probe.connect(simulator, { clientId: 'first' });
    assert.equal(await closed(await dialled('second')), 'not authorized to connect');
    simulator.permit({ refusal: 'code' });
    assert.equal(await refused(await dialled('second')), 5);
    simulator.permit({ refusal: '403' });
    const access = await (await ApiProbe.logIn(simulator)).streamAccess();
    await assert.rejects(dial(signUrl(access)), { status: 403 });
    await (await Probe.connect(simulator, { company: 'a11iNc3p0' })).ping();
    await first.ping();
    first.close();
    await until('there is room again', () => simulator.records.openConnections === 1);
    await (await Probe.connect(simulator, { clientId: 'second' })).ping();
  });

  it('closes one connection too many at its first packet, or the older ones for it', async () => {
    simulator.permit({ connections: 1, surplus: 'late' });
    const first = await Probe.connect(simulator, { clientId: 'first' });
    const late = await Probe.connect(simulator, { clientId: 'late' });
    late.sendSubscribe([`${company}/#`]);
    assert.equal(await closed(late), 'one connection too many');
    await first.ping();
    simulator.permit({ surplus: 'oldest' });
    await (await Probe.connect(simulator, { clientId: 'second' })).ping();
    assert.equal(await closed(first), 'one connection too many');
  });

  it('lets a client take over its own connection if there is one place', async () => {
    simulator.permit({ connections: 1 });
    const old = await Probe.connect(simulator, { clientId: 'same' });
    await (await Probe.connect(simulator, { clientId: 'same' })).ping();
    assert.equal(await closed(old), 'DUPLICATE_CLIENTID');
  });

  it('can be in force from the start', async () => {
    const other = await startSimulator({ policy: { connections: 1, refusal: 'code' } });
    try {
      await Probe.connect(other);
      const second = await Probe.connect(other);
      await second.waitClosed();
    } finally {
      await other.close();
    }
  });

  it('takes * and ? in patterns and everything else as it is', () => {
    const policy = new PolicyInForce({ clientIds: ['a?c', 'x.*', '$(1)+#'] });
    for (const id of ['abc', 'a.c', 'x.', 'x.yz', '$(1)+#']) assert.ok(policy.mayConnect(id, true), id);
    for (const id of ['ac', 'abbc', 'xyz', '', '1+#']) assert.ok(!policy.mayConnect(id, true), id);
  });
});

describe('retained events', () => {
  it('come with every new subscription to exactly their topic as such, and not as such where they are live', async () => {
    const simulator = await startSimulator({ retain: true });
    try {
      const live = await Probe.connect(simulator);
      await live.subscribe(`${company}/#`);
      simulator.building.setLamp('port1', { level: 7 });
      await simulator.publish(`${company}/loc1/hub1/port2`, 'kept', 1, true);
      await simulator.publish(`${company}/loc1/hub1/port3`, 'not kept');
      await live.wait('publish', 3);
      assert.ok(live.events.every(({ retain }) => !retain));
      const late = await Probe.connect(simulator);
      await late.subscribe(`${company}/loc2/#`, `${company}/loc1/hub1/+`);
      await late.ping();
      assert.deepEqual(late.events, []);
      await late.subscribe(`${company}/loc1/hub1/port3`, `${company}/loc1/hub1/port1`);
      await late.wait('publish');
      await late.ping();
      assert.deepEqual(
        late.events.map(({ topic, retain }) => [topic, retain]),
        [[`${company}/loc1/hub1/port1`, true]],
      );
    } finally {
      await simulator.close();
    }
  });
});
