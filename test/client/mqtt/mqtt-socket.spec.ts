import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { Agent } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { MqttSocket } from '../../../src/client/mqtt/mqtt-socket';
import type { StreamError } from '../../../src/client/mqtt/stream-error';

/** A WebSocket that is only spoken to. */
class FakeWebSocket extends EventEmitter {
  readonly frames: Buffer[] = [];
  readonly closes: unknown[] = [];
  send(data: Buffer): void {
    this.frames.push(data);
  }
  close(code?: number): void {
    this.closes.push(code);
  }
  pause(): void {
    this.emit('paused');
  }
  resume(): void {
    this.emit('resumed');
  }
}

/** What mqtt.js passes on to `ws`. */
interface WebSocketOptions {
  readonly agent?: Agent;
  readonly perMessageDeflate: boolean;
  readonly maxPayload: number;
  finishRequest(request: { path: string; end(): void }, socket: FakeWebSocket): void;
}

const url = 'wss://stream.example/mqtt?X-Amz-Signature=s3cret';

describe('the socket under an MQTT connection', () => {
  let opened: number;
  let problems: StreamError[];

  function socketTo(address: string, agent?: Agent) {
    opened = 0;
    problems = [];
    const life = { clientId: 'c', clean: false, keepaliveSeconds: 30, connectTimeoutMs: 15_000 };
    const socket = new MqttSocket(
      { url: new URL(address), signedAtMs: 0, agent, ...life },
      {
        onOpen: () => {
          opened += 1;
        },
        onUseless: (problem) => problems.push(problem),
      },
    );
    const options = socket.clientOptions();
    return { socket, options, webSocket: options.wsOptions as unknown as WebSocketOptions };
  }

  /** Opens the WebSocket as `ws` does; the path that was asked for. */
  function upgrade({ webSocket }: ReturnType<typeof socketTo>, to: FakeWebSocket): string[] {
    const asked: string[] = [];
    const request = {
      path: '/mqtt',
      end() {
        asked.push(this.path);
      },
    };
    webSocket.finishRequest(request, to);
    return asked;
  }

  it('tells mqtt.js where to go, but not the signature, which joins the request', () => {
    const parts = socketTo(url);
    assert.deepEqual(
      [parts.options.protocol, parts.options.hostname, parts.options.port, parts.options.path],
      ['wss', 'stream.example', 443, '/mqtt'],
    );
    assert.doesNotMatch(JSON.stringify(parts.options), /s3cret/);
    assert.deepEqual(upgrade(parts, new FakeWebSocket()), ['/mqtt?X-Amz-Signature=s3cret']);
  });

  it('takes the port that the URL names, or the usual one', () => {
    assert.equal(socketTo('ws://127.0.0.1:8883/mqtt').options.port, 8883);
    assert.equal(socketTo('ws://127.0.0.1/mqtt').options.port, 80);
  });

  it('leaves nothing to mqtt.js that it would do on its own', () => {
    const { reconnectPeriod, resubscribe, queueQoSZero, reschedulePings } = socketTo(url).options;
    assert.deepEqual([reconnectPeriod, resubscribe, queueQoSZero, reschedulePings], [0, false, false, false]);
  });

  it('bounds a frame, and negotiates no compression', () => {
    const { webSocket } = socketTo(url);
    assert.deepEqual([webSocket.perMessageDeflate, webSocket.maxPayload], [false, 4 * 1024 * 1024]);
  });

  it('tells when it is open, and of what is not MQTT once', () => {
    const parts = socketTo(url);
    const peer = new FakeWebSocket();
    upgrade(parts, peer);
    peer.emit('open');
    assert.equal(opened, 1);
    peer.emit('message', Buffer.from('hello'), false);
    peer.emit('message', Buffer.from('hello'), false);
    assert.deepEqual(
      problems.map(({ message, byBroker }) => [message, byBroker]),
      [['the stream’s server sent text where MQTT was expected', false]],
    );
  });

  it('tells what is wrong with an upgrade, which mqtt.js keeps to itself, and not what it tells', () => {
    const parts = socketTo(url);
    const peer = new FakeWebSocket();
    upgrade(parts, peer);
    peer.emit('error', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }));
    peer.emit('error', new Error('WebSocket was closed before the connection was established'));
    peer.emit('error', new Error('Invalid Sec-WebSocket-Accept header'));
    const told = problems.map(({ message }) => message);
    assert.equal(told.length, 1);
    assert.match(told.join(), /does not speak WebSocket \(Invalid Sec-WebSocket-Accept header\); check proxy/);
  });

  it('passes what comes on until reading is stopped', () => {
    const parts = socketTo(url);
    const peer = new FakeWebSocket();
    upgrade(parts, peer);
    const read: unknown[] = [];
    peer.on('message', (data) => read.push(data));
    peer.emit('message', Buffer.from([0xd0, 0]), true);
    parts.socket.stopReading();
    peer.emit('message', Buffer.from([0xd0, 0]), true);
    assert.deepEqual(read, [Buffer.from([0xd0, 0])]);
  });

  it('writes words among what mqtt.js writes, in one frame a turn', async () => {
    const parts = socketTo(url);
    parts.socket.writeWord(1);
    const peer = new FakeWebSocket();
    upgrade(parts, peer);
    peer.send(Buffer.from([7]));
    parts.socket.writeWord(0x40_02_00_05);
    await turn();
    assert.deepEqual(peer.frames, [Buffer.from([7, 0x40, 2, 0, 5])]);
  });

  it('is reached through its agent', () => {
    const agent = new Agent();
    assert.equal(socketTo(url, agent).webSocket.agent, agent);
  });
});
