import assert from 'node:assert/strict';
import { type PortEvent, type PortSubscriber, portTopic } from '../../src';
import type { Simulator } from '../simulator';
import { EventLog } from '../support/event-log';
import { eventually } from '../support/eventually';
import { accept, type ScriptedBroker } from '../support/scripted-broker';
import { type Actor, arrived, company, numbersOf, portOf, Stage, warnings } from './stage';

describe('faults of events', () => {
  const stage = new Stage();

  afterEach(() => stage.close());

  /** A connected actor and the topic of its first port. */
  async function listening(options = {}): Promise<{ simulator: Simulator; actor: Actor; topic: string }> {
    const simulator = await stage.platform(options);
    const actor = await stage.connected(simulator);
    return { simulator, actor, topic: portTopic(portOf(simulator)) };
  }

  describe('fault 34: a payload that is not JSON', () => {
    for (const [name, bytes] of [
      ['text', Buffer.from('hello')],
      ['nothing at all', Buffer.alloc(0)],
      ['half an object', Buffer.from('{"n": 1')],
      ['invalid UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
      ['NaN', Buffer.from('{"n": NaN}')],
      ['1e400', Buffer.from('{"n": 1e400}')],
      ['120 kB of rubbish', Buffer.alloc(120_000, 0xa5)],
    ] as const) {
      it(`fault 34: ${name} comes as the bytes it is, and events go on`, async () => {
        const { simulator, actor, topic } = await listening();
        await simulator.publish(topic, bytes);
        await simulator.emit(portOf(simulator), { n: 1 });
        await arrived(actor.events, [1]);
        const [unreadable] = actor.events.unreadable;
        assert.equal(unreadable?.error.code, 'OCHNO_PAYLOAD');
        assert.deepEqual(unreadable?.bytes, bytes);
        assert.equal(unreadable?.topic, topic);
        assert.equal(actor.events.unreadable.length, 1);
        assert.equal(simulator.records.connects.length, 1);
      });
    }

    it('fault 34: of a key that is there twice the last one counts, as in all of JavaScript', async () => {
      const { simulator, actor, topic } = await listening();
      await simulator.publish(topic, '{"n": 1, "n": 2}');
      await eventually(() => actor.events.events.length > 0, 'the event');
      assert.deepEqual(actor.events.events[0]?.data, { n: 2 });
    });
  });

  it('fault 35: __proto__ and constructor.prototype pollute nothing', async () => {
    const { simulator, actor, topic } = await listening();
    await simulator.publish(topic, '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 2}}}');
    await eventually(() => actor.events.events.length > 0, 'the event');
    const data = actor.events.events[0]?.data;
    assert.equal(Reflect.get({}, 'polluted'), undefined);
    assert.equal(Object.getPrototypeOf(data), Object.prototype);
    assert.ok(typeof data === 'object' && data !== null && !Object.hasOwn(data, '__proto__'));
  });

  it('fault 35: JSON 10 000 deep is refused, as many keys as fit into a message are taken, and no stack overflows', async () => {
    const { simulator, actor, topic } = await listening();
    await simulator.publish(topic, '['.repeat(10_000) + ']'.repeat(10_000));
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 13_500 }, (_, index) => [index, 0])));
    assert.ok(wide.length > 110_000 && wide.length <= 128 * 1024);
    const broker = await stage.scripted(simulator);
    const other = await stage.connected(simulator, { instanceId: 'other' });
    broker.last.publish(topic, wide);
    await eventually(() => other.events.events.length > 0, 'the wide event');
    await eventually(() => actor.events.unreadable.length > 0, 'the deep one');
    assert.equal(actor.events.events.length, 0);
    assert.equal(actor.events.unreadable[0]?.error.code, 'OCHNO_PAYLOAD');
  });

  it('fault 36: topics no port can have are nobody’s; ports the building does not know are delivered', async () => {
    const simulator = await stage.platform();
    const broker = await stage.scripted(simulator);
    const actor = await stage.connected(simulator);
    for (const topic of ['', '/', 'ports', '/ports', `/ports/${company}`, `/ports/${company}/l/h`, 'a/b', '/ports////'])
      broker.last.publish(topic, '{"n": 0}', { qos: 0 });
    for (const topic of [`/ports/${company}/l/h/p/more`, `/action/${company}/l/h/p`, '/ports/another/l/h/p'])
      broker.last.publish(topic, '{"n": 0}');
    broker.last.publish(`/ports/${company}/new/new/new`, '{"n": 1}');
    await eventually(() => actor.events.events.length > 0, 'the event');
    assert.deepEqual(
      actor.events.events.map(({ data }) => data),
      [{ n: 1 }],
    );
    assert.deepEqual(actor.events.unreadable, []);
    assert.equal(broker.connections.length, 1);
    assert.deepEqual(warnings(actor), []);
  });

  describe('fault 38: an event that comes twice', () => {
    it('fault 38: sent again after a cut, under another packet id and without DUP, it is delivered once', async () => {
      const simulator = await stage.platform();
      const broker = await stage.scripted(simulator);
      const actor = await stage.connected(simulator);
      const topic = portTopic(portOf(simulator));
      for (const n of [1, 2, 3]) broker.last.publish(topic, `{"data": {"n": ${n}}}`);
      await arrived(actor.events, [1, 2, 3]);
      // The acknowledgements were on their way when the line was cut.
      broker.follow({
        onConnect: (connection) => {
          accept(connection, undefined, true);
          for (const n of [2, 3, 4]) connection.publish(topic, `{"data": {"n": ${n}}}`, { messageId: 100 + n });
        },
      });
      broker.last.reset();
      await stage.passUntil(actor, 'connecting');
      await stage.passUntil(actor, 'connected');
      await arrived(actor.events, [1, 2, 3, 4]);
      // One that is published anew, though it says the same, is another event.
      broker.last.publish(topic, '{"data": {"n": 2}}');
      await arrived(actor.events, [1, 2, 3, 4, 2]);
      assert.deepEqual(numbersOf(actor.events), [1, 2, 3, 4, 2]);
      await eventually(() => broker.last.all('puback').length === 4, 'the last acknowledgement');
      assert.deepEqual(
        broker.last.all('puback').map(({ messageId }) => messageId),
        [102, 103, 104, 1],
      );
    });

    it('fault 38: what the broker surely has the acknowledgement of is not taken for a repetition', async () => {
      const simulator = await stage.platform();
      const broker = await stage.scripted(simulator);
      const { stream, events } = stage.stream(simulator, 1);
      await eventually(() => stream.isOpen, 'the connection');
      const topic = portTopic(portOf(simulator));
      const [first] = broker.connections;
      broker.last.publish(topic, '{"data": {"n": 1}}');
      await arrived(events, [1]);
      const pings = broker.last.all('pingreq').length;
      // The answer to a ping that left after the acknowledgement says that this has arrived.
      await eventually(() => broker.last.all('pingreq').length > pings + 1, 'two pings');
      broker.follow({ onConnect: (connection) => accept(connection, undefined, true) });
      broker.last.reset();
      await eventually(() => broker.last !== first && stream.isOpen, 'the next connection');
      broker.last.publish(topic, '{"data": {"n": 1}}');
      await arrived(events, [1, 1]);
    });
  });

  it('fault 38: brought by both connections of a handover it is delivered once; two equal ones twice (fault 39)', async () => {
    const simulator = await stage.platform();
    const broker = await stage.scripted(simulator);
    const actor = await stage.connected(simulator);
    const topic = portTopic(portOf(simulator));
    const send = (n: number, ...connections: readonly number[]): void => {
      for (const index of connections) broker.connections[index]?.publish(topic, `{"data": {"n": ${n}}}`);
    };
    await renewal(broker);
    send(1, 0, 1);
    send(2, 1, 0);
    send(3, 0, 0, 1, 1);
    send(4, 0, 1, 0, 1);
    await arrived(actor.events, [1, 2, 3, 3, 4, 4]);
    await stage.pass(() => !broker.connections[0]?.isOpen, 'the old connection retires');
    send(5, 1);
    await arrived(actor.events, [1, 2, 3, 3, 4, 4, 5]);
    assert.deepEqual(numbersOf(actor.events), [1, 2, 3, 3, 4, 4, 5]);
  });

  it('fault 39: two equal events on one connection are two events', async () => {
    const { simulator, actor, topic } = await listening();
    for (const qos of [0, 0, 1, 1] as const) await simulator.publish(topic, '{"data": {"n": 7}}', qos);
    await arrived(actor.events, [7, 7, 7, 7]);
    assert.deepEqual(numbersOf(actor.events), [7, 7, 7, 7]);
  });

  async function renewal(broker: ScriptedBroker): Promise<void> {
    await stage.clock.advance(45 * 60_000);
    await stage.pass(() => broker.connections[1]?.all('subscribe').length === 1, 'the successor');
  }

  for (const qos of [0, 1] as const) {
    it(`fault 40: 3000 events of QoS ${qos} at once reach a slow flow in portions, all of them and in order`, async () => {
      const { simulator, topic } = await listening({ connectionRate: 'unlimited' });
      const actor = stage.account(simulator, { instanceId: 'slow' });
      let turn = 0;
      let isOver = false;
      const count = (): void => {
        turn += 1;
        if (!isOver) setImmediate(count);
      };
      count();
      const seen: number[] = [];
      const perTurn = new Map<number, number>();
      const slow = new EventLog();
      slow.onEvent = ({ data }: PortEvent): void => {
        perTurn.set(turn, (perTurn.get(turn) ?? 0) + 1);
        seen.push(Number(data));
        const endMs = performance.now() + 0.1;
        while (performance.now() < endMs);
      };
      actor.account.subscribe({ company }, slow);
      await stage.reach(actor, 'connected');
      const numbers = Array.from({ length: 3000 }, (_, n) => n);
      await Promise.all(numbers.map((n) => simulator.publish(topic, String(n), qos)));
      await eventually(() => seen.length >= numbers.length, 'all events');
      isOver = true;
      assert.deepEqual(seen, numbers);
      assert.ok(Math.max(...perTurn.values()) <= 512, `${Math.max(...perTurn.values())} in one turn`);
      assert.deepEqual(warnings(actor), []);
    });
  }

  it('fault 40: what can’t be kept while the ports’ state is read is a gap, not a secret', async () => {
    const simulator = await stage.platform({ connectionRate: 'unlimited', faults: ['rest-hang'] });
    const actor = await stage.connected(simulator, { initial: 'start' });
    const topic = portTopic(portOf(simulator));
    await eventually(() => simulator.records.requests.some(({ path }) => path === '/api/ports'), 'the reading');
    const published = 10_050;
    const log = new EventLog();
    actor.account.subscribe({ company }, log);
    for (let n = 0; n < published; n += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, index) => simulator.publish(topic, String(n + index))));
    }
    await eventually(() => log.events.length === published, 'all are there');
    await stage.pass(() => actor.events.events.length > 0, 'the state is given up', 1000);
    await eventually(() => actor.events.events.length === 10_000, 'what was kept');
    assert.equal(actor.events.events[0]?.data, 50);
    assert.equal(actor.events.gaps.length, 1);
    assert.deepEqual(log.gaps, []);
    assert.equal(warnings(actor).length, 1);
  });

  describe('fault 41: a flow that throws', () => {
    const fail = (): never => {
      throw new Error('the flow is broken');
    };

    for (const initial of ['none', 'connect'] as const) {
      it(`fault 41: whatever it is told (${initial}), the others hear, and the connection stays`, async () => {
        const simulator = await stage.platform();
        const actor = stage.account(simulator);
        const { hub, location, port } = portOf(simulator);
        const broken: PortSubscriber = { initial, onEvent: fail, onGap: fail, onRefused: fail, onUnreadable: fail };
        const healthy = new EventLog(initial);
        actor.account.subscribe({ company, locations: [location], hubs: [hub], ports: [port] }, broken);
        actor.account.subscribe({ company }, healthy);
        actor.account.subscribe({ company, ports: [port] }, broken);
        await stage.reach(actor, 'connected');
        if (initial === 'connect') await eventually(() => healthy.events.length > 0, 'the snapshot');
        const before = healthy.events.length;
        await simulator.publish(portTopic(portOf(simulator)), 'no JSON');
        for (const n of [1, 2, 3]) await simulator.emit(portOf(simulator), { n });
        await eventually(() => healthy.events.length === before + 3, 'the events');
        assert.equal(healthy.unreadable.length, 1);
        simulator.forgetSessions();
        simulator.dropConnections('reset');
        await stage.passUntil(actor, 'connecting');
        await stage.passUntil(actor, 'connected');
        await eventually(() => healthy.gaps.length === 1, 'the gap');
        await simulator.emit(portOf(simulator), { n: 4 });
        await eventually(() => numbersOf(healthy).includes(4), 'the event after it');
        assert.equal(simulator.records.connects.length, 2);
        assert.ok(actor.log.at('error').some((line) => line.includes('the flow is broken')));
      });
    }

    it('fault 41: one told of a refused filter too', async () => {
      const simulator = await stage.platform();
      const actor = stage.account(simulator);
      const [one, other] = [portOf(simulator, 0), portOf(simulator, 1)];
      simulator.fault('suback-refused', `/${one.port}`);
      const broken = { initial: 'none', onEvent: fail, onGap: fail, onRefused: fail, onUnreadable: fail } as const;
      const healthy = new EventLog();
      actor.account.subscribe({ company, locations: [one.location], hubs: [one.hub], ports: [one.port] }, broken);
      actor.account.subscribe(
        { company, locations: [other.location], hubs: [other.hub], ports: [other.port] },
        healthy,
      );
      await stage.reach(actor, 'connected');
      await simulator.emit(other, { n: 1 });
      await arrived(healthy, [1]);
      assert.equal(simulator.records.connects.length, 1);
    });
  });
});
