import assert from 'node:assert/strict';
import { eventually } from '../support/eventually';
import { startMosquitto } from '../support/mosquitto';
import { steadyRandom } from '../support/steady-random';
import { arrived, company, numbersOf, portOf, Stage, warnings } from './stage';

describe('faults of the connection', () => {
  const stage = new Stage();

  afterEach(() => stage.close());

  it('fault 1: a reset in the middle of a PUBLISH leaves no half event; it arrives once after reconnecting', async () => {
    const simulator = await stage.platform();
    const proxy = await stage.proxied(simulator);
    const actor = await stage.connected(simulator);
    proxy.connections[0]?.poison({ limitBytes: 1000 }, 'to client');
    await simulator.emit(portOf(simulator), { n: 1, filler: 'x'.repeat(5000) });
    await stage.reach(actor, 'connecting');
    assert.deepEqual(numbersOf(actor.events), []);
    await stage.passUntil(actor, 'connected');
    await arrived(actor.events, [1]);
    await simulator.emit(portOf(simulator), { n: 2 });
    await arrived(actor.events, [1, 2]);
    assert.deepEqual(numbersOf(actor.events), [1, 2]);
    assert.deepEqual(actor.events.unreadable, []);
    assert.deepEqual(actor.events.gaps, [], 'the broker resumed the session');
  });

  describe('fault 2: a half-open connection', () => {
    const keepaliveSeconds = 1;
    const noticedMs = keepaliveSeconds * 1500;

    it('fault 2: is noticed within 1.5 keep-alives and replaced; what was sent into the void arrives once', async () => {
      const simulator = await stage.platform();
      const { stream, events, log } = stage.stream(simulator, keepaliveSeconds);
      await eventually(() => stream.status.state === 'connected', 'connected');
      simulator.fault('stop-forwarding', 'open');
      await simulator.emit(portOf(simulator), { n: 1 });
      // mqtt.js looks every half keep-alive, on timers of its own.
      await eventually(() => stream.status.state === 'connecting', 'the loss is noticed', {
        timeoutMs: noticedMs + 500,
      });
      await arrived(events, [1]);
      assert.deepEqual(numbersOf(events), [1]);
      assert.deepEqual(events.gaps, []);
      assert.equal(log.at('warn').length, 1);
    });

    it('fault 2: without its session is a gap that begins when the broker was last heard', async () => {
      const simulator = await stage.platform();
      const { stream, events } = stage.stream(simulator, keepaliveSeconds);
      await eventually(() => stream.status.state === 'connected', 'connected');
      await simulator.emit(portOf(simulator), { n: 1 });
      await arrived(events, [1]);
      simulator.fault('stop-forwarding', 'open');
      const deafSince = Date.now();
      simulator.forgetSessions();
      await eventually(() => events.gaps.length > 0, 'the gap', { timeoutMs: noticedMs + 3000 });
      const [gap] = events.gaps;
      assert.ok(gap && gap.from <= deafSince, 'the time before the loss was noticed is part of the gap');
      assert.ok(gap.to > gap.from);
      assert.equal(events.gaps.length, 1);
    });
  });

  for (const [name, fault, count] of [
    ['one byte at a time', 'slice', 16],
    ['one byte to a frame', 'slice-frames', 16],
    ['64 packets to a frame', 'join-frames', 64],
  ] as const) {
    it(`fault 3: events that come ${name} are the same events`, async () => {
      const simulator = await stage.platform();
      const proxy = await stage.proxied(simulator);
      const actor = await stage.connected(simulator);
      if (fault === 'slice') proxy.poison({ sliceBytes: 1 });
      else simulator.fault(fault);
      const numbers = Array.from({ length: count }, (_, n) => n);
      await Promise.all(
        numbers.map((n) => simulator.emit(portOf(simulator), { n, text: 'åäö €' }, n % 2 === 0 ? 0 : 1)),
      );
      await arrived(actor.events, numbers);
      assert.deepEqual(numbersOf(actor.events), numbers);
      assert.equal(simulator.records.connects.length, 1);
    });
  }

  it('fault 4: a slow line, its round trip half a keep-alive, is not a dead line', async () => {
    const simulator = await stage.platform();
    const proxy = await stage.proxied(simulator);
    proxy.poison({ delayMs: 250 });
    const { stream, events } = stage.stream(simulator, 1);
    await eventually(() => stream.status.state === 'connected', 'connected');
    const { port, hub, location } = portOf(simulator);
    await stream.publish(`/action/${company}/${location}/${hub}/${port}`, '{}');
    await simulator.emit(portOf(simulator), { n: 1 });
    await arrived(events, [1]);
    // Long enough for a keep-alive to have failed.
    await eventually(() => simulator.records.publishes.length === 1 && stream.isOpen, 'the publish');
    assert.equal(simulator.records.connects.length, 1);
  });

  it('fault 4: a kilobyte a second delays events and loses none', async () => {
    const simulator = await stage.platform();
    const proxy = await stage.proxied(simulator);
    const actor = await stage.connected(simulator);
    proxy.poison({ bytesPerSecond: 1000 });
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
    for (const n of numbers) await simulator.emit(portOf(simulator), { n }, 1);
    await arrived(actor.events, numbers);
    assert.deepEqual(numbersOf(actor.events), numbers);
    assert.equal(simulator.records.connects.length, 1);
  });

  it('fault 5: two minutes without a network cost nothing of QoS 1, and two log lines', async () => {
    const simulator = await stage.platform();
    const proxy = await stage.proxied(simulator);
    const actor = await stage.connected(simulator, { random: steadyRandom(0.5) });
    await proxy.refuse();
    proxy.cut();
    await stage.reach(actor, 'connecting');
    for (let minute = 0; minute < 2; minute += 1) {
      await simulator.emit(portOf(simulator), { n: minute });
      await stage.clock.advance(60_000);
    }
    await stage.reach(actor, 'disconnected');
    assert.deepEqual(actor.account.status(company), { state: 'disconnected', reason: 'refused' });
    await proxy.accept();
    await stage.passUntil(actor, 'connected');
    await arrived(actor.events, [0, 1]);
    assert.deepEqual(numbersOf(actor.events), [0, 1]);
    assert.deepEqual(actor.events.gaps, []);
    assert.equal(warnings(actor).length, 2, 'one for the loss, one for why it cannot be mended');
  });

  it('fault 5: after two hours without a network there is one gap, and no two attempts were more than 120 s apart', async () => {
    const simulator = await stage.platform();
    const proxy = await stage.proxied(simulator);
    const actor = await stage.connected(simulator, { random: steadyRandom(0.99) });
    const lostAtMs = stage.clock.now();
    await proxy.refuse();
    proxy.cut();
    await stage.reach(actor, 'connecting');
    const failures = (): number => actor.log.lines.filter(({ message }) => message.includes("can't be reached")).length;
    for (let attempts = 0; attempts < 60; attempts += 1) {
      await stage.clock.advance(120_000);
      await eventually(() => failures() > attempts, `attempt ${attempts + 1} within 120 s of the one before`);
    }
    // The platform's clock has gone on as well.
    simulator.fault('clock-skew', 120);
    await proxy.accept();
    await stage.passUntil(actor, 'connected');
    assert.deepEqual(
      actor.events.gaps.map(({ from, to }) => [from <= lostAtMs, to - from >= 7_200_000]),
      [[true, true]],
    );
    assert.equal(warnings(actor).length, 3, 'loss, reason, gap');
  });

  it('fault 6: a broker that restarts with its sessions kept costs no subscription and no event of QoS 1', async () => {
    const mosquitto = await startMosquitto();
    stage.opened.add({ close: () => mosquitto.stop() });
    const simulator = await stage.platform({ broker: { mosquittoPort: mosquitto.port } });
    const actor = await stage.connected(simulator);
    const subscribes = simulator.records.subscribes.length;
    await simulator.emit(portOf(simulator), { n: 1 });
    await arrived(actor.events, [1]);
    await mosquitto.restart();
    await stage.reach(actor, 'connecting');
    await simulator.emit(portOf(simulator), { n: 2 });
    await stage.passUntil(actor, 'connected');
    await arrived(actor.events, [1, 2]);
    assert.deepEqual(numbersOf(actor.events), [1, 2]);
    assert.equal(simulator.records.connects.at(-1)?.sessionPresent, true);
    assert.equal(simulator.records.subscribes.length, subscribes);
    assert.deepEqual(actor.events.gaps, []);
  });

  it('fault 7: a broker that lost its sessions is subscribed to anew; one gap is declared and the state read again', async () => {
    const mosquitto = await startMosquitto();
    stage.opened.add({ close: () => mosquitto.stop() });
    const simulator = await stage.platform({ broker: { mosquittoPort: mosquitto.port } });
    const actor = await stage.connected(simulator, { initial: 'connect' });
    await eventually(() => actor.events.events.length > 0, 'the first snapshot');
    const snapshots = actor.events.events.length;
    await mosquitto.restart({ forget: true });
    await stage.reach(actor, 'connecting');
    await stage.passUntil(actor, 'connected');
    await eventually(() => actor.events.events.length === 2 * snapshots, 'the second snapshot');
    await simulator.emit(portOf(simulator), { n: 1 });
    await eventually(() => actor.events.events.length === 2 * snapshots + 1, 'the live event');
    assert.equal(simulator.records.connects.at(-1)?.sessionPresent, false);
    assert.deepEqual(simulator.records.subscribes.at(-1)?.filters, [`/ports/${company}/#`]);
    assert.equal(actor.events.gaps.length, 1);
    assert.deepEqual(
      actor.events.events.map(({ kind }) => kind),
      [...Array.from({ length: 2 * snapshots }, () => 'snapshot'), 'event'],
    );
  });

  it('fault 7: a session that is new on a connection that fails, and resumed on the next, has missed the outage', async () => {
    const simulator = await stage.platform();
    const broker = await stage.scripted(simulator);
    const actor = await stage.connected(simulator);
    broker.follow({
      onConnect: (connection) => {
        const isFirst = broker.connections.length === 2;
        connection.send({ cmd: 'connack', returnCode: 0, sessionPresent: !isFirst });
        if (isFirst) connection.reset();
      },
    });
    broker.last.reset();
    await stage.passUntil(actor, 'disconnected');
    await stage.passUntil(actor, 'connected');
    assert.equal(broker.connections.length, 3);
    assert.equal(actor.events.gaps.length, 1);
    assert.equal(broker.last.all('subscribe').length, 1);
  });

  it('fault 7: a session that may have been begun anew, unheard, is subscribed to once more, and then trusted', async () => {
    const simulator = await stage.platform();
    const broker = await stage.scripted(simulator);
    const actor = await stage.connected(simulator);
    broker.follow({
      onConnect: (connection) => {
        if (broker.connections.length === 2) connection.reset();
        else connection.send({ cmd: 'connack', returnCode: 0, sessionPresent: true });
      },
    });
    broker.last.reset();
    await stage.passUntil(actor, 'disconnected');
    await stage.passUntil(actor, 'connected');
    broker.last.reset();
    await stage.passUntil(actor, 'connecting');
    await stage.passUntil(actor, 'connected');
    const subscribed = broker.connections.map((connection) => connection.all('subscribe').length);
    assert.deepEqual(subscribed, [1, 0, 1, 0]);
    assert.deepEqual(actor.events.gaps, []);
  });
});
