import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const nodes = ['ochno-config', 'ochno-port-in', 'ochno-action-out', 'ochno-rest'];
const languages = ['en-US', 'sv', 'de', 'fr', 'es-ES', 'nl', 'fi', 'nb', 'da', 'ja', 'zh-CN'];
const translations = languages.filter((language) => language !== 'en-US');

/** Names, codes, units and patterns: the same in every language. Node names too, as Node-RED's own `mqtt in`. */
const sameEverywhere = [
  'Keep-alive',
  'CO₂',
  '-24h',
  '-1h',
  '1h',
  'Node',
  ...['Ochno', 'REST', 'TLS', 'port in', 'action out', 'rest', 'https://…', '/api/hubs/{hub}', '…'],
  ...['msg.ochno.location', 'msg.ochno.hub', 'msg.ochno.port', '__level__ %', '__temp__ K', '+__by__', '−__by__'],
  '__field__: __reason__',
];

/** Words that the language itself writes as English does. */
const sharedWords: Readonly<Record<string, readonly string[]>> = {
  sv: ['dimmer', 'Server', 'Port', 'Id', 'online', 'offline', 'ok'],
  de: ['Server', 'Name', 'Timeout', 'name@example.com', 'Hub', 'Port', 'Ports: __ports__', 'online', 'offline'],
  fr: ['E-mail', 'Hub', 'hubs', '__number__ hubs', 'Port', 'ports', '__number__ ports', 'message'],
  'es-ES': ['Hub', 'hubs', '__number__ hubs'],
  nl: [
    ...[
      'dimmer',
      'Interval',
      'Server',
      'E-mail',
      'Account',
      'Hub',
      'hubs',
      '__number__ hubs',
      'Id',
      'Parameters',
      'lamp',
    ],
    ...['__field__: type', 'online', 'offline', 'ok'],
  ],
  nb: ['dimmer', 'Server', 'Hub', 'Port', 'Send', '__field__: type', 'online', 'offline', 'ok'],
  da: [
    ...['Interval', 'Server', 'E-mail', 'Hub', 'hubs', '__number__ hubs', 'Port', 'Id', 'Send', 'Timeout'],
    ...['__field__: type', 'online', 'offline', 'ok'],
  ],
};

/** Two of these in one text are a sentence that was left in English. */
const englishWords = new Set(
  'the and with is are you this that these which where when from its it has have can cannot your what not only'.split(
    ' ',
  ),
);

/** Texts by their whole key: `label.name`. */
type Catalogue = ReadonlyMap<string, string>;

function flatten(value: unknown, path: readonly string[] = []): [string, string][] {
  if (typeof value === 'string') return [[path.join('.'), value]];
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), `${path.join('.')} is not text`);
  return Object.entries(value).flatMap(([key, below]) => {
    assert.ok(!/[.:]/.test(key), `"${key}": . and : separate keys, they can't be part of one`);
    return flatten(below, [...path, key]);
  });
}

/** A file as its translator sees it. */
function source(language: string, file: string): string {
  return readFileSync(join(root, 'locales', language, file), 'utf8');
}

/** A file as Node-RED's loader sees it, with what is shared put in. */
function built(language: string, file: string): string {
  return readFileSync(join(root, 'dist', 'nodes', 'locales', language, file), 'utf8');
}

/** The texts of one translator's file: of a node, or those that are shared. */
function ownTexts(language: string, name: string): Catalogue {
  return new Map(flatten(JSON.parse(source(language, `${name}.json`))));
}

function catalogue(language: string, node: string): Catalogue {
  return new Map(flatten(JSON.parse(built(language, `${node}.json`))));
}

function help(language: string, node: string): string {
  return built(language, `${node}.html`);
}

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([whole, part]) => part ?? whole);
}

/** What a translation of help leaves alone, block by block: tags in order, names of properties, codes in any order. */
function skeleton(html: string): readonly string[] {
  return html.split(/(?=<(?:p|dt|dd|li|h3|h4)\b)/).map((block) => {
    const names = found(block, /<dt[^>]*>([a-z][\w.]*(?= <span)|OCHNO_\w+)/g);
    const codes = found(block, /<code>([^<]*)<\/code>/g).sort();
    return [...found(block, /<[^>]+>/g), ...names, ...codes].join(' ');
  });
}

