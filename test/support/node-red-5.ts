import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { NodeRedLaunch } from './node-red-child';
import { installInto } from './scratch-node-red';

const cache = resolve(__dirname, '../../node_modules/.cache');
const folder = join(cache, 'node-red-5');

/** Whether it was fetched before. */
export function hasNodeRed5(): boolean {
  return existsSync(folder);
}

/**
 * Node-RED 5 and the Node.js 22 it needs, kept beside this package's own modules once they were fetched.
 *
 * @throws Error saying so where the package registry can't be reached
 */
export async function nodeRed5(): Promise<Pick<NodeRedLaunch, 'nodeRedDir' | 'nodePath'>> {
  if (!hasNodeRed5()) await fetchInto(folder);
  return { nodeRedDir: join(folder, 'node_modules/node-red'), nodePath: join(folder, 'node_modules/node/bin/node') };
}

/** A fetch that was interrupted leaves nothing that could be taken for a whole one. */
async function fetchInto(target: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(`${target}-`);
  try {
    await installInto(unfinished, 'node@22', 'node-red@5');
    await rename(unfinished, target);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Node-RED 5 and Node.js 22 could not be fetched: is the package registry reachable? ${why}`);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
