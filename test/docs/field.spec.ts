import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..');
const rows = [...readFileSync(join(folder, 'FIELD.md'), 'utf8').matchAll(/^\| ([A-E]\d+) \| [^|]+ \| (.*) \|$/gm)];
const sections: Readonly<Record<string, number>> = { A: 20, B: 10, C: 17, D: 11, E: 4 };

describe('the table of what the field does', () => {
  it('has every number, once and in order', () => {
    const expected = Object.entries(sections).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
    );
    assert.deepEqual(
      rows.map(([, number]) => number),
      expected,
    );
  });

  for (const [, number = '', tests = ''] of rows) {
    it(`leads to tests that carry the number ${number} in their titles`, () => {
      const files = [...tests.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file);
      assert.ok(files.length > 0);
      for (const file of files) {
        assert.ok(existsSync(join(folder, file)), file);
        assert.match(readFileSync(join(folder, file), 'utf8'), new RegExp(`\\b${number}\\b`), file);
      }
    });
  }
});
