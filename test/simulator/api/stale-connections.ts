import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Faults } from '../faults';

/**
 * A server that closes idle connections without having said how long it keeps them: a request that is sent while the
 * close is on its way never reaches it. The fault `stale-keep-alive` has every request on an idle connection meet this.
 */
export class StaleConnections {
  readonly #faults: Faults;
  readonly #answeredAtMs = new WeakMap<Socket, number>();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Whether the request is lost with its connection. */
  cuts(request: IncomingMessage, response: ServerResponse): boolean {
    const { socket, url = '/' } = request;
    const answeredAtMs = this.#answeredAtMs.get(socket);
    if (answeredAtMs !== undefined) {
      const idleMs = this.#faults.number('stale-keep-alive', 0);
      const isIdle = idleMs !== undefined && performance.now() - answeredAtMs >= idleMs;
      if (isIdle && this.#faults.strike('stale-keep-alive', url) !== undefined) {
        socket.resetAndDestroy();
        return true;
      }
    }
    // Said by hand, it comes without the seconds that Node.js would name.
    if (this.#faults.isOn('stale-keep-alive')) response.setHeader('Connection', 'keep-alive');
    response.on('finish', () => this.#answeredAtMs.set(socket, performance.now()));
    return false;
  }
}
