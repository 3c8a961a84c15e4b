/** First part of `npm test`: what the tests run and npm does not carry is there when the first of them starts. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
import { hasNodeRed5, nodeRed5 } from '../support/node-red-5';
import { findProgram, isExecutable, type ProgramName } from './find-program';
import { type Computer, provideProgram } from './provide-program';

/** Ends at once and says nothing of importance, but only if the program's libraries are there. */
const harmless: Readonly<Record<ProgramName, string>> = { chromium: '--version', mosquitto: '-h' };
const slowestInstallMs = 15 * 60_000;

const computer: Computer = {
  isRoot: process.getuid?.() === 0,
  has(name) {
    const folders = (process.env.PATH ?? '').split(delimiter);
    return folders.some((folder) => isExecutable(join(folder, name)));
  },
  working(program) {
    const found = findProgram(program);
    if (found === undefined) return undefined;
    const { error, status } = spawnSync(found, [harmless[program]], { stdio: 'ignore', timeout: 30_000 });
    // 127 is the dynamic loader's: a library is missing. mosquitto ends with 3 after its help.
    return error === undefined && status !== null && status < 126 ? found : undefined;
  },
  hasPlaywrightBrowser: () => existsSync(chromium.executablePath()),
  run([program = '', ...args]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status } = spawnSync(program, args, { stdio: 'ignore', env, timeout: slowestInstallMs });
    return status === 0;
  },
  say: (line) => process.stdout.write(`${line}\n`),
};

const mayInstall = process.env.OCHNO_TEST_INSTALL !== 'never';

async function provide(): Promise<void> {
  for (const program of ['mosquitto', 'chromium'] as const) provideProgram(program, computer, mayInstall);
  if (!hasNodeRed5()) computer.say('Node-RED 5 and its Node.js are missing: installing them into node_modules/.cache');
  await nodeRed5();
}

provide().catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
