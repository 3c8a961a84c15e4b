/** The part of a `ws` WebSocket that is needed here; the `ws` package itself is mqtt.js's affair. */
export interface FrameSocket {
  send(data: Buffer, callback?: (error?: Error) => void): void;
  close(code?: number): void;
}

/**
 * Makes all writes of one turn of the event loop leave as one WebSocket frame.
 *
 * mqtt.js writes every packet in pieces (a PUBACK in three), and each piece would be a masked frame of its own; measured
 * at QoS 1 that costs more than parsing the events. A piece counts as sent once it waits here, so what bounds memory is
 * the stream's window of unacknowledged publishes, not the socket's back-pressure.
 */
export function coalesceWrites(socket: FrameSocket): void {
  const send = socket.send.bind(socket);
  const close = socket.close.bind(socket);
  let waiting: Buffer[] = [];

  const flush = (): void => {
    if (waiting.length === 0) return;
    const [first, ...rest] = waiting;
    waiting = [];
    if (first !== undefined) send(rest.length === 0 ? first : Buffer.concat([first, ...rest]), ignoreLateFailure);
  };

  socket.send = (data, callback) => {
    if (waiting.push(data) === 1) setImmediate(flush);
    callback?.();
  };
  socket.close = (code) => {
    flush();
    close(code);
  };
}

/** A write that fails on a closing socket is reported by the socket's own `close`, which everyone listens to. */
function ignoreLateFailure(): void {
  return;
}
