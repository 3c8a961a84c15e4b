import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FlowNode } from '../support/node-red-process';

const folder = resolve(__dirname, '../../examples');

/** The names of all examples, as Node-RED's import menu shows them. */
export const exampleNames: readonly string[] = readdirSync(folder)
  .map((file) => file.replace(/\.json$/, ''))
  .sort();

/** An example as its file says. */
export function readExample(name: string): readonly FlowNode[] {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

/** The account all examples share: whoever has it already keeps it at the next import. */
export const sharedAccountId = '0c40b51d3f7a9e21';
