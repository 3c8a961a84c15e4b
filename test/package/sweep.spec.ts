import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

describe('the build', () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'ochno-sweep-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  async function put(path: string, writtenAtMs = Date.now()): Promise<void> {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '');
    await utimes(file, writtenAtMs / 1000, writtenAtMs / 1000);
  }

  it('D10: leaves what is good in place, and sweeps out what no source stands behind', async () => {
    const longAgo = Date.now() - 3_600_000;
    const good = ['dist/src/kept.js', 'dist/src/kept.d.ts', 'dist/.build/x.tsbuildinfo'];
    const stale = ['dist/src/gone.js', 'dist/src/gone.d.ts', 'dist/nodes/locales/xx/old.json'];
    for (const path of [...good, ...stale, 'src/kept.ts']) await put(path, longAgo);
    await put('dist/nodes/new.html');
    const { sweep } = await import('../../build/sweep.mjs');
    const removed = await sweep({ sources: root, built: join(root, 'dist'), startMs: Date.now() - 1_000 });
    assert.deepEqual(removed.sort(), stale.map((path) => path.slice('dist/'.length)).sort());
    const left = await readdir(join(root, 'dist'), { recursive: true });
    for (const path of [...good, 'dist/nodes/new.html']) assert.ok(left.includes(path.slice('dist/'.length)), path);
  });
});
