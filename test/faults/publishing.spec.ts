import assert from 'node:assert/strict';
import type { ActionOutcome, PortAddress } from '../../src';
import { EventLog } from '../support/event-log';
import { eventually } from '../support/eventually';
import { failureOf, ochnoError } from '../support/ochno-errors';
import { acknowledge } from '../support/scripted-broker';
import { type Actor, arrived, company, portOf, ports, Stage } from './stage';

describe('faults of publishing', () => {
  const stage = new Stage();

  afterEach(() => stage.close());

  function send({ account }: Actor, target: PortAddress, level: number, timeoutMs = 30_000): Promise<ActionOutcome> {
    return account.send({ targets: [target], command: 'lamp', value: level, confirm: false, timeoutMs });
  }

  /** What became of each command: `sent`, `replaced`, or the code of its error. */
  async function outcomes(sendings: readonly Promise<ActionOutcome>[]): Promise<readonly string[]> {
    const ends = await Promise.allSettled(sendings);
    return Promise.all(
      ends.map(async (end) =>
        end.status === 'fulfilled' ? end.value.kind : (await failureOf(() => Promise.reject(end.reason))).code,
      ),
    );
  }

  it('fault 18: a publish that closes the connection twice is quarantined; its message is refused, the others go out', async () => {
    const simulator = await stage.platform();
    const [good, bad] = [portOf(simulator, 0), portOf(simulator, 1)];
    const actor = await stage.connected(simulator);
    simulator.fault('publish-closes', `/${bad.port}`);
    const codes: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      let code: string | undefined;
      failureOf(() => send(actor, bad, 10)).then((error) => {
        code = error.code;
      });
      await stage.pass(() => code, 'the outcome');
      codes.push(code ?? '');
      await stage.passUntil(actor, 'connected');
    }
    assert.deepEqual(codes, ['OCHNO_REFUSED', 'OCHNO_REFUSED', 'OCHNO_REFUSED']);
    assert.equal(simulator.records.closes.length, 2, 'the third was not sent');
    assert.equal((await send(actor, good, 20)).kind, 'sent');
    assert.deepEqual(
      simulator.records.publishes.map(({ topic }) => topic.endsWith(`/${good.port}`)),
      [true],
    );
  });

  it('fault 18: what went down with it is not sent again by itself, and nothing is sent twice', async () => {
    const simulator = await stage.platform();
    const [good, bad] = [portOf(simulator, 0), portOf(simulator, 1)];
    const actor = await stage.connected(simulator);
    simulator.fault('publish-closes', `/${bad.port}`);
    const ends = outcomes([send(actor, good, 10), send(actor, bad, 10), send(actor, good, 20)]);
    await stage.passUntil(actor, 'connecting');
    await stage.passUntil(actor, 'connected');
    const [first, poison, last] = await ends;
    assert.notEqual(poison, 'sent');
    const levels = simulator.records.publishes.map(({ payload }) => JSON.parse(payload).data.device.lamp.level);
    assert.equal(new Set(levels).size, levels.length);
    for (const end of [first, last]) assert.ok(end === 'sent' || end === 'OCHNO_TIMEOUT', `${end}`);
  });

  describe('fault 20: an address no broker takes', () => {
    for (const [name, wrong] of [
      ['an empty id', { port: '' }],
      ['an eighth slash', { port: 'a/b/c/d' }],
      ['a wildcard', { hub: '+' }],
      ['a wildcard at its end', { port: '#' }],
      ['a NUL', { location: 'a\0b' }],
      ['257 bytes', { port: 'å'.repeat(120) }],
    ] as const) {
      it(`fault 20: ${name} is refused here, with its name, and nothing is sent`, async () => {
        const simulator = await stage.platform();
        const actor = await stage.connected(simulator);
        const target = { ...portOf(simulator), ...wrong };
        await assert.rejects(send(actor, target, 10), ochnoError('OCHNO_VALUE'));
        assert.equal(simulator.records.publishes.length, 0);
        assert.equal(simulator.records.closes.length, 0);
      });
    }

    it('fault 20: 256 bytes and a leading slash are none of these', async () => {
      const simulator = await stage.platform();
      const actor = await stage.connected(simulator);
      const bytes = Buffer.byteLength(`/action/${company}/l/h/`);
      const target = { company, location: 'l', hub: 'h', port: 'p'.repeat(256 - bytes) };
      assert.equal((await send(actor, target, 10)).kind, 'sent');
      assert.equal(Buffer.byteLength(simulator.records.publishes[0]?.topic ?? ''), 256);
      assert.ok(simulator.records.publishes[0]?.topic.startsWith('/action/'));
    });
  });

  it('fault 21: 128 KiB go out, one byte more is refused here', async () => {
    const simulator = await stage.platform();
    const actor = await stage.connected(simulator);
    const envelope = { id: 'h', data: { text: '' } };
    const room = 128 * 1024 - JSON.stringify(envelope).length;
    const sending = (length: number): Promise<ActionOutcome> =>
      actor.account.send({
        targets: [portOf(simulator)],
        command: 'envelope',
        value: { id: 'h', data: { text: 'x'.repeat(length) } },
        confirm: false,
        timeoutMs: 30_000,
      });
    assert.equal((await sending(room)).kind, 'sent');
    assert.equal(simulator.records.publishes[0]?.payload.length, 128 * 1024);
    await assert.rejects(sending(room + 1), ochnoError('OCHNO_VALUE', /128 KiB|131072/));
    assert.equal(simulator.records.closes.length, 0);
  });

  it('fault 21: 0 bytes and 128 KiB come in; 10 MB end the connection, which is replaced', async () => {
    const simulator = await stage.platform();
    const { location, hub, port } = portOf(simulator);
    const topic = `/ports/${company}/${location}/${hub}/${port}`;
    const broker = await stage.scripted(simulator);
    const actor = await stage.connected(simulator);
    broker.last.publish(topic, '');
    broker.last.publish(topic, JSON.stringify('x'.repeat(128 * 1024 - 2)));
    await eventually(() => actor.events.events.length === 1 && actor.events.unreadable.length === 1, 'both');
    assert.equal(actor.events.unreadable[0]?.bytes.length, 0);
    broker.last.publish(topic, Buffer.alloc(10 * 1024 * 1024, 0x20));
    await stage.reach(actor, 'connecting');
    await stage.passUntil(actor, 'connected');
    assert.equal(broker.connections.length, 2);
    assert.match(actor.log.at('warn').join('\n'), /size|large|big|length/i);
  });

  it('fault 40: a broker that acknowledges nothing gets a hundred publishes, and the rest wait', async () => {
    const simulator = await stage.platform({ ports: 40 });
    const broker = await stage.scripted(simulator, { onPublish: () => undefined });
    const actor = await stage.connected(simulator);
    const sendings = outcomes(ports(simulator, 150).map((target) => send(actor, target, 10)));
    const published = (): number => broker.last.all('publish').length;
    await eventually(() => published() === 100, 'a hundred');
    await stage.clock.advance(10_000);
    assert.equal(published(), 100);
    for (const packet of broker.last.all('publish')) acknowledge(broker.last, packet);
    broker.follow({});
    await stage.pass(() => published() === 150, 'the rest');
    assert.deepEqual(new Set(await sendings), new Set(['sent']));
  });

  it('fault 43: a publish under way at closing has a second for its acknowledgement, then it fails', async () => {
    const simulator = await stage.platform({ faults: ['puback-never'] });
    const actor = await stage.connected(simulator);
    const failure = failureOf(() => send(actor, portOf(simulator), 10));
    await eventually(() => simulator.records.publishes.length === 1, 'the publish');
    const tookMs = await stage.finish(actor.account);
    assert.ok(tookMs <= 2000, `${tookMs} ms`);
    assert.equal((await failure).code, 'OCHNO_CLOSED');
    assert.equal(stage.clock.timers, 0);
  });

  it('fault 43: one whose acknowledgement comes within that second has succeeded', async () => {
    const simulator = await stage.platform();
    const broker = await stage.scripted(simulator, { onPublish: () => undefined });
    const actor = await stage.connected(simulator);
    const sending = send(actor, portOf(simulator), 10);
    await eventually(() => broker.last.all('publish').length === 1, 'the publish');
    const closing = actor.account.close();
    for (const packet of broker.last.all('publish')) acknowledge(broker.last, packet);
    assert.equal((await sending).kind, 'sent');
    await closing;
  });

  it('fault 24: nothing is sent twice and nothing is lost while a connection is renewed', async () => {
    const simulator = await stage.platform({ ports: 40 });
    const actor = stage.account(simulator);
    actor.account.subscribe({ company }, new EventLog());
    await stage.reach(actor, 'connected');
    const targets = ports(simulator, 60);
    await stage.clock.advance(45 * 60_000 - 100);
    simulator.fault('clock-skew', 45);
    const sendings: Promise<ActionOutcome>[] = [];
    for (const [index, target] of targets.entries()) {
      sendings.push(send(actor, target, index));
      await stage.clock.advance(200);
    }
    await stage.pass(() => simulator.records.disconnects === 1, 'the handover is over');
    assert.deepEqual(new Set(await outcomes(sendings)), new Set(['sent']));
    const topics = simulator.records.publishes.map(({ topic }) => topic);
    assert.equal(topics.length, targets.length);
    assert.equal(new Set(topics).size, targets.length);
    assert.equal(new Set(simulator.records.publishes.map(({ clientId }) => clientId)).size, 2);
    await arrived(actor.events, []);
  });
});
