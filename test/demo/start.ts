import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Demo } from './demo';
import { welcome } from './welcome';

const usualDirectory = resolve(__dirname, '../../.demo');

const usage = `npm start -- [options]: a simulated office and a Node-RED that runs the demo flow in it

  --fresh            lay the demo flow out again; flows you changed are put aside as flows-before.json
  --directory <dir>  where the demo's Node-RED lives (.demo)
  --help             this text
`;

async function run(directory: string, fresh: boolean): Promise<void> {
  const demo = new Demo({ directory, fresh, onTrouble: (line) => console.log(line) });
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
    console.log(welcome(demo, await demo.start()));
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
    options: { fresh: { type: 'boolean' }, directory: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) console.log(usage);
  else await run(resolve(values.directory ?? usualDirectory), values.fresh ?? false);
}

main().catch((error: unknown) => {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
});
