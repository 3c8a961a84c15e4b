import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { CountedExpression, mostSteps } from '../support/regex-steps';

const root = resolve(__dirname, '../..');
const shortTimes = 64;
/** Twice the text may take twice the steps, and a little for what does not depend on it. */
const mostGrowth = 2.4;
const slack = 200;

function expressionsOf(file: string): readonly RegExp[] {
  const { code } = transformSync(readFileSync(file, 'utf8'), { loader: 'ts', target: 'es2022' });
  const found: RegExp[] = [];
  simple(parse(code, { ecmaVersion: 'latest', sourceType: 'module' }), {
    Literal: (node) => {
      if (node.regex) found.push(new RegExp(node.regex.pattern, node.regex.flags));
    },
  });
  return found;
}

/** The text whose doubling costs most, if it costs more than twice as much. */
function worstOf(expression: RegExp): string | undefined {
  const counted = new CountedExpression(expression);
  const longer = counted.attacks(2 * shortTimes);
  return counted.attacks(shortTimes).find((text, index) => {
    const doubled = counted.steps(longer[index] ?? '');
    return doubled >= mostSteps || doubled > mostGrowth * counted.steps(text) + slack;
  });
}

/** What reads text of the platform; the rest of the editor reads what is typed into it. */
const folders = [
  'src',
  'nodes/runtime',
  ...['labels', 'picker', 'places', 'sidebar', 'tree'].map((room) => `nodes/editor/${room}`),
];
const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

describe('every expression that reads what the platform sends', () => {
  for (const name of files.sort()) {
    for (const expression of expressionsOf(join(root, name))) {
      it(`E1: takes twice the steps for twice the text: ${expression} of ${name}`, () => {
        assert.equal(worstOf(expression), undefined);
      });
    }
  }

  it('E1: would be found out if it took more', () => {
    const known = [/;(?:\s*[^\s=;,]+(?:\s*=\s*[^\s;,"]*)?)*$/, /<title[^>]*>([^<]*)</i, /(a+)+$/, /\s+$/];
    for (const expression of known) assert.notEqual(worstOf(expression), undefined, String(expression));
  });
});
