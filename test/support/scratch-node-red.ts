import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(__dirname, '../..');
const run = promisify(execFile);

export interface PackedPackage {
  /** The tarball. */
  readonly file: string;
  /** What is in it, by its path. */
  readonly contents: readonly string[];
}

/** Packs the built package into a folder, as npm would publish it. */
export async function packPackage(folder: string): Promise<PackedPackage> {
  const [packed] = JSON.parse(await npm(root, 'pack', '--json', '--ignore-scripts', '--pack-destination', folder));
  const contents: { path: string }[] = packed.files;
  return { file: join(folder, packed.filename), contents: contents.map(({ path }) => path) };
}

/** Installs packages (names with versions, or tarballs) into a folder, new or not, without their development tools. */
export async function installInto(folder: string, ...packages: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{"name":"scratch","version":"0.0.1","private":true}', { flag: 'a' });
  await npm(folder, 'install', ...packages);
}

const slowestNpmMs = 240_000;

async function npm(cwd: string, ...args: readonly string[]): Promise<string> {
  const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
  const options = { cwd, timeout: slowestNpmMs, maxBuffer: 64 * 1024 * 1024, shell: process.platform === 'win32' };
  const { stdout } = await run('npm', [...args, ...quiet], options);
  return stdout;
}
