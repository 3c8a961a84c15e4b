import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { coalesceWrites, type FrameSocket } from '../../src/client/coalesced-writes';

class FakeSocket implements FrameSocket {
  readonly frames: string[] = [];
  closedAfter: number | undefined;

  send(data: Buffer): void {
    this.frames.push(data.toString());
  }

  close(): void {
    this.closedAfter = this.frames.length;
  }
}

describe('coalesced writes', () => {
  it('leave as one frame for each turn of the event loop', async () => {
    const socket = new FakeSocket();
    coalesceWrites(socket);
    socket.send(Buffer.from('a'));
    await Promise.resolve();
    socket.send(Buffer.from('b'));
    assert.deepEqual(socket.frames, []);
    await turn();
    socket.send(Buffer.from('c'));
    await turn();
    assert.deepEqual(socket.frames, ['ab', 'c']);
  });

  it('call back at once, so that the next write need not wait for the network', () => {
    const socket = new FakeSocket();
    coalesceWrites(socket);
    let isCalled = false;
    (socket as FrameSocket).send(Buffer.from('a'), () => {
      isCalled = true;
    });
    assert.ok(isCalled);
  });

  it('leave before the socket is closed', async () => {
    const socket = new FakeSocket();
    coalesceWrites(socket);
    socket.send(Buffer.from('goodbye'));
    socket.close();
    await turn();
    assert.deepEqual(socket.frames, ['goodbye']);
    assert.equal(socket.closedAfter, 1);
  });
});
