/**
 * `npm run test:matrix`: the package as it is published, on every Node-RED and Node.js it promises to run on. Takes what it
 * needs from the npm registry into a scratch folder, prints a table, and ends with an exit code other than 0 where
 * anything failed.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator } from '../simulator';
import { checkNodeSets, runMainPath } from '../support/main-path';
import { startNodeRed } from '../support/node-red-process';
import { Progress } from '../support/progress';
import { installInto, packPackage } from '../support/scratch-node-red';

interface Combination {
  /** As npm understands it. */
  readonly nodeRed: string;
  readonly nodeMajor: number;
}

const combinations: readonly Combination[] = [
  { nodeRed: '4.0', nodeMajor: 20 },
  { nodeRed: '4.1', nodeMajor: 20 },
  { nodeRed: '5', nodeMajor: 22 },
  { nodeRed: '5', nodeMajor: 24 },
];

interface Outcome extends Combination {
  /** What really ran. */
  readonly versions: string;
  readonly error?: unknown;
  readonly seconds: number;
}

class Matrix {
  readonly #scratch: string;

  constructor(scratch: string) {
    this.#scratch = scratch;
  }

  async run(): Promise<readonly Outcome[]> {
    const progress = new Progress(String(combinations.length));
    progress.show('combination 0', 'the package is packed');
    const { file } = await packPackage(this.#scratch);
    const outcomes: Outcome[] = [];
    for (const combination of combinations) {
      const { nodeRed, nodeMajor } = combination;
      progress.show(
        `combination ${outcomes.length + 1}`,
        `Node-RED ${nodeRed} on Node.js ${nodeMajor} · ${progress.elapsed}`,
      );
      const beginMs = performance.now();
      const outcome = await this.#try(combination, file);
      outcomes.push({ ...combination, ...outcome, seconds: Math.round((performance.now() - beginMs) / 1000) });
    }
    progress.clear();
    return outcomes;
  }

  async #try(combination: Combination, tarball: string): Promise<Pick<Outcome, 'versions' | 'error'>> {
    let versions = '';
    try {
      const nodePath = await this.#node(combination.nodeMajor);
      const nodeRedDir = await this.#nodeRed(combination.nodeRed);
      const userDir = join(this.#scratch, `user-${combination.nodeRed}-${combination.nodeMajor}`);
      await installInto(userDir, tarball);
      versions = await walkMainPath({ userDir, nodePath, nodeRedDir });
      return { versions };
    } catch (error) {
      return { versions, error };
    }
  }

  /** The Node.js of that major version: this one if it is, else npm's. */
  async #node(major: number): Promise<string> {
    if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
    const folder = join(this.#scratch, `node-${major}`);
    const program = join(folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (!existsSync(program)) await installInto(folder, `node@${major}`);
    return program;
  }

  async #nodeRed(version: string): Promise<string> {
    const folder = join(this.#scratch, `node-red-${version}`);
    const nodeRedDir = join(folder, 'node_modules/node-red');
    if (!existsSync(nodeRedDir)) await installInto(folder, `node-red@${version}`);
    return nodeRedDir;
  }
}

/** Gives the versions that ran, as Node-RED logs them. */
async function walkMainPath(place: { userDir: string; nodePath: string; nodeRedDir: string }): Promise<string> {
  const simulator = await startSimulator();
  try {
    const nodeRed = await startNodeRed(place);
    try {
      await checkNodeSets(nodeRed);
      await runMainPath(nodeRed, simulator);
    } finally {
      await nodeRed.stop();
    }
    const { openConnections, logOuts } = simulator.records;
    if (openConnections > 0 || logOuts !== 1)
      throw new Error(`left ${openConnections} open, logged out ${logOuts} times`);
    const version = (of: string): string => new RegExp(`${of} *version: v(\\S+)`).exec(nodeRed.log())?.[1] ?? '?';
    return `Node-RED ${version('Node-RED')}, Node.js ${version('Node.js')}`;
  } finally {
    await simulator.close();
  }
}

function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ nodeRed, nodeMajor, versions, error, seconds }) => [
    nodeRed,
    String(nodeMajor),
    error === undefined ? 'ok' : 'FAILED',
    `${seconds} s`,
    versions,
  ]);
  const all = [['Node-RED', 'Node.js', 'result', 'time', 'what ran'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function main(): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'ochno-matrix-'));
  try {
    const outcomes = await new Matrix(scratch).run();
    const failed = outcomes.filter(({ error }) => error !== undefined);
    for (const { nodeRed, nodeMajor, error } of failed) {
      console.error(`\nNode-RED ${nodeRed} on Node.js ${nodeMajor}:`, error);
    }
    console.log(`\n${table(outcomes)}`);
    if (failed.length > 0) process.exitCode = 1;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
