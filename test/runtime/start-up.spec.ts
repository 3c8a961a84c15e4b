import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { nextMessageId } from '../../nodes/runtime/port-in/port-listener';

const root = resolve(__dirname, '../..');
const nodeSets = ['ochno-config', 'ochno-port-in', 'ochno-action-out', 'ochno-rest'];

describe('registering the node types', () => {
  it('loads no library but our own files', async () => {
    const program = `
      const types = [];
      const RED = {
        nodes: { registerType: (type) => types.push(type) },
        httpAdmin: { post: () => undefined },
        auth: { needsPermission: () => undefined },
      };
      for (const set of ${JSON.stringify(nodeSets.map((set) => join(root, 'nodes', set)))}) require(set)(RED);
      console.log(JSON.stringify({ types, files: Object.keys(require.cache) }));`;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--require', 'tsx/cjs', '-e', program], { cwd: root });
    const { types, files }: { types: string[]; files: string[] } = JSON.parse(stdout);
    assert.deepEqual(types, nodeSets);
    const ours = files.filter(
      (file) => !/node_modules.(tsx|esbuild|get-tsconfig|resolve-pkg-maps|@esbuild)/.test(file),
    );
    assert.deepEqual(
      ours.filter((file) => file.includes('node_modules')),
      [],
    );
    assert.deepEqual(
      ours.filter((file) => /ochno-account|port-stream|rest-client|mqtt|signed-url/.test(file)),
      [],
    );
  });
});

describe('a message id', () => {
  it('is 16 hexadecimal characters and never twice the same', () => {
    const ids = Array.from({ length: 10_000 }, nextMessageId);
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^[0-9a-f]{16}$/);
  });
});
