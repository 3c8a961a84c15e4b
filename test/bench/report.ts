import { cpus } from 'node:os';
import axiosPackage from 'axios/package.json';
import mqttPackage from 'mqtt/package.json';
import nodeRedPackage from 'node-red/package.json';

/** One measured thing: ours, and where there is one, what it is held against. */
export interface BenchRow {
  readonly what: string;
  readonly unit: string;
  readonly ours: number;
  readonly core?: number;
  readonly bare?: number;
  /** Median of the paired ratios ours/core; where it is missing, the ratio of the two figures. */
  readonly ratio?: number;
  readonly ratioToBare?: number;
}

/** The results as a Markdown page. */
export function report(rows: readonly BenchRow[]): string {
  const [cpu] = cpus();
  const lines = rows.map(({ what, unit, ours, core, bare, ratio, ratioToBare }) => {
    const toCore = ratio ?? (core === undefined ? undefined : ours / core);
    return `| ${[what, unit, ...[ours, core, bare, toCore, ratioToBare].map(figure)].join(' | ')} |`;
  });
  return `# What it costs, measured

${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpu?.model ?? 'unknown processor'}, Node.js ${process.version}, Node-RED ${nodeRedPackage.version}, mqtt ${mqttPackage.version}, axios ${axiosPackage.version}.

CPU time of the receiving process by \`process.cpuUsage\`, the broker in a process of its own, 297-byte events over WebSocket, arms in turn in
slices of a third of a second, medians; the ratio is the median of neighbouring slices. "Core" is Node-RED's \`mqtt in\` with
JSON output (\`mqtt out\` for publishing); "bare" is mqtt.js and \`JSON.parse\` without Node-RED. Absolute figures move with the machine's neighbours; the
ratios hold.

| what | unit | ours | core | bare | ours / core | ours / bare |
|---|---|---|---|---|---|---|
${lines.join('\n')}
`;
}

function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '';
  return Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}
