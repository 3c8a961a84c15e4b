import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** A step of a journey in CONTRIBUTING: `file.ts` and, after a dot, what in it does the step. */
const step = /`((?:src|nodes|build|test)\/[\w./-]+\.(?:ts|mjs))`(?: · ((?:`[\w.#]+`(?:, )?)+))?/g;

function stepsOf(text: string): { file: string; names: string[] }[] {
  return [...text.matchAll(step)].map(([, file = '', names = '']) => ({
    file,
    names: [...names.matchAll(/`([\w.#]+)`/g)].map(([, name = '']) => name),
  }));
}

function section(heading: string): string {
  const [, text] = read('CONTRIBUTING.md').split(`\n## ${heading}\n`);
  assert.ok(text, `CONTRIBUTING has "${heading}"`);
  return text.split('\n## ', 1)[0] ?? '';
}

describe('the journeys in CONTRIBUTING', () => {
  const journeys = section('Four journeys').split('\n### ').slice(1);

  it('are those of an event, a command, a REST call and a rotation', () => {
    assert.deepEqual(
      journeys.map((journey) => journey.split('\n', 1)[0]),
      ['An event', 'A command', 'A REST call', 'A rotation'],
    );
  });

  for (const journey of journeys) {
    it(`lead through files and names that there are: ${journey.split('\n', 1)[0]}`, () => {
      const steps = stepsOf(journey);
      assert.ok(steps.length >= 4);
      for (const { file, names } of steps) {
        assert.ok(existsSync(join(root, file)), file);
        const code = read(file);
        for (const name of names)
          assert.ok(new RegExp(`\\b${name.replace('#', '')}\\b`).test(code), `${name} in ${file}`);
      }
    });
  }
});

describe('the picture of a connection’s life in CONTRIBUTING', () => {
  it('has the states of the code, and no others', () => {
    const [, picture = ''] = /```mermaid\n(.*?)```/s.exec(section('The life of a connection')) ?? [];
    const drawn = [...picture.matchAll(/^\s*state "([^"]+)" as \w+$/gm)].map(([, state]) => state);
    const code = read('src/protocol/connection/connection-state.ts');
    const [, union = ''] = /export type ConnectionState =(.*?)export type ConnectionEvent/s.exec(code) ?? [];
    const states = [...union.matchAll(/(?:is: |<)'([^']+)'/g)].map(([, state]) => state);
    assert.ok(states.length > 5);
    assert.deepEqual([...drawn].sort(), [...new Set(states)].sort());
  });
});
