import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import axiosPackage from 'axios/package.json';
import mqttPackage from 'mqtt/package.json';
import nodeRedPackage from 'node-red/package.json';

/** What a figure is to be at most. */
export interface BenchTarget {
  readonly of: 'core' | 'by hand' | 'bare' | 'ours';
  readonly atMost: number;
}

/** One measured thing: ours, and where there is one, what it is held against. */
export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly ours?: number;
  readonly core?: number;
  /** Core's `mqtt in` and a function node that does what port-in does. */
  readonly byHand?: number;
  readonly bare?: number;
  /** Median of the paired ratios ours/core; where it is missing, the ratio of the two figures. */
  readonly ratio?: number;
  readonly ratioToBare?: number;
  readonly ratioToByHand?: number;
  readonly targets?: readonly BenchTarget[];
}

/** What a person has to say of the figures; it stands below the table. */
const notesFile = join(__dirname, 'NOTES.md');

/** The release of Node.js that this runs on. */
const release = process.versions.node.replace(/\..*/, '');

const introduction = `# What it costs, measured

Made by \`npm run bench\`, with each release of Node.js in turn.

CPU time of the receiving process by \`process.cpuUsage\`, what publishes in a process of its own, 297-byte events over WebSocket where nothing else is
said, arms in turn in slices of 0.3 s in one run, medians; a ratio is the median of the ratios of neighbouring slices. "Core" is
Node-RED's \`mqtt in\` with JSON output (\`mqtt out\` for publishing); "by hand" is the same with a function node behind it that finds the address, takes
one property and lets only its changes pass, as port-in does when asked to; "bare" is mqtt.js and \`JSON.parse\` without Node-RED. Absolute figures
move with the machine's neighbours; the ratios hold.
`;

/** The page of all results: this run's beside those in the page so far that were measured with another release of Node.js. */
export function resultsPage(pageSoFar: string, rows: readonly BenchRow[]): string {
  const sections = new Map<string, string>();
  for (const text of pageSoFar.split(/^(?=## )/m)) {
    const measuredWith = /^## Node\.js (\d+)$/m.exec(text)?.[1];
    if (measuredWith !== undefined) sections.set(measuredWith, text.trimEnd());
  }
  sections.set(release, report(rows));
  const ordered = [...sections].sort(([one], [other]) => Number(one) - Number(other)).map(([, text]) => text);
  const notes = existsSync(notesFile) ? [readFileSync(notesFile, 'utf8')] : [];
  return [introduction.trimEnd(), ...ordered, ...notes].join('\n\n');
}

/** One run's results as a section of a Markdown page. */
export function report(rows: readonly BenchRow[]): string {
  const [cpu] = cpus();
  const lines = rows.map((row) => {
    const figures = [row.ours, row.core, row.byHand, row.bare, toCore(row), row.ratioToByHand, toBare(row)].map(figure);
    return `| ${[row.what, row.unit, ...figures, (row.targets ?? []).map((target) => verdict(row, target)).join('; ')].join(' | ')} |`;
  });
  return `## Node.js ${release}

${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model ?? 'unknown processor'}, Node.js ${process.version}, Node-RED ${nodeRedPackage.version}, mqtt ${mqttPackage.version}, axios ${axiosPackage.version}.

| what | unit | ours | core | by hand | bare | ours / core | ours / by hand | ours / bare | target |
|---|---|---|---|---|---|---|---|---|---|
${lines.join('\n')}`;
}

function toCore({ ratio, ours, core }: BenchRow): number | undefined {
  return ratio ?? (ours === undefined || core === undefined ? undefined : ours / core);
}

function toBare({ ratioToBare }: BenchRow): number | undefined {
  return ratioToBare;
}

function verdict(row: BenchRow, { of, atMost }: BenchTarget): string {
  const reached = { core: toCore(row), 'by hand': row.ratioToByHand, bare: toBare(row), ours: row.ours }[of];
  const wording = of === 'ours' ? `≤ ${atMost}` : `≤ ${atMost} of ${of}`;
  // On a machine that does other things, the rest may have cost more than the work: that says nothing.
  return `${wording}: ${reached !== undefined && reached > 0 && reached <= atMost ? 'met' : 'missed'}`;
}

function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '';
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}
