import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = join(__dirname, '..', '..');
const nodes = ['ochno-config', 'ochno-port-in', 'ochno-action-out', 'ochno-rest'];
const languages = readdirSync(join(root, 'locales'));

/** Texts by their whole key: `label.name`. */
type Catalogue = ReadonlyMap<string, string>;

function flatten(value: unknown, path: readonly string[] = []): [string, string][] {
  if (typeof value === 'string') return [[path.join('.'), value]];
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), `${path.join('.')} is no text`);
  return Object.entries(value).flatMap(([key, below]) => {
    assert.ok(!/[.:]/.test(key), `"${key}": . and : separate keys, they can't be part of one`);
    return flatten(below, [...path, key]);
  });
}

function catalogue(language: string, node: string): Catalogue {
  return new Map(flatten(JSON.parse(readFileSync(join(root, 'locales', language, `${node}.json`), 'utf8'))));
}

function help(language: string, node: string): string {
  return readFileSync(join(root, 'locales', language, `${node}.html`), 'utf8');
}

/** Keys as they stand in the built dialog, which holds only what the node uses; those put together in code end in `*`. */
function usedKeys(node: string): ReadonlySet<string> {
  const html = readFileSync(join(root, 'dist', 'nodes', `${node}.html`), 'utf8');
  const keys = new Set<string>();
  for (const [, list = ''] of html.matchAll(/data-i18n="([^"]+)"/g)) {
    for (const key of list.split(';')) keys.add(key.replace(/^\[[^\]]*\]/, ''));
  }
  for (const [, key = ''] of html.matchAll(/["'`]([a-z]+\.[^"'`\s]+)["'`]/gi)) keys.add(key.replace(/\$\{.*$/, '*'));
  return keys;
}

/** Sections whose keys the runtime uses, or that are made of words of the contract. */
const wholeSections = ['status.', 'failure.', 'palette.', 'check.'];

const statuses = ['connected', 'connecting', 'disconnected', 'log-in refused', 'not configured', 'sending', 'gap'];
const reasons = ['dns', 'refused', 'tls', 'proxy', 'timeout', 'clock', 'forbidden'];
const failures = ['value', 'timeout', 'refused', 'closed', 'http', 'login', 'network', 'payload'];

describe('the catalogues', () => {
  for (const node of nodes) {
    it(`have every text that the dialog of ${node} uses, and no other`, () => {
      const present = catalogue('en-US', node);
      const sections = new Set([...present.keys()].map((key) => key.split('.', 1)[0]));
      const used = [...usedKeys(node)].filter((key) => sections.has(key.split('.', 1)[0]));
      for (const key of used.filter((one) => !one.includes('*'))) {
        if (present.has(key)) continue;
        assert.fail(`${node}: "${key}" is used but has no text`);
      }
      const prefixes = [...wholeSections, ...used.filter((key) => key.endsWith('*')).map((key) => key.slice(0, -1))];
      const unused = [...present.keys()].filter(
        (key) => !used.includes(key) && !prefixes.some((prefix) => key.startsWith(prefix)),
      );
      assert.deepEqual(unused, []);
    });

    it(`have the words of the contract as status texts of ${node}`, () => {
      const present = catalogue('en-US', node);
      for (const word of statuses.slice(0, 5)) assert.equal(present.get(`status.${word}`), word);
      for (const word of [...statuses, ...reasons]) assert.ok(present.has(`status.${word}`), word);
      for (const word of failures) assert.ok(present.has(`failure.${word}`), word);
    });
  }

  it('name the palette category', () => {
    for (const node of nodes.slice(1)) assert.equal(catalogue('en-US', node).get('palette.label.Ochno'), 'Ochno');
  });

  it('say the same in every node where they say the same thing', () => {
    for (const language of languages) {
      const texts = new Map<string, string>();
      for (const node of nodes) {
        for (const [key, text] of catalogue(language, node)) {
          if (!/^(status|failure)\./.test(key)) continue;
          assert.equal(texts.get(key) ?? text, text, `${language}: ${key} differs in ${node}`);
          texts.set(key, text);
        }
      }
    }
  });
});

for (const language of languages) {
  describe(`the language ${language}`, () => {
    it('has a catalogue and a help text for every node, and nothing else', () => {
      const expected = nodes.flatMap((node) => [`${node}.html`, `${node}.json`]).sort();
      assert.deepEqual(readdirSync(join(root, 'locales', language)).sort(), expected);
    });

    it('has all the keys of en-US with the same places to fill in', () => {
      for (const node of nodes) {
        const original = catalogue('en-US', node);
        const translated = catalogue(language, node);
        assert.deepEqual([...translated.keys()].sort(), [...original.keys()].sort(), node);
        for (const [key, text] of translated) {
          const places = (of: string): string[] => (of.match(/__\w+?__/g) ?? []).sort();
          assert.deepEqual(places(text), places(original.get(key) ?? ''), `${node}: ${key}`);
          assert.notEqual(text.trim(), '', `${node}: ${key} is empty`);
        }
      }
    });

    it('has help of the same build as en-US: the same headings, message properties and codes', () => {
      for (const node of nodes) {
        const skeleton = (html: string): readonly string[] =>
          [...html.matchAll(/<(\/?(?:h3|h4|dl|ol|ul|script|table|tr)\b)|<code>([^<]*)<\/code>/g)].map(
            ([, tag, code]) => tag ?? code ?? '',
          );
        const sorted = (html: string): readonly string[] => [...skeleton(html)].sort();
        assert.deepEqual(sorted(help(language, node)), sorted(help('en-US', node)), `${basename(node)}`);
      }
    });
  });
}

describe('the help texts', () => {
  for (const node of nodes) {
    it(`of ${node} begin with the tooltip and name the node they help with`, () => {
      const html = help('en-US', node);
      assert.match(html, new RegExp(`^<script type="text/html" data-help-name="${node}">\\s*<p>[^<]{20,}`));
      assert.equal(html.match(/<script/g)?.length, 1);
      assert.ok(html.trimEnd().endsWith('</script>'));
    });
  }

  it('explain every status text and every error of the nodes that raise it', () => {
    const codes: Readonly<Record<string, readonly string[]>> = {
      'ochno-port-in': ['OCHNO_PAYLOAD', 'OCHNO_GAP'],
      'ochno-action-out': ['OCHNO_VALUE', 'OCHNO_TIMEOUT', 'OCHNO_REFUSED', 'OCHNO_CLOSED'],
      'ochno-rest': ['OCHNO_HTTP', 'OCHNO_LOGIN', 'OCHNO_NETWORK', 'OCHNO_TIMEOUT', 'OCHNO_VALUE', 'OCHNO_CLOSED'],
    };
    for (const [node, expected] of Object.entries(codes)) {
      for (const code of expected) assert.ok(help('en-US', node).includes(`<code>${code}</code>`), `${node}: ${code}`);
      const text = help('en-US', node);
      for (const word of statuses.slice(0, 5)) assert.ok(text.includes(word), `${node} does not explain "${word}"`);
    }
  });
});
