import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface ConnectProxy {
  /** As it goes into HTTPS_PROXY. */
  readonly url: string;
  /** `host:port` of every CONNECT, refused ones too. */
  readonly asked: string[];
  /** The Proxy-Authorization header of every CONNECT. */
  readonly authorizations: (string | undefined)[];
  /** Sockets open at the moment. */
  readonly open: Set<Socket>;
  close(): Promise<void>;
}

/**
 * An HTTP proxy that tunnels.
 *
 * @param answer the status for a CONNECT; `silent` never answers
 * @param tls makes it one that is itself spoken to over TLS
 */
export async function startConnectProxy(
  answer: (target: string) => number | 'silent' = () => 200,
  tls?: ServerOptions,
): Promise<ConnectProxy> {
  const asked: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const open = new Set<Socket>();
  const server = tls === undefined ? createServer() : createTlsServer(tls);
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
  };
  server.on(tls === undefined ? 'connection' : 'secureConnection', keep);
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    const target = request.url ?? '';
    asked.push(target);
    authorizations.push(request.headers['proxy-authorization']);
    const status = answer(target);
    // Read on, or the client's going away stays unseen.
    if (status === 'silent') return void client.resume().on('end', () => client.destroy());
    if (status !== 200) return void client.end(`HTTP/1.1 ${status} No\r\nContent-Length: 2\r\n\r\nno`);
    const { hostname, port } = new URL(`http://${target}`);
    const upstream = connect(Number(port || 80), hostname.replace(/^\[|\]$/g, ''), () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    keep(upstream);
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    asked,
    authorizations,
    open,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
