import assert from 'node:assert/strict';
import { systemClock } from '../../src';
import { MqttConnection } from '../../src/client/mqtt/mqtt-connection';
import { StreamError } from '../../src/client/mqtt/stream-error';
import { eventually } from '../support/eventually';
import { steadyRandom } from '../support/steady-random';
import { type Actor, arrived, company, numbersOf, portOf, Stage, warnings } from './stage';

describe('faults of the broker', () => {
  const stage = new Stage();

  afterEach(() => stage.close());

  it('fault 8: a CONNECT that is never answered is given up in time, and its socket closed', async () => {
    const simulator = await stage.platform();
    const broker = await stage.scripted(simulator, { onConnect: () => undefined });
    const opening = MqttConnection.open(
      {
        url: new URL(`ws://127.0.0.1:${broker.port}/mqtt`),
        signedAtMs: systemClock.now(),
        clientId: 'c',
        clean: true,
        keepaliveSeconds: 30,
        connectTimeoutMs: 100,
        listener: {},
      },
      systemClock,
      new AbortController().signal,
    );
    await assert.rejects(opening, (error) => error instanceof StreamError && error.reason === 'timeout');
    await eventually(() => !broker.last.isOpen, 'the socket is closed');
  });

  it('fault 8: after an attempt that ended without CONNACK comes another', async () => {
    const simulator = await stage.platform();
    const broker = await stage.scripted(simulator, { onConnect: () => undefined });
    const actor = stage.actor(simulator);
    await eventually(() => broker.connections[0]?.clientId, 'CONNECT');
    assert.deepEqual(actor.account.status(company), { state: 'connecting' });
    broker.last.reset();
    await stage.reach(actor, 'disconnected');
    broker.follow({});
    await stage.passUntil(actor, 'connected');
    assert.equal(broker.connections.length, 2);
  });

  for (const code of [5, 7]) {
    it(`fault 9: CONNACK ${code} gets new credentials once at once, then patience`, async () => {
      const simulator = await stage.platform();
      const broker = await stage.scripted(simulator, {
        onConnect: (connection) => connection.send({ cmd: 'connack', returnCode: code, sessionPresent: false }),
      });
      const actor = stage.actor(simulator);
      await eventually(() => broker.connections.length === 2 && !broker.last.isOpen, 'two attempts');
      await stage.reach(actor, 'disconnected');
      assert.deepEqual(actor.account.status(company), { state: 'disconnected', reason: 'forbidden' });
      assert.equal(simulator.records.iotAccesses, 2);
      assert.equal(broker.connections.length, 2, 'no third without a pause');
      broker.follow({});
      await stage.passUntil(actor, 'connected');
      assert.equal(broker.connections.length, 3);
      assert.equal(warnings(actor).length, 1);
    });
  }

  it('fault 22: two copies of one installation find their peace under two client ids, with a warning', async () => {
    const simulator = await stage.platform();
    const one = await stage.connected(simulator, { instanceId: 'copied', random: steadyRandom(0.1) });
    const other = stage.actor(simulator, { instanceId: 'copied', random: steadyRandom(0.2) });
    const told = ({ log }: Actor): number => log.at('warn').filter((line) => line.includes('same client id')).length;
    const isLive = ({ account }: Actor): boolean => account.status(company).state === 'connected';
    const isSettled = (): boolean => isLive(one) && isLive(other) && simulator.records.openConnections === 2;
    await stage.pass(() => told(one) + told(other) > 0 && isSettled(), 'both are connected');
    await simulator.emit(portOf(simulator), { n: 1 });
    await stage.pass(() => numbersOf(one.events).includes(1) && numbersOf(other.events).includes(1), 'both hear');
    assert.ok(isSettled());
    assert.ok(told(one) <= 1 && told(other) <= 1);
    const kicks = simulator.records.closes.filter(({ reason }) => reason === 'DUPLICATE_CLIENTID').length;
    assert.ok(kicks <= 6, `${kicks} kicks`);
  });

  it('fault 22: two that share a client id which the platform prescribes are told so, once', async () => {
    const simulator = await stage.platform({ pinClientId: true });
    const actors = [await stage.connected(simulator, { instanceId: 'one' }), stage.actor(simulator)];
    const told = (): number[] =>
      actors.map(({ log }) => log.at('warn').filter((line) => line.includes('only one can be connected')).length);
    await stage.pass(() => told().includes(1), 'one is told');
    await stage.clock.advance(60_000);
    assert.ok(told().every((count) => count <= 1));
    assert.ok(actors.every((actor) => warnings(actor).every((line) => !line.includes('under a new one'))));
  });

  it('fault 22: a broker that closes both connections of a renewal is not taken for a copy of this installation', async () => {
    const simulator = await stage.platform({ iotTtlSeconds: 600 });
    const actor = await stage.connected(simulator);
    await stage.pass(() => simulator.records.openConnections === 2, 'a renewal', 5_000);
    await stage.pass(() => actor.log.lines.some(({ message }) => message.includes('was renewed')), 'the overlap', 10);
    for (let times = 0; times < 2; times += 1) {
      simulator.dropConnections('close');
      await stage.passUntil(actor, 'connecting');
      await stage.passUntil(actor, 'connected');
    }
    assert.deepEqual(
      warnings(actor).filter((line) => line.includes('same client id')),
      [],
    );
    assert.deepEqual(actor.events.gaps, []);
  });

  it('fault 23: a broker that closes for maintenance is connected to again, after a pause, with its session', async () => {
    const simulator = await stage.platform();
    const actor = await stage.connected(simulator);
    simulator.dropConnections('close');
    await stage.reach(actor, 'connecting');
    await simulator.emit(portOf(simulator), { n: 1 });
    assert.equal(simulator.records.connects.length, 1, 'not at once');
    await stage.passUntil(actor, 'connected');
    await arrived(actor.events, [1]);
    assert.equal(simulator.records.connects.length, 2);
    assert.deepEqual(actor.events.gaps, []);
    assert.equal(warnings(actor).length, 1);
  });

  it('fault 23: a broker that says DISCONNECT, which MQTT 3.1.1 has not, is left and connected to again', async () => {
    const simulator = await stage.platform();
    const broker = await stage.scripted(simulator);
    const actor = await stage.connected(simulator);
    broker.last.send({ cmd: 'disconnect' });
    await stage.passUntil(actor, 'connecting');
    await stage.passUntil(actor, 'connected');
    await eventually(() => broker.connections.filter(({ isOpen }) => isOpen).length === 1, 'one connection');
    assert.equal(broker.connections.length, 2);
  });

  for (const kind of ['qos3', 'type0', 'connack', 'puback', 'length'] as const) {
    it(`fault 37: malformed bytes (${kind}) end that connection, and the next one works`, async () => {
      const simulator = await stage.platform();
      const actor = await stage.connected(simulator);
      simulator.fault('malformed-packet', kind);
      await stage.pass(() => simulator.records.connects.length === 2, 'another connection');
      await stage.passUntil(actor, 'connected');
      await simulator.emit(portOf(simulator), { n: 1 });
      await arrived(actor.events, [1]);
      assert.equal(warnings(actor).length, 1);
      await eventually(() => simulator.records.openConnections === 1, 'one connection');
    });
  }

  it('fault 37: a text frame ends that connection, and the next one works', async () => {
    const simulator = await stage.platform();
    const actor = await stage.connected(simulator);
    simulator.fault('text-frame');
    await stage.pass(() => simulator.records.connects.length === 2, 'another connection');
    await stage.passUntil(actor, 'connected');
    await simulator.emit(portOf(simulator), { n: 1 });
    await arrived(actor.events, [1]);
    assert.equal(warnings(actor).length, 1);
  });

  it('fault 37: a topic that is not text is nobody’s, and the connection stays', async () => {
    const simulator = await stage.platform();
    const actor = await stage.connected(simulator);
    simulator.fault('malformed-packet', 'topic');
    await simulator.emit(portOf(simulator), { n: 1 });
    await arrived(actor.events, [1]);
    assert.deepEqual(numbersOf(actor.events), [1]);
    assert.deepEqual(actor.events.unreadable, []);
    assert.equal(simulator.records.connects.length, 1);
  });
});
