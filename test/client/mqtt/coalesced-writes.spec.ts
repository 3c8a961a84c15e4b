import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { CoalescedWrites, type FrameSocket } from '../../../src/client/mqtt/coalesced-writes';

class FakeSocket implements FrameSocket {
  readonly frames: string[] = [];
  closedAfter: number | undefined;

  send(data: Buffer): void {
    this.frames.push(data.toString('latin1'));
  }

  close(): void {
    this.closedAfter = this.frames.length;
  }
}

describe('coalesced writes', () => {
  it('leave as one frame for each turn of the event loop', async () => {
    const socket = new FakeSocket();
    new CoalescedWrites(socket);
    socket.send(Buffer.from('a'));
    await Promise.resolve();
    socket.send(Buffer.from('b'));
    assert.deepEqual(socket.frames, []);
    await turn();
    socket.send(Buffer.from('c'));
    await turn();
    assert.deepEqual(socket.frames, ['ab', 'c']);
  });

  it('keep the order of whole buffers and of single words, however many there are', async () => {
    const socket = new FakeSocket();
    const writes = new CoalescedWrites(socket);
    let expected = '';
    for (let n = 0; n < 3_000; n += 1) {
      writes.writeWord(0x40_02_00_00 + n);
      expected += String.fromCharCode(0x40, 2, n >> 8, n & 0xff);
      if (n % 100 > 0) continue;
      const text = String(n).repeat(n);
      socket.send(Buffer.from(text));
      expected += text;
    }
    await turn();
    assert.deepEqual(socket.frames, [expected]);
    writes.writeWord(0x61_62_63_64);
    await turn();
    assert.equal(socket.frames[1], 'abcd');
  });

  it('call back at once, so that the next write need not wait for the network', () => {
    const socket = new FakeSocket();
    new CoalescedWrites(socket);
    let isCalled = false;
    (socket as FrameSocket).send(Buffer.from('a'), () => {
      isCalled = true;
    });
    assert.ok(isCalled);
  });

  it('leave before the socket is closed', async () => {
    const socket = new FakeSocket();
    new CoalescedWrites(socket);
    socket.send(Buffer.from('goodbye'));
    socket.close();
    await turn();
    assert.deepEqual(socket.frames, ['goodbye']);
    assert.equal(socket.closedAfter, 1);
  });
});
