import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { IncomingPackets, type IncomingSocket } from '../../../src/client/mqtt/incoming-packets';

/** A WebSocket and its reader. */
class FakeSocket implements IncomingSocket {
  /** The frames that were passed on, or their first bytes. */
  readonly passed: Buffer[] = [];
  readonly others: string[] = [];
  isPaused = false;

  emit(event: string, ...[data]: unknown[]): boolean {
    if (event === 'message' && Buffer.isBuffer(data)) this.passed.push(data);
    else this.others.push(event);
    return true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  get bytes(): string {
    return Buffer.concat(this.passed).toString('latin1');
  }
}

/** A PUBLISH's type byte, the length, and as many bytes of content. */
function packet(contentBytes: number): Buffer {
  const length: number[] = [];
  for (let rest = contentBytes; ; rest >>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from([0x30, ...length]), Buffer.alloc(contentBytes, 7)]);
}

describe('incoming packets', () => {
  let socket: FakeSocket;
  let problems: string[];
  let packets: IncomingPackets;
  const arrive = (data: Buffer | string): boolean => socket.emit('message', data, Buffer.isBuffer(data));

  beforeEach(() => {
    socket = new FakeSocket();
    problems = [];
    packets = new IncomingPackets(socket, ({ message }) => problems.push(message));
  });

  it('pass as they come, whatever the frames’ edges cut', () => {
    const stream = Buffer.concat([packet(0), packet(200), packet(70_000), packet(131_072)]);
    for (let at = 0; at < stream.length; at += 999) arrive(stream.subarray(at, at + 999));
    assert.equal(socket.bytes, stream.toString('latin1'));
    for (const byte of packet(300)) arrive(Buffer.from([byte]));
    assert.equal(socket.bytes, Buffer.concat([stream, packet(300)]).toString('latin1'));
    assert.deepEqual(problems, []);
  });

  for (const [what, header] of [
    ['268 MB', [0x30, 0xff, 0xff, 0xff, 0x7f]],
    ['one byte too many', [0x32, 0x85, 0x82, 0x08]],
    ['a length that never ends', [0x30, 0x80, 0x80, 0x80, 0x80]],
    ['268 MB that is not a PUBLISH', [0xd0, 0xff, 0xff, 0xff, 0x7f]],
  ] as const) {
    it(`A16: end the connection at a header that announces ${what}, though its bytes come one by one`, () => {
      for (const byte of header) arrive(Buffer.from([byte]));
      assert.equal(problems.length, 1);
      const before = socket.bytes;
      arrive(packet(1));
      assert.equal(socket.bytes, before, 'nothing is passed on after that');
      assert.equal(problems.length, 1);
    });
  }

  it('may be as large as AWS IoT’s largest message', () => {
    arrive(packet(128 * 1024 + 256 + 4));
    assert.deepEqual(problems, []);
  });

  it('end the connection where text comes', () => {
    arrive('hello');
    assert.deepEqual([problems.length, socket.passed.length], [1, 0]);
  });

  it('A16: pass in turns if a frame holds very many, and none is lost or moved', async () => {
    const numbered = Array.from({ length: 10_000 }, (_, n) => Buffer.from([0x40, 2, n >> 8, n & 0xff]));
    const frame = Buffer.concat(numbered);
    arrive(frame);
    while (socket.bytes.length < frame.length) {
      assert.equal(socket.isPaused, true);
      const before = socket.bytes.length;
      await turn();
      assert.ok(socket.bytes.length - before <= 4 * 100, 'no more than a turn’s share');
    }
    assert.equal(socket.bytes, frame.toString('latin1'));
    assert.equal(socket.isPaused, false);
  });

  it('A16: pass in turns if they come in frames of their own, and in their order', async () => {
    let expected = '';
    for (let n = 0; n < 5_000; n += 1) {
      const frame = Buffer.from([0x40, 2, n >> 8, n & 0xff]);
      expected += frame.toString('latin1');
      arrive(frame);
    }
    assert.ok(socket.passed.length <= 100);
    while (socket.isPaused) await turn();
    assert.equal(socket.bytes, expected);
  });

  it('pass in turns if they are large', async () => {
    const frame = Buffer.concat(Array.from({ length: 32 }, () => packet(100_000)));
    arrive(frame);
    assert.ok(socket.bytes.length < frame.length);
    while (socket.isPaused) await turn();
    assert.equal(socket.bytes, frame.toString('latin1'));
  });

  it('wait while the reader is full, and go on when it has room', async () => {
    const frame = Buffer.concat(Array.from({ length: 2_000 }, () => packet(0)));
    arrive(frame);
    socket.pause();
    const before = socket.bytes.length;
    for (let n = 0; n < 20; n += 1) await turn();
    assert.equal(socket.bytes.length, before);
    socket.resume();
    assert.equal(socket.isPaused, true, 'what waits goes first');
    while (socket.isPaused) await turn();
    assert.equal(socket.bytes, frame.toString('latin1'));
  });

  it('leave a socket that is not busy to its reader', async () => {
    socket.pause();
    assert.equal(socket.isPaused, true);
    socket.resume();
    assert.equal(socket.isPaused, false);
    socket.emit('ping');
    assert.deepEqual(socket.others, ['ping']);
  });

  it('are dropped once the socket is closed or nobody reads any more', async () => {
    arrive(Buffer.concat(Array.from({ length: 2_000 }, () => packet(0))));
    const before = socket.bytes;
    socket.emit('close');
    await turn();
    assert.equal(socket.bytes, before);
    packets.stop();
    assert.equal(arrive(packet(0)), false);
  });
});
