import { createServer } from 'node:net';

/** A port on loopback that nothing listens on: any one, or the first free one from the one given. */
export async function freePort(first = 0): Promise<number> {
  for (let port = first; port <= 65_535; port++) {
    const free = await tryPort(port);
    if (free !== undefined) return free;
  }
  throw new Error(`No port from ${first} on is free`);
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : undefined));
    });
  });
}
