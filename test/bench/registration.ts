import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { median } from './paired-slices';
import type { BenchRow } from './report';
import { targets } from './targets';

const runs = 7;

/** What registering the four node types costs a Node-RED that does not use them yet: time, and memory beside it. */
export async function measureRegistration(): Promise<readonly BenchRow[]> {
  const nodes = resolve(__dirname, '../../dist/nodes');
  const script = `
    const RED = { nodes: { registerType() {} }, httpAdmin: { post() {} }, auth: { needsPermission: () => () => {} }, settings: {} };
    gc();
    const before = process.memoryUsage().heapUsed;
    const startedAt = performance.now();
    for (const type of ['config', 'port-in', 'action-out', 'rest']) require(${JSON.stringify(nodes)} + '/ochno-' + type + '.js')(RED);
    const tookMs = performance.now() - startedAt;
    gc();
    console.log(JSON.stringify({ tookMs, heapBytes: process.memoryUsage().heapUsed - before }));
  `;
  const results: { tookMs: number; heapBytes: number }[] = [];
  for (let run = 0; run < runs; run += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '-e', script]);
    results.push(JSON.parse(stdout));
  }
  return [
    {
      what: 'registering the four node types',
      unit: 'ms',
      ours: median(results.map(({ tookMs }) => tookMs)),
      targets: targets.registrationMs,
    },
    {
      what: 'heap after registering the four node types',
      unit: 'MB',
      ours: median(results.map(({ heapBytes }) => heapBytes)) / 1e6,
      targets: targets.registrationMegabytes,
    },
  ];
}
