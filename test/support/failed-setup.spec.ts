import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const spec = `
  let server: { close(): void };
  describe('a suite whose setup failed', () => {
    before(() => { throw new Error('no broker'); });
    after(() => server.close());
    it('runs', () => undefined);
  });
  describe('a suite whose setup went well', () => {
    after(() => server.close());
    it('runs', () => undefined);
  });`;

/** What failed in it, run as `npm test` would, by the title of what failed. */
function failuresIn(folder: string): readonly (readonly [string, string])[] {
  const file = join(folder, 'hooks.spec.ts');
  writeFileSync(file, spec);
  const mocha = require.resolve('mocha/bin/mocha.js');
  const { stdout } = spawnSync(process.execPath, [mocha, '--reporter', 'json', file], { encoding: 'utf8' });
  const { failures }: { failures: { fullTitle: string; err: { message: string } }[] } = JSON.parse(stdout);
  return failures.map(({ fullTitle, err }) => [fullTitle, err.message]);
}

describe('a before hook that fails', () => {
  let folder: string;
  let failures: readonly (readonly [string, string])[];
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ochno-hooks-'));
    failures = failuresIn(folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is the only failure told: what its after hook trips over is not', () => {
    const told = failures.filter(([title]) => title.includes('setup failed'));
    assert.deepEqual(
      told.map(([, message]) => message),
      ['no broker'],
    );
  });

  it('hides no failure of an after hook whose setup went well', () => {
    const [, message = ''] = failures.find(([title]) => title.includes('setup went well')) ?? [];
    assert.match(message, /reading 'close'/);
  });
});
