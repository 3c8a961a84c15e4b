import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below what systems give to connections: such a port could be taken before its server listens. */
const [least, most] = [20_000, 30_000];

/** A port on loopback that nothing listens on: the first free one from any one, or from the one given. */
export async function freePort(first = randomInt(least, most)): Promise<number> {
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
