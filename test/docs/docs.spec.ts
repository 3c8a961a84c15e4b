import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { lampRanges } from '../../src/protocol/lamp/lamp';
import { faultTable } from '../simulator';
import { usage } from '../simulator/cli-options';
import { nodeDefaults } from '../support/node-defaults';
import { signs } from '../support/signs';
import { codeIn, type MarkdownFile, readMarkdown, readMarkdownFiles, root, type Table } from './markdown';

const files = readMarkdownFiles();
const readme = readMarkdown('README.md');

function readText(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** The rows of all tables of a file that have these columns. */
function rowsWith(file: MarkdownFile, ...columns: readonly string[]): Table {
  return file.tables.filter(([row]) => row && columns.every((column) => column in row)).flat();
}

/** Texts of the English catalogue of one node by their key. */
function catalogue(section: 'status' | 'failure', node = 'ochno-port-in'): [string, string][] {
  const texts: Record<string, Record<string, string>> = JSON.parse(readText(`dist/nodes/locales/en-US/${node}.json`));
  return Object.entries(texts[section] ?? {}).map(([key, text]) => [`${section}.${key}`, text]);
}

/** What the code says of each error, in the words above its type. */
function meaningsOfErrors(): [string, string][] {
  const [comment = ''] = /\/\*\*.*?\*\//s.exec(readText('src/protocol/ochno-error.ts')) ?? [];
  return [...comment.matchAll(/`(OCHNO_\w+)`: (.*?)(?=\n \* - |\n \*\/)/gs)].map(([, code = '', meaning = '']) => [
    code,
    meaning.replace(/\n \* +/g, ' '),
  ]);
}

for (const file of files) {
  describe(file.name, () => {
    it('links to what is there', () => {
      for (const { target } of file.links) {
        if (/^[a-z]+:/.test(target)) continue;
        const [path = '', anchor] = target.split('#');
        const linked = path === '' ? file.name : normalize(join(dirname(file.name), path));
        assert.ok(existsSync(join(root, linked)), `${target} leads nowhere`);
        if (anchor === undefined) continue;
        assert.ok(readMarkdown(linked).anchors.has(anchor), `${target}: there is no such heading`);
      }
    });

    it('names files and scripts that are there', () => {
      for (const [, path = ''] of file.text.matchAll(/`((?:docs|examples|locales|nodes|src|test)\/[\w./-]+)`/g)) {
        assert.ok(existsSync(join(root, path)), path);
      }
      const { scripts } = JSON.parse(readText('package.json'));
      for (const [, run, short] of file.text.matchAll(/\bnpm (?:run ([\w:-]+)|(start|test)\b)/g)) {
        assert.ok((run ?? short ?? '') in scripts, `npm ${run ?? short}`);
      }
    });

    it('is about the project and not about a computer', () => {
      assert.doesNotMatch(file.text, /(?<![\w.])\/(?:home|root|tmp|work|Users)\//);
      assert.doesNotMatch(file.text, /\bTODO\b/);
    });
  });
}

describe('the documentation as a whole', () => {
  it('has the two set-up commands, and no other way to set up', () => {
    const commands = readme.samples.filter(({ language }) => language === 'sh').map(({ text }) => text.trim());
    assert.ok(commands.includes('npm ci && npm start') && commands.includes('npm ci && npm test'));
    for (const { name, text } of files) {
      for (const [found] of text.matchAll(/npm ci\b[^\n`|]*/g)) {
        assert.match(found, /^npm ci && npm (start|test)$/, name);
      }
    }
  });

  it('is reached from the README, page by page', () => {
    const linked = new Set(readme.links.map(({ target }) => target.split('#', 1)[0]));
    for (const { name } of files.filter(({ name }) => name.startsWith('docs/'))) assert.ok(linked.has(name), name);
  });

  it('shows every picture there is', () => {
    const shown = files.flatMap(({ name, links }) =>
      links.filter(({ isImage }) => isImage).map(({ target }) => normalize(join(dirname(name), target))),
    );
    for (const image of readdirSync(join(root, 'docs/images')))
      assert.ok(shown.includes(`docs/images/${image}`), image);
  });
});

describe('the tables of the README', () => {
  it('have every status text there is, in the words of the catalogue', () => {
    const documented = rowsWith(readme, 'Under the node', 'Key').map((row) => [
      codeIn(row.Key),
      codeIn(row['Under the node']),
    ]);
    const sorted = (entries: readonly unknown[]): string[] => entries.map(String).sort();
    assert.deepEqual(sorted(documented), sorted([...catalogue('status'), ...catalogue('failure')]));
  });

  it('show each status as the node does', () => {
    for (const row of rowsWith(readme, 'Under the node', 'Key')) {
      const [, fill, shape] = /\((green|yellow|red|blue) (dot|ring)\)/.exec(row['Under the node'] ?? '') ?? [];
      if (fill === undefined) continue;
      const found = signs.filter(({ key }) => `\`${key}\`` === row.Key);
      assert.ok(found.length > 0, row.Key);
      for (const sign of found) assert.deepEqual([sign.fill, sign.shape], [fill, shape], row.Key);
    }
  });

  it('quote lines of the log that there are', () => {
    const [, section = ''] = /^### In the log\n(.*?)^###? /ms.exec(`${readme.text}\n## `) ?? [];
    const quoted = [...section.matchAll(/^- \*([^*]+)\*/gm)].map(([, line = '']) => line);
    assert.ok(quoted.length > 2);
    const log = readText('src/client/stream/stream-log.ts');
    for (const line of quoted) assert.ok(log.includes(line), line);
  });

  it('have every error code there is, in the words of the code', () => {
    const rows = rowsWith(readme, 'Code', 'When', 'Retryable');
    const decapitalised = (text = ''): string => text.charAt(0).toLowerCase() + text.slice(1);
    assert.deepEqual(
      rows.map((row) => [codeIn(row.Code), decapitalised(row.When)]),
      meaningsOfErrors(),
    );
    const shown = new Set([...catalogue('status'), ...catalogue('failure')].map(([, text]) => text));
    for (const row of rows) {
      const text = codeIn(row['Under the node']);
      assert.ok(text === undefined || shown.has(text), text);
    }
  });

  it('are the source of the codes that pages and help texts speak of', () => {
    const known = new Set(meaningsOfErrors().map(([code]) => code));
    const helps = Object.keys(nodeDefaults).map((node) => readText(`dist/nodes/locales/en-US/${node}.html`));
    for (const text of [...files.map((file) => file.text), ...helps]) {
      for (const [code] of text.matchAll(
        /\bOCHNO_(?!SERVER|EMAIL|PASSWORD|COMPANY|LOCATION|HUBS|INSTANCE|TEST)[A-Z]+\b/g,
      )) {
        assert.ok(known.has(code), code);
      }
    }
  });
});

describe('the page of a node', () => {
  for (const [node, defaults] of Object.entries(nodeDefaults)) {
    it(`${node} has every option with its default`, () => {
      const rows = rowsWith(readMarkdown(`docs/${node}.md`), 'Saved as', 'Default');
      const documented = rows
        .filter((row) => !row['Saved as']?.startsWith('credential'))
        .map((row) => [codeIn(row['Saved as']), codeIn(row.Default) ?? '']);
      const saved = Object.entries(defaults).filter(([option]) => option !== 'version');
      assert.deepEqual(
        documented.map(String).sort(),
        saved.map(([option, value]) => String([option, String(value)])).sort(),
      );
    });
  }

  it('ochno-action-out has the range of every field of a lamp', () => {
    const documented = new Map(
      rowsWith(readMarkdown('docs/ochno-action-out.md'), 'Field', 'Range').flatMap((row) =>
        [...(row.Field ?? '').matchAll(/`(\w+)`/g)].map(([, field = '']) => [field, row.Range ?? ''] as const),
      ),
    );
    for (const [field, { least, most, unit }] of Object.entries(lampRanges)) {
      assert.equal(documented.get(field), `${least}–${most} ${unit}`.trim(), field);
    }
  });
});

describe('the page of the simulator', () => {
  const page = readMarkdown('docs/simulator.md');

  it('has every option of the command line', () => {
    const documented = rowsWith(page, 'Option', 'Default').map((row) => codeIn(row.Option));
    const offered = [...usage().matchAll(/^ {2}(--[a-z-]+(?: <[^>]+>)?)/gm)].map(([, option]) => option);
    assert.deepEqual(documented, offered);
  });

  it('has every fault, in the words of the fault table', () => {
    const documented = rowsWith(page, 'Name', 'What it does').map((row) => [codeIn(row.Name), row['What it does']]);
    assert.deepEqual(documented, Object.entries(faultTable));
  });
});
