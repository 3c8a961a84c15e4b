import assert from 'node:assert/strict';
import { isAmong, keysIn, ownTexts, sidebarTexts, translations } from './locale-files';

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

const own = (language: string) => ownTexts(language, 'ochno-sidebar');

describe('the texts of the sidebar', () => {
  it('are all that it uses and no other', () => {
    const present = sidebarTexts('en-US');
    const sections = new Set([...present.keys()].map((key) => key.split('.', 1)[0]));
    const used = [...keysIn('plugins/ochno-sidebar.html')].filter((key) => sections.has(key.split('.', 1)[0]));
    for (const key of used.filter((one) => !one.endsWith('*'))) {
      assert.ok(present.has(key), `"${key}" is used but has no text`);
    }
    assert.deepEqual(
      [...own('en-US').keys()].filter((key) => !isAmong([...used, 'tab.action'], key)),
      [],
    );
  });

  for (const language of translations) {
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
