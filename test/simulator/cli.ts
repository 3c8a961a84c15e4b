import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCommandLine, UsageError, usage } from './cli-options';
import { startSimulator } from './index';
import type { SimulatorOptions } from './options';
import type { Simulator } from './simulator';

/** Writes the authority's certificate where other programs can read it; gives the way to remove it. */
function writeAuthority(ca: string): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'ochno-simulator-'));
  const file = join(directory, 'ca.pem');
  writeFileSync(file, ca);
  console.log(`Authority    ${file} (NODE_EXTRA_CA_CERTS takes it)`);
  return () => rmSync(directory, { recursive: true, force: true });
}

function stopAtSignal(simulator: Simulator, cleanUp: () => void): void {
  const stop = (): void => {
    // A second signal ends at once.
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
    simulator.close().finally(() => {
      cleanUp();
      console.log('\nThe simulator has stopped.');
    });
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

async function run(options: SimulatorOptions): Promise<void> {
  const simulator = await startSimulator(options);
  console.log(`Server URL   ${simulator.url}`);
  console.log(`Email        ${simulator.email}`);
  console.log(`Password     ${simulator.password}`);
  for (const { id, name } of simulator.building.companies.values()) {
    if (simulator.building.owns(id)) console.log(`Company      ${id} (${name})`);
  }
  console.log(`Ports        ${simulator.building.ports.size}, for example /ports/${firstPort(simulator)}`);
  const cleanUp = simulator.ca === undefined ? () => undefined : writeAuthority(simulator.ca);
  console.log('Ctrl-C stops it.');
  stopAtSignal(simulator, cleanUp);
}

function firstPort({ building }: Simulator): string {
  const [port] = building.ports.keys();
  return port === undefined ? '' : Object.values(building.address(port)).join('/');
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') return `${error.message}: choose another port with --port`;
  return error.message;
}

function main(args: readonly string[]): void {
  const command = readCommandLine(args);
  if (command === 'help') {
    console.log(usage());
    return;
  }
  run(command).catch((error: unknown) => {
    console.error(`The simulator cannot start: ${explain(error)}`);
    process.exitCode = 1;
  });
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
