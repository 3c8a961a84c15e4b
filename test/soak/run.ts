import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { minutesAndSeconds, Progress } from '../support/progress';
import { type FloodReport, flood } from './flood';
import { type StormOptions, type StormReport, storm } from './storm';
import { megabytes, type Vitals } from './vitals';

/**
 * `npm run soak -- --minutes 30 --seed 1 --log soak.log`: ends with 0 where nothing was lost, doubled, leaked or said twice.
 * The log has every act and every line of the accounts. `--connections 3`: with as many for each stream.
 *
 * `npm run soak -- --flood --minutes 10`: instead of the storm 700 events a second on ten connections, for so long behind
 * each of the two brokers; ends with 0 where nothing was lost, doubled or disordered, and one connection tells of it.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      log: { type: 'string' },
      connections: { type: 'string', default: '1' },
      flood: { type: 'boolean', default: false },
    },
  });
  const minutes = Number(values.minutes);
  const seed = Number(values.seed);
  const connections = Number(values.connections);
  if (!(minutes > 0) || !Number.isInteger(seed) || !(connections >= 1))
    throw new Error('usage: npm run soak -- [--flood] --minutes 5 --seed 1 --connections 1 --log soak.log');
  const file = values.log === undefined ? undefined : createWriteStream(values.log);
  const log = (line: string): void => {
    file?.write(`${new Date().toISOString()} ${line}\n`);
  };
  const seconds = minutes * 60;
  const breaches = values.flood
    ? await raiseFlood(seconds, log)
    : await raiseStorm({ seconds, seed, connections, log });
  file?.end();
  console.log(breaches.length === 0 ? 'All is well.' : `BREACHED:\n${breaches.join('\n')}`);
  if (breaches.length > 0) process.exitCode = 1;
}

async function raiseStorm(options: StormOptions): Promise<readonly string[]> {
  const { seconds, seed, connections } = options;
  console.log(`A storm of ${seconds / 60} minutes, seed ${seed}, connections: ${connections}`);
  const progress = new Progress(minutesAndSeconds(seconds));
  const report = await storm({
    ...options,
    report: (line) => {
      progress.clear();
      console.log(line);
    },
    progress: (passed, doing) => progress.show(minutesAndSeconds(passed), doing),
  });
  progress.clear();
  print(report);
  return report.breaches;
}

async function raiseFlood(seconds: number, log: (line: string) => void): Promise<readonly string[]> {
  console.log(`A flood of ${seconds / 60} minutes behind each broker`);
  const progress = new Progress(minutesAndSeconds(seconds));
  const reports: Record<string, FloodReport> = {};
  for (const broker of ['built in', 'mosquitto'] as const) {
    const show = (passed: number, doing: string): void => progress.show(minutesAndSeconds(passed), doing);
    reports[broker] = await flood({ seconds, broker, progress: show, log: (line) => log(`${broker}: ${line}`) });
  }
  progress.clear();
  const rows = Object.entries(reports).map(([broker, { lost, doubled, disordered, breaches, ...row }]) => [
    broker,
    { ...row, lost: lost.length, doubled: doubled.length, disordered: disordered.length },
  ]);
  console.table(Object.fromEntries(rows));
  return Object.entries(reports).flatMap(([broker, { breaches }]) => breaches.map((breach) => `${broker}: ${breach}`));
}

function print({ acts, worlds, vitals }: StormReport): void {
  console.table(acts);
  console.table(
    worlds.map(({ name, published, received, excused, lost, doubled, gaps, connects, warnings }) => ({
      ...{ name, published, received, 'in gaps': excused, lost: lost.length, doubled: doubled.length },
      ...{ gaps, connections: connects, warnings },
    })),
  );
  const { first, last } = vitals;
  console.table({
    'after the first acts': shownVitals(first),
    'at the end': shownVitals(last),
  });
}

function shownVitals({ heapBytes, timers, ...counts }: Vitals): object {
  return { heap: megabytes(heapBytes), timers: timers.length, ...counts };
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
