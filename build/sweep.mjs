import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Takes out of a build's folder what no source stands behind any more: compiled files without their `.ts`, and other
 * files that were not written since `startMs`. What is good stays in place all the time, since a Node-RED may be running
 * from it; emptying the folder first would pull the floor from under it.
 *
 * @param sources the folder whose layout `built` has
 * @returns what was removed, relative to `built`
 */
export async function sweep({ sources, built, startMs }) {
  const removed = [];
  const entries = await readdir(built, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const path = file.slice(built.length + 1);
    if (path.startsWith('.build') || (await isGood(file, path, sources, startMs))) continue;
    await rm(file, { force: true });
    removed.push(path);
  }
  return removed;
}

async function isGood(file, path, sources, startMs) {
  const compiled = /^(.*?)(?:\.d\.ts|\.js)$/.exec(path)?.[1];
  if (compiled !== undefined) return existsSync(join(sources, `${compiled}.ts`));
  // Clocks of file systems are coarse: some round down to two seconds.
  return (await stat(file)).mtimeMs >= startMs - 2_000;
}
