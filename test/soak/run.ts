import { createWriteStream } from 'node:fs';
import { parseArgs } from 'node:util';
import { minutesAndSeconds, Progress } from '../support/progress';
import { type StormReport, storm } from './storm';
import { megabytes } from './vitals';

/**
 * `npm run soak -- --minutes 30 --seed 1 --log soak.log`: ends with 0 where nothing was lost, doubled, leaked or said twice.
 * The log has every act and every line of the accounts.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      log: { type: 'string' },
    },
  });
  const minutes = Number(values.minutes);
  const seed = Number(values.seed);
  if (!(minutes > 0) || !Number.isInteger(seed))
    throw new Error('usage: npm run soak -- --minutes 5 --seed 1 --log soak.log');
  console.log(`A storm of ${minutes} minutes, seed ${seed}`);
  const log = values.log === undefined ? undefined : createWriteStream(values.log);
  const progress = new Progress(minutesAndSeconds(minutes * 60));
  const report = await storm({
    seconds: minutes * 60,
    seed,
    report: (line) => {
      progress.clear();
      console.log(line);
    },
    progress: (seconds, doing) => progress.show(minutesAndSeconds(seconds), doing),
    log: (line) => log?.write(`${new Date().toISOString()} ${line}\n`),
  });
  log?.end();
  progress.clear();
  print(report);
  if (report.breaches.length > 0) process.exitCode = 1;
}

function print({ acts, worlds, vitals, breaches }: StormReport): void {
  console.table(acts);
  console.table(
    worlds.map(({ name, published, received, excused, lost, doubled, gaps, connects, warnings }) => ({
      ...{ name, published, received, 'in gaps': excused, lost: lost.length, doubled: doubled.length },
      ...{ gaps, connections: connects, warnings },
    })),
  );
  const { first, last } = vitals;
  console.table({
    'after the first acts': { ...first, heapBytes: megabytes(first.heapBytes) },
    'at the end': { ...last, heapBytes: megabytes(last.heapBytes) },
  });
  console.log(breaches.length === 0 ? 'All is well.' : `BREACHED:\n${breaches.join('\n')}`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
