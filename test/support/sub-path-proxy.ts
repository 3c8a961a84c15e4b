import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface SubPathProxy {
  /** Where the target is seen, with a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** A reverse proxy as many put before Node-RED: it shows what is at `target` under a path of its own, WebSockets too. */
export async function startSubPathProxy(path: string, target: string): Promise<SubPathProxy> {
  const { hostname, port, pathname } = new URL(`${target.replace(/\/$/, '')}/`);
  const inside = (url = ''): string => url.replace(path, pathname);
  const sockets = new Set<Duplex>();
  const server = createServer((asked, answer) => {
    if (!asked.url?.startsWith(path)) return void answer.writeHead(404).end();
    const { method, headers } = asked;
    const passed = request({ hostname, port, path: inside(asked.url), method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  server.on('upgrade', (asked, socket: Duplex, head: Buffer) => {
    const passed = connect(Number(port), hostname, () => {
      const headers = Object.entries(asked.headers).map(([name, value]) => `${name}: ${value}`);
      passed.write([`GET ${inside(asked.url)} HTTP/1.1`, ...headers, '', ''].join('\r\n'));
      passed.write(head);
      passed.pipe(socket).pipe(passed);
    });
    for (const end of [socket, passed]) {
      sockets.add(end);
      end.on('error', () => end.destroy());
      end.on('close', () => (end === socket ? passed : socket).destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
        server.closeAllConnections();
      }),
  };
}
