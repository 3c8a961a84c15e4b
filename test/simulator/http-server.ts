import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { ServerCertificate } from './certificates';

/** An HTTP or HTTPS server on loopback that knows its sockets. */
export class LoopbackServer {
  readonly server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(certificate: ServerCertificate | undefined) {
    this.server =
      certificate === undefined ? createServer() : createTlsServer({ cert: certificate.cert, key: certificate.key });
    // Dates are the platform's, which may be off.
    this.server.on('request', (_request: IncomingMessage, response: ServerResponse) => {
      response.sendDate = false;
    });
    this.server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // A peer that goes away is not an error of the simulator.
      socket.on('error', () => socket.destroy());
    });
  }

  get port(): number {
    const address: AddressInfo | string | null = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The server is not listening');
    return address.port;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.off('error', reject);
        resolve();
      });
    });
  }

  /** Cuts every socket: in order, or with a reset. */
  cut(how: 'close' | 'reset'): void {
    for (const socket of this.#sockets) {
      // One that was already told to end would never close.
      if (how === 'reset' && !socket.writableEnded) socket.resetAndDestroy();
      else socket.destroy();
    }
  }

  close(): Promise<void> {
    this.cut('close');
    return new Promise((resolve) => {
      // An error only says that it was not listening.
      this.server.close(() => resolve());
    });
  }
}
