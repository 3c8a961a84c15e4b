import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  blocks,
  catalogue,
  help,
  isAmong,
  keysIn,
  languages,
  nodes,
  ownTexts,
  root,
  source,
  translations,
} from './locale-files';

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

function englishIn(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}']+/gu) ?? [];
  return [...new Set(words.filter((word) => englishWords.has(word)))];
}

/** The keys that a node's dialog uses, and the sections that its runtime uses or that are words of the contract. */
function usedKeys(node: string): readonly string[] {
  return [...keysIn(`${node}.html`), 'status.*', 'failure.*', 'palette.*', 'check.*'];
}

const statuses = ['connected', 'connecting', 'disconnected', 'log-in refused', 'not configured', 'sending', 'gap'];
const reasons = ['dns', 'refused', 'tls', 'proxy', 'timeout', 'clock', 'forbidden'];
const failures = ['value', 'timeout', 'refused', 'closed', 'http', 'login', 'network', 'payload'];

describe('the catalogues', () => {
  for (const node of nodes) {
    it(`have every text that the dialog of ${node} uses, and no other`, () => {
      const present = catalogue('en-US', node);
      const sections = new Set([...present.keys()].map((key) => key.split('.', 1)[0]));
      const used = usedKeys(node).filter((key) => sections.has(key.split('.', 1)[0]));
      for (const key of used.filter((one) => !one.includes('*'))) {
        assert.ok(present.has(key), `${node}: "${key}" is used but has no text`);
      }
      const unused = [...ownTexts('en-US', node).keys()].filter((key) => !isAmong(used, key));
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
    const used = nodes.map(usedKeys);
    for (const [key, text] of ownTexts('en-US', 'shared')) {
      assert.ok(used.filter((keys) => isAmong(keys, key)).length > 1, `"${key}" is shared by nobody`);
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

    it('has status texts that are short enough to stand under a node', () => {
      const longest = language === 'ja' || language === 'zh-CN' ? 12 : 24;
      for (const [key, text] of nodes.flatMap((node) => [...catalogue(language, node)])) {
        if (/^(status|failure)\./.test(key)) assert.ok([...text].length <= longest, `${key}: "${text}"`);
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
