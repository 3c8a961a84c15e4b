import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Demo } from './demo';
import { DemoLock } from './demo-lock';
import { alreadyOpen, welcome } from './welcome';

const root = resolve(__dirname, '../..');
const usualDirectory = resolve(root, '.demo');

const usage = `npm start -- [options]: a simulated office and a Node-RED that runs the demo flow in it

  --fresh            lay the demo flow out again; flows you changed are put aside as flows-before.json
  --dashboard        show the dashboard of docs/dashboard.md as well
  --directory <dir>  where the demo's Node-RED lives (.demo)
  --build            build the package first (npm start always does)
  --help             this text
`;

interface Wanted {
  readonly directory: string;
  readonly fresh: boolean;
  readonly dashboard: boolean;
  readonly build: boolean;
}

async function open(wanted: Wanted): Promise<void> {
  const tellsWaiting = (): void => console.log('The demo office is just being opened …');
  const lock = await DemoLock.take(wanted.directory, tellsWaiting).catch((cause: Error) => {
    const problem = `The demo's Node-RED can't live in ${wanted.directory}: ${cause.message}`;
    throw new Error(`${problem}\n"npm start -- --directory <dir>" puts it where you may write`, { cause });
  });
  if (!(lock instanceof DemoLock)) {
    console.log(alreadyOpen(lock));
    return;
  }
  try {
    if (wanted.build) await buildPackage();
    await run(wanted, lock);
  } finally {
    await lock.release();
  }
}

async function buildPackage(): Promise<void> {
  console.log('Building the package …');
  const build = spawn('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  const [code] = await once(build, 'exit');
  if (code !== 0) throw new Error('The package could not be built: see above');
}

async function run({ directory, fresh, dashboard }: Wanted, lock: DemoLock): Promise<void> {
  const demo = new Demo({ directory, fresh, dashboard, onTrouble: (line) => console.log(line) });
  let stopped = false;
  const stop = (): void => {
    // A second signal ends at once; Node-RED notices and ends too.
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
    stopped = true;
    void demo.stop();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    console.log('Opening the demo office …');
    const flows = await demo.start();
    await lock.tell({ editor: demo.editorUrl, building: `${demo.simulator.url}/` });
    console.log(welcome(demo, flows));
    await demo.ended();
    if (!stopped) throw new Error(`Node-RED ended by itself. Its log is in ${demo.logFile}`);
  } catch (error) {
    if (stopped) return;
    throw error;
  } finally {
    await demo.stop();
  }
  console.log('\nThe demo office is closed.');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      fresh: { type: 'boolean', default: false },
      dashboard: { type: 'boolean', default: false },
      directory: { type: 'string', default: usualDirectory },
      build: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) console.log(usage);
  else await open({ ...values, directory: resolve(values.directory) });
}

main().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
