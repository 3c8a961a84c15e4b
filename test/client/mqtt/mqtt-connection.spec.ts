import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { generate } from 'mqtt-packet';
import { MqttConnection, type MqttListener } from '../../../src/client/mqtt/mqtt-connection';
import type { StreamError } from '../../../src/client/mqtt/stream-error';
import { systemClock } from '../../../src/client/time/clock';
import { eventually } from '../../support/eventually';
import { type ScriptedBroker, startScriptedBroker } from '../../support/scripted-broker';

/** Keeps whether it was ended. */
class WatchedAgent extends Agent {
  isDestroyed = false;

  override destroy(): void {
    this.isDestroyed = true;
    super.destroy();
  }
}

/** Keeps all that a connection tells. */
class Heard implements MqttListener {
  readonly messages: { topic: string; payload: string; qos: number; retained: boolean }[] = [];
  readonly sessions: boolean[] = [];
  readonly lost: StreamError[] = [];
  pongs = 0;

  onConnect(): void {
    this.messages.length = 0;
  }

  onConnack(sessionPresent: boolean): void {
    this.sessions.push(sessionPresent);
  }

  onMessage(topic: string, payload: Buffer, qos: number, retained: boolean): undefined {
    this.messages.push({ topic, payload: payload.toString(), qos, retained });
  }

  onPing(): undefined {
    return undefined;
  }

  onPong(): void {
    this.pongs += 1;
  }

  onLost(error: StreamError): void {
    this.lost.push(error);
  }
}

describe('an MQTT connection', () => {
  let broker: ScriptedBroker;
  let heard: Heard;
  let agent: WatchedAgent;
  let connection: MqttConnection;

  beforeEach(async () => {
    broker = await startScriptedBroker();
    heard = new Heard();
    agent = new WatchedAgent();
    const url = new URL(`ws://127.0.0.1:${broker.port}/mqtt`);
    const life = { clientId: 'c', clean: true, keepaliveSeconds: 30, connectTimeoutMs: 10_000 };
    const { signal } = new AbortController();
    connection = await MqttConnection.open(
      { url, signedAtMs: systemClock.now(), ...life, agent, listener: heard },
      systemClock,
      signal,
    );
  });

  afterEach(async () => {
    connection?.destroy();
    await broker?.close();
  });

  const publish = (payload: string, qos: 0 | 1 = 0): Buffer =>
    generate({ cmd: 'publish', topic: 't', payload, qos, messageId: 1, dup: false, retain: false });
  const ended = (): Promise<boolean> => eventually(() => heard.lost.length === 1 && !broker.last.isOpen, 'the end');

  it('tells which messages the broker had retained', async () => {
    broker.last.send(
      { cmd: 'publish', topic: 'a', payload: '1', qos: 0, dup: false, retain: true },
      { cmd: 'publish', topic: 'a', payload: '2', qos: 0, dup: false, retain: false },
    );
    await eventually(() => heard.messages.length === 2, 'both');
    assert.deepEqual(
      heard.messages.map(({ retained }) => retained),
      [true, false],
    );
  });

  it('A16: ends at the header of a PUBLISH larger than AWS allows, before its bytes come', async () => {
    broker.last.sendBytes(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]));
    await ended();
    assert.match(heard.lost[0]?.message ?? '', /announced a packet of 268435460 bytes/);
    assert.equal(heard.lost[0]?.byBroker, false);
    assert.equal(connection.isOpen, false);
  });

  it('A16: works off 200 000 tiny packets of one frame in turns, and goes on', async () => {
    broker.last.sendBytes(Buffer.concat([Buffer.alloc(400_000, Buffer.from([0xd0, 0])), publish('after')]));
    let turns = 0;
    await eventually(() => heard.pongs > 0, 'the first of them');
    const count = (): void => {
      turns += 1;
      if (heard.messages.length === 0 && heard.lost.length === 0) setImmediate(count);
    };
    count();
    await eventually(() => heard.messages.length === 1, 'what came after them');
    assert.equal(heard.pongs, 200_000);
    assert.ok(turns > 500, `${turns} turns`);
    assert.deepEqual(heard.lost, []);
  });

  it('A16: takes 100 000 tiny packets that end in one too large for what it is', async () => {
    const tooLarge = Buffer.from([0x32, 0xff, 0xff, 0x7f]);
    broker.last.sendBytes(Buffer.concat([Buffer.alloc(200_000, Buffer.from([0xd0, 0])), tooLarge]));
    await ended();
    assert.match(heard.lost[0]?.message ?? '', /announced a packet/);
  });

  for (const [what, bytes] of [
    ['a message of QoS 3', Buffer.from([0x36, 0x05, 0, 1, 0x74, 0, 1])],
    [
      'a CONNECT',
      generate({ cmd: 'connect', clientId: 'x', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0 }),
    ],
    ['an answer to nothing', generate({ cmd: 'puback', messageId: 77 })],
    ['a packet of type 0', Buffer.from([0x00, 0x00])],
  ] as const) {
    it(`A16: delivers nothing that comes after ${what}, in the same frame or later`, async () => {
      broker.last.sendBytes(Buffer.concat([bytes, publish('same frame'), publish('acknowledged', 1)]));
      broker.last.sendBytes(publish('next frame'));
      await ended();
      assert.deepEqual(heard.messages, []);
      assert.deepEqual(broker.last.all('puback'), []);
    });
  }

  it('proves to have brought everything by answered pings, not by what comes late', async () => {
    const connectedMs = connection.provenMs;
    const answers: (() => void)[] = [];
    broker.follow({ onPing: (peer) => answers.push(() => peer.send({ cmd: 'pingresp' })) });
    await eventually(() => systemClock.monotonicMs() > connectedMs, 'time passes');
    const pinged = connection.ping();
    const pingedMs = systemClock.monotonicMs();
    await eventually(() => answers.length === 1 && systemClock.monotonicMs() > pingedMs, 'the ping');
    broker.last.sendBytes(publish('late'));
    await eventually(() => heard.messages.length === 1, 'the message');
    assert.equal(connection.provenMs, connectedMs);
    answers[0]?.();
    await pinged;
    assert.ok(connection.provenMs > connectedMs && connection.provenMs <= pingedMs);
    assert.ok(connection.lastHeardMs > pingedMs);
  });

  it('fails what waits for an answer with the reason of its end', async () => {
    broker.follow({ onPing: () => undefined, onSubscribe: (peer) => peer.sendText('no') });
    const waiting = Promise.allSettled([connection.ping(), connection.subscribe(['a'])]);
    const outcomes = (await waiting).map((outcome) => outcome.status === 'rejected' && String(outcome.reason));
    const reason = 'StreamError: the stream’s server sent text where MQTT was expected';
    assert.deepEqual(outcomes, [reason, reason]);
    assert.equal(heard.lost.length, 1);
  });

  it('ends its agent with itself', async () => {
    assert.equal(agent.isDestroyed, false);
    broker.last.reset();
    await ended();
    assert.equal(agent.isDestroyed, true);
  });

  it('tells nothing after it was closed, and refuses what is asked then', async () => {
    await connection.close(1_000);
    await connection.close(1_000);
    assert.deepEqual(heard.lost, []);
    assert.equal(agent.isDestroyed, true);
    await assert.rejects(connection.publish('t', 'x'), /the connection is closed/);
    assert.equal(broker.last.all('disconnect').length, 1);
  });
});
