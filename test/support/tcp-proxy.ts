import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { ToxicPipe, type Toxics } from './toxic-pipe';

export type { Toxics } from './toxic-pipe';

/** One connection through the proxy. */
export interface ProxiedConnection {
  /** Counts from 0 in the order of arrival. */
  readonly number: number;
  /** Whether the client still holds its end. */
  readonly isOpen: boolean;
  /** What happens to the bytes from now on, in both directions or in one. */
  poison(toxics: Toxics, direction?: 'both' | 'to client' | 'to server'): void;
  /** Ends both sides: `reset` with RST, `end` in order with FIN. */
  cut(how: 'reset' | 'end'): void;
}

class Connection implements ProxiedConnection {
  readonly number: number;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #toServer: ToxicPipe;
  readonly #toClient: ToxicPipe;
  isOpen = true;

  constructor(number: number, client: Socket, server: Socket, toxics: Toxics) {
    this.number = number;
    this.#client = client;
    this.#server = server;
    const spent = (): void => this.cut('reset');
    this.#toServer = new ToxicPipe(client, server, toxics, spent);
    this.#toClient = new ToxicPipe(server, client, toxics, spent);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
    }
    // A server that breaks off is passed on as it came; after an orderly end the pipe passes on what still waits.
    server.on('close', (hadError) => hadError && reset(client));
    client.on('end', () => {
      this.isOpen = false;
    });
    client.on('close', (hadError) => {
      this.isOpen = false;
      this.#toServer.stop();
      this.#toClient.stop();
      if (hadError) reset(server);
      else server.destroy();
    });
  }

  poison(toxics: Toxics, direction: 'both' | 'to client' | 'to server' = 'both'): void {
    if (direction !== 'to client') this.#toServer.toxics = toxics;
    if (direction !== 'to server') this.#toClient.toxics = toxics;
  }

  cut(how: 'reset' | 'end'): void {
    this.#toServer.stop();
    this.#toClient.stop();
    for (const socket of [this.#client, this.#server]) {
      if (how === 'reset') reset(socket);
      else socket.end();
    }
    if (how === 'end') this.#client.once('end', () => this.#client.destroy());
  }
}

/** With RST, where Node.js can: a socket that was already told to end would never close, and keep its process busy for ever. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

/** A TCP proxy on 127.0.0.1 that does to connections what networks do to them. */
export class TcpProxy {
  readonly #target: number;
  readonly #connections = new Set<Connection>();
  #server: Server | undefined;
  #toxics: Toxics = {};
  #accepted = 0;
  #port = 0;

  private constructor(target: number) {
    this.#target = target;
  }

  /** In front of a port of this computer. */
  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    await proxy.accept();
    return proxy;
  }

  get port(): number {
    return this.#port;
  }

  /** How many connections there have been. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Those that clients hold, the oldest first. */
  get connections(): readonly ProxiedConnection[] {
    return [...this.#connections].filter(({ isOpen }) => isOpen);
  }

  /** Does this to every connection, those to come included. */
  poison(toxics: Toxics): void {
    this.#toxics = toxics;
    for (const connection of this.#connections) connection.poison(toxics);
  }

  /** Heals everything. */
  heal(): void {
    this.poison({});
  }

  /** Ends every connection that is open. */
  cut(how: 'reset' | 'end' = 'reset'): void {
    for (const connection of this.#connections) connection.cut(how);
  }

  /** New connections are refused as where nothing listens; those that are open stay. */
  refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server !== undefined) server.close();
    return Promise.resolve();
  }

  /** Takes connections, at the same port as ever. */
  async accept(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ allowHalfOpen: true }, (client) => this.#proxy(client));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await this.refuse();
    this.cut('reset');
  }

  #proxy(client: Socket): void {
    const upstream = connect({ host: '127.0.0.1', port: this.#target, allowHalfOpen: true });
    const connection = new Connection(this.#accepted, client, upstream, this.#toxics);
    this.#accepted += 1;
    this.#connections.add(connection);
    client.on('close', () => this.#connections.delete(connection));
  }
}
