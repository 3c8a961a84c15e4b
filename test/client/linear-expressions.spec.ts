import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parse } from 'acorn';
import { simple } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { CountedExpression, mostSteps } from '../support/regex-steps';

const source = resolve(__dirname, '../../src');
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

describe('every expression of the client', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  for (const name of files.sort()) {
    for (const expression of expressionsOf(join(source, name))) {
      it(`E1: takes twice the steps for twice the text: ${expression} of ${relative('.', join('src', name))}`, () => {
        assert.equal(worstOf(expression), undefined);
      });
    }
  }

  it('E1: would be found out if it took more', () => {
    const known = [/;(?:\s*[^\s=;,]+(?:\s*=\s*[^\s;,"]*)?)*$/, /<title[^>]*>([^<]*)</i, /(a+)+$/, /\s+$/];
    for (const expression of known) assert.notEqual(worstOf(expression), undefined, String(expression));
  });
});