/** The words of help, block by block, without its codes. */
function blocks(html: string): readonly string[] {
  return html
    .split(/<\/?(?:p|dt|dd|li|h3|h4)\b[^>]*>/)
    .map((block) => block.replace(/<code>[^<]*<\/code>|<[^>]+>/g, ' '));
}

function englishIn(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}']+/gu) ?? [];
  return [...new Set(words.filter((word) => englishWords.has(word)))];
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

function isUsed(key: string, used: readonly string[]): boolean {
  const prefixes = [...wholeSections, ...used.filter((one) => one.endsWith('*')).map((one) => one.slice(0, -1))];
  return used.includes(key) || prefixes.some((prefix) => key.startsWith(prefix));
}

const statuses = ['connected', 'connecting', 'disconnected', 'log-in refused', 'not configured', 'sending', 'gap'];
const reasons = ['dns', 'refused', 'tls', 'proxy', 'timeout', 'clock', 'forbidden'];
const selfExplaining = ['label.name', 'label.account'];
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
      const unused = [...ownTexts('en-US', node).keys()].filter((key) => !isUsed(key, used));
      assert.deepEqual(unused, []);
    });

    it(`have the words of the contract as status texts of ${node}`, () => {
      const present = catalogue('en-US', node);
      for (const word of statuses.slice(0, 5)) assert.equal(present.get(`status.${word}`), word);
      for (const word of [...statuses, ...reasons]) assert.ok(present.has(`status.${word}`), word);
      for (const word of failures) assert.ok(present.has(`failure.${word}`), word);
    });
  }

  it('share only what more than one node uses, and no node says it again', () => {
    const used = nodes.map((node) => [...usedKeys(node)]);
    for (const [key, text] of ownTexts('en-US', 'shared')) {
      assert.ok(used.filter((keys) => isUsed(key, keys)).length > 1, `"${key}" is shared by nobody`);
      for (const node of nodes) assert.notEqual(ownTexts('en-US', node).get(key), text, `${node}: ${key}`);
    }
  });

  it('name the palette category', () => {
    for (const language of languages) {
      for (const node of nodes.slice(1)) assert.equal(catalogue(language, node).get('palette.label.Ochno'), 'Ochno');
    }
  });

  it('are there in eleven languages and no other', () => {
    assert.deepEqual(readdirSync(join(root, 'locales')).sort(), [...languages].sort());
  });
});

