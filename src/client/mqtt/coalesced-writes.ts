/** The part of a `ws` WebSocket that is needed here; the `ws` package itself is mqtt.js's affair. */
export interface FrameSocket {
  send(data: Buffer, callback?: (error?: Error) => void): void;
  close(code?: number): void;
}

/** Holds the acknowledgements of a busy turn. */
const usualBytes = 1024;
const none = Buffer.alloc(0);

/**
 * Makes all writes of one turn of the event loop leave a socket as one WebSocket frame.
 *
 * mqtt.js writes every packet in pieces (a PUBACK in three), and each piece would be a masked frame of its own; measured
 * at QoS 1 that costs more than parsing the events. A piece counts as sent once it waits here, so what bounds memory is
 * the stream's window of unacknowledged publishes, not the socket's back-pressure.
 */
export class CoalescedWrites {
  readonly #send: FrameSocket['send'];
  #bytes = none;
  #used = 0;

  /** From now on what is written to the socket waits here. */
  constructor(socket: FrameSocket) {
    const close = socket.close.bind(socket);
    this.#send = socket.send.bind(socket);
    socket.send = (data, callback) => {
      const at = this.#reserve(data.length);
      data.copy(this.#bytes, at);
      callback?.();
    };
    socket.close = (code) => {
      this.#flush();
      close(code);
    };
  }

  /** Writes four bytes, the highest first, in order with what is written to the socket: no Buffer is made for them. */
  writeWord(word: number): void {
    const at = this.#reserve(4);
    this.#bytes.writeUInt32BE(word, at);
  }

  readonly #flush = (): void => {
    if (this.#used === 0) return;
    const frame = this.#bytes.subarray(0, this.#used);
    this.#bytes = none;
    this.#used = 0;
    // A write that fails on a closing socket is reported by the socket's own `close`, which everyone listens to.
    this.#send(frame, () => undefined);
  };

  /** Makes room; returns where it is. */
  #reserve(size: number): number {
    const at = this.#used;
    if (at === 0) setImmediate(this.#flush);
    this.#used += size;
    if (this.#used > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(usualBytes, 2 * this.#used));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }
}
