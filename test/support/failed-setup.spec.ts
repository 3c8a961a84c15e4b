import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a spec of its own as `npm test` would, and returns mocha's report. */
function report(folder: string, spec: string): { failures: { err: { message: string } }[] } {
  const file = join(folder, 'hooks.spec.ts');
  writeFileSync(file, spec);
  const { stdout } = spawnSync('npx', ['mocha', '--reporter', 'json', file], { encoding: 'utf8' });
  return JSON.parse(stdout);
}

describe('a before hook that fails', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ochno-hooks-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the only failure told: what its after hook trips over is not', () => {
    const { failures } = report(
      folder,
      `describe('a suite', () => {
        let server: { close(): void };
        before(() => { throw new Error('no broker'); });
        after(() => server.close());
        it('runs', () => undefined);
      });`,
    );
    assert.deepEqual(
      failures.map(({ err }) => err.message),
      ['no broker'],
    );
  });

  it('hides no failure of an after hook whose setup went well', () => {
    const { failures } = report(
      folder,
      `describe('a suite', () => {
        let server: { close(): void };
        after(() => server.close());
        it('runs', () => undefined);
      });`,
    );
    assert.match(failures[0]?.err.message ?? '', /reading 'close'/);
  });
});