for (const language of languages) {
  describe(`the language ${language}`, () => {
    it('has a catalogue and a help text for every node and for what they share, and nothing else', () => {
      const expected = [...nodes, 'shared'].flatMap((name) => [`${name}.html`, `${name}.json`]);
      assert.deepEqual(readdirSync(join(root, 'locales', language)).sort(), [...expected, 'ochno-sidebar.json'].sort());
    });

    it('has all the keys of en-US in their order, with the same places to fill in', () => {
      for (const node of [...nodes, 'shared', 'ochno-sidebar']) {
        const original = ownTexts('en-US', node);
        const translated = ownTexts(language, node);
        assert.deepEqual([...translated.keys()], [...original.keys()], node);
        for (const [key, text] of translated) {
          const places = (of: string): string[] => (of.match(/__\w+?__/g) ?? []).sort();
          assert.deepEqual(places(text), places(original.get(key) ?? ''), `${node}: ${key}`);
          assert.notEqual(text.trim(), '', `${node}: ${key} is empty`);
        }
        const file = source(language, `${node}.json`);
        assert.equal(file, `${JSON.stringify(JSON.parse(file), null, 2)}\n`, `${node}: indent by two spaces`);
      }
    });

    it('has help of the same build as en-US: the same tags, message properties and codes', () => {
      for (const node of nodes) assert.deepEqual(skeleton(help(language, node)), skeleton(help('en-US', node)), node);
    });

    it('has status texts that are short enough to stand under a node', () => {
      const longest = language === 'ja' || language === 'zh-CN' ? 12 : 24;
      for (const [key, text] of nodes.flatMap((node) => [...catalogue(language, node)])) {
        if (/^(status|failure)\./.test(key)) assert.ok([...text].length <= longest, `${key}: "${text}"`);
      }
    });

    it('names in the help every field of the dialog by its label', () => {
      for (const node of nodes) {
        const used = usedKeys(node);
        const words = blocks(help(language, node)).join(' ').replace(/\s+/g, ' ').toLowerCase();
        for (const [key, label] of catalogue(language, node)) {
          if (!used.has(key) || !key.startsWith('label.') || selfExplaining.includes(key)) continue;
          // What stands in brackets behind a label is an explanation itself.
          const [name = ''] = label.split(/\s*[(（]/);
          if (!name.includes('__')) assert.ok(words.includes(name.toLowerCase()), `${node} does not explain "${name}"`);
        }
      }
    });

    it('explains every status text by the word that a node shows', () => {
      const common = [...statuses.slice(0, 5), ...reasons, 'no company', 'newer version'];
      const shown: Readonly<Record<string, readonly string[]>> = {
        'ochno-config': common,
        'ochno-port-in': [...common, 'gap'],
        'ochno-action-out': [...common, 'sending', 'no port', 'no device', 'no lamp'],
        'ochno-rest': [...common, 'sending'],
      };
      for (const [node, words] of Object.entries(shown)) {
        const text = help(language, node).replace(/\s+/g, ' ');
        for (const word of words) {
          const status = catalogue(language, node).get(`status.${word}`) ?? '';
          assert.ok(text.includes(status.replace(/\s+/g, ' ')), `${node} does not explain "${status}"`);
        }
      }
    });
  });
}

for (const language of translations) {
  describe(`the translation into ${language}`, () => {
    it('leaves nothing as English has it but names, codes, units and words that both languages share', () => {
      const shared = sharedWords[language] ?? [];
      const same = nodes.flatMap((node) => {
        const original = catalogue('en-US', node);
        return [...catalogue(language, node)].filter(([key, text]) => text === original.get(key));
      });
      assert.deepEqual(
        same.filter(([, text]) => !sameEverywhere.includes(text) && !shared.includes(text)),
        [],
      );
      const kept = new Set(same.map(([, text]) => text));
      assert.deepEqual(
        shared.filter((text) => !kept.has(text)),
        [],
        'allowed but not needed',
      );
    });

    it('leaves no English sentence over', () => {
      for (const node of nodes) {
        for (const text of [...catalogue(language, node).values(), ...blocks(help(language, node))]) {
          assert.ok(englishIn(text).length < 2, `${node}: ${text}`);
        }
      }
    });
  });
}

describe('the help texts', () => {
  for (const node of nodes) {
    it(`of ${node} begin with the tooltip and name the node they help with`, () => {
      for (const language of languages) {
        const html = help(language, node);
        assert.match(html, new RegExp(`^<script type="text/html" data-help-name="${node}">\\s*<p>[^<]{20,}`), language);
        assert.equal(html.match(/<script/g)?.length, 1);
        assert.ok(html.trimEnd().endsWith('</script>'));
      }
    });
  }

  it('explain every error of the nodes that raise it', () => {
    const unreachable = ['OCHNO_HTTP', 'OCHNO_LOGIN', 'OCHNO_NETWORK'];
    const codes: Readonly<Record<string, string[]>> = {
      'ochno-port-in': ['OCHNO_PAYLOAD', 'OCHNO_GAP', 'OCHNO_REFUSED', 'OCHNO_VALUE', ...unreachable, 'OCHNO_TIMEOUT'],
      'ochno-action-out': ['OCHNO_VALUE', 'OCHNO_TIMEOUT', 'OCHNO_REFUSED', 'OCHNO_CLOSED', ...unreachable],
      'ochno-rest': [...unreachable, 'OCHNO_TIMEOUT', 'OCHNO_VALUE', 'OCHNO_CLOSED'],
    };
    for (const [node, expected] of Object.entries(codes)) {
      const explained = found(help('en-US', node), /<dt>(OCHNO_[^<]+)<\/dt>/g).flatMap((codes) => codes.split(', '));
      assert.deepEqual(explained.sort(), expected.sort(), node);
    }
  });
});
