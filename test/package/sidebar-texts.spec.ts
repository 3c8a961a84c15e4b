import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const languages = readdirSync(join(root, 'locales'));
const script = readFileSync(join(root, 'dist/nodes/plugins/ochno-sidebar.html'), 'utf8');

/** Names, units and patterns, and words that the language itself writes as English does. */
const asInEnglish = [
  ...['Ochno', '__what__: __message__', '__number__ s', '__number__ min', '__number__ h', '__number__ d'],
  ...[
    'offline',
    'offline __time__',
    'sensor',
    'dimmer',
    'Filter',
    'Filters',
    'Sensor',
    'Laptop',
    'lampe',
    'laptops',
    'Port',
  ],
  ...['laptop', 'lamp', 'no', 'Account __name__: __what__'],
];

function flatten(value: object, path: readonly string[] = []): [string, string][] {
  return Object.entries(value).flatMap(([key, below]) =>
    typeof below === 'string' ? [[[...path, key].join('.'), below]] : flatten(below, [...path, key]),
  ) as [string, string][];
}

function own(language: string): ReadonlyMap<string, string> {
  return new Map(flatten(JSON.parse(readFileSync(join(root, 'locales', language, 'ochno-sidebar.json'), 'utf8'))));
}

function built(language: string): ReadonlyMap<string, string> {
  const file = join(root, 'dist/nodes/plugins/locales', language, 'ochno-sidebar.json');
  return new Map(flatten(JSON.parse(readFileSync(file, 'utf8'))));
}

/** Keys in the built script; those put together in code end where that begins. */
function usedKeys(): readonly string[] {
  return [...script.matchAll(/["'`]([a-z]+\.[^"'`\s]+)["'`]/gi)].map(([, key = '']) => key.replace(/\$\{.*$/, '*'));
}

describe('the texts of the sidebar', () => {
  it('are all that it uses and no other', () => {
    const present = built('en-US');
    const used = usedKeys();
    const sections = new Set([...present.keys()].map((key) => key.split('.', 1)[0]));
    for (const key of used.filter((one) => sections.has(one.split('.', 1)[0]) && !one.endsWith('*'))) {
      assert.ok(present.has(key), `"${key}" is used but has no text`);
    }
    const prefixes = used.filter((key) => key.endsWith('*')).map((key) => key.slice(0, -1));
    const isUsed = (key: string): boolean =>
      used.includes(key) || key === 'tab.action' || prefixes.some((prefix) => key.startsWith(prefix));
    assert.deepEqual(
      [...own('en-US').keys()].filter((key) => !isUsed(key)),
      [],
    );
  });

  for (const language of languages.filter((name) => name !== 'en-US')) {
    it(`are not left in English in ${language}`, () => {
      const english = own('en-US');
      const same = [...own(language)].filter(([key, text]) => text === english.get(key));
      assert.deepEqual(
        same.filter(([, text]) => !asInEnglish.includes(text)),
        [],
      );
    });
  }
});
