import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSimulator } from '../simulator';
import { Opened } from '../support/closing';
import { readMarkdown, readMarkdownFiles, root } from './markdown';

const run = promisify(execFile);
const files = readMarkdownFiles();

/** The one TypeScript sample of a file. */
function typeScriptOf(name: string): string {
  const [sample, another] = readMarkdown(name).samples.filter(({ language }) => language === 'ts');
  assert.ok(sample && !another, `${name} has one sample of TypeScript`);
  return sample.text;
}

describe('the samples of the documentation', function () {
  this.timeout(60_000);
  const opened = new Opened();
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ochno-samples-'));
    await mkdir(join(folder, 'samples'));
    await symlink(join(root, 'test/simulator'), join(folder, 'simulator'), 'dir');
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
    const samples = { readme: 'README.md', library: 'docs/library.md', simulator: 'docs/simulator.md' };
    for (const [name, file] of Object.entries(samples)) {
      await writeFile(join(folder, 'samples', `${name}.ts`), typeScriptOf(file));
    }
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(root, 'tsconfig.base.json'),
        compilerOptions: {
          noEmit: true,
          composite: false,
          declaration: false,
          types: ['node'],
          lib: ['es2023', 'dom'],
          paths: { '@ochno/node-red-ochno': [join(root, 'src/index.ts')] },
        },
        include: ['samples'],
      }),
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => opened.close());

  /** Runs a sample as a program of its own; what it printed. */
  async function runSample(name: string, environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const { stdout, stderr } = await run(process.execPath, ['--import', 'tsx', join(folder, 'samples', `${name}.ts`)], {
      cwd: root,
      env: { ...process.env, TSX_TSCONFIG_PATH: join(folder, 'tsconfig.json'), ...environment },
      timeout: 30_000,
    });
    assert.equal(stderr, '');
    return stdout;
  }

  async function runAtSimulator(name: string): Promise<{ readonly output: string; readonly level: unknown }> {
    const simulator = opened.add(await startSimulator());
    const { url, email, password } = simulator;
    const environment = { OCHNO_SERVER: url, OCHNO_EMAIL: email, OCHNO_PASSWORD: password };
    const output = await runSample(name, environment);
    assert.deepEqual([simulator.records.logIns, simulator.records.logOuts], [1, 1]);
    return { output, level: simulator.building.port('port1').data.device?.lamp?.level };
  }

  it('are valid JSON where they say so', () => {
    for (const { name, samples } of files) {
      for (const { language, text } of samples) {
        if (language === 'json') assert.doesNotThrow(() => JSON.parse(text), `${name}: ${text.slice(0, 80)}`);
      }
    }
  });

  it('compile where they are TypeScript', async () => {
    await run(join(root, 'node_modules/.bin/tsc'), ['-p', folder]).catch((error) => assert.fail(error.stdout));
  });

  it('of the README set a lamp, without Node-RED', async () => {
    const { output, level } = await runAtSimulator('readme');
    assert.match(output, /companies: \[[\s\S]*Goople/);
    assert.match(output, /hub1\/port1: .*"level":40/);
    assert.match(output, /lamp: sent/);
    assert.equal(level, 40);
  });

  it('of the library page do what it says', async () => {
    const { output, level } = await runAtSimulator('library');
    assert.match(output, /companies: \[ 'r2d2i5b43', 'a11iNc3p0' \]/);
    assert.match(output, /snapshot hub2\/port8: /);
    assert.match(output, /event hub1\/port1: .*"level":50/);
    assert.match(output, /renamed: 200/);
    assert.equal(level, 50);
  });

  it('of the simulator page run', async () => {
    assert.match(await runSample('simulator'), /^http:\/\/127\.0\.0\.1:\d+ 0$/m);
  });
});
