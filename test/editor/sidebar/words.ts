import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Words, wordsOf } from '../../../nodes/editor/sidebar/words';

const catalogue: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  readFileSync(join(__dirname, '../../../locales/en-US/ochno-sidebar.json'), 'utf8'),
);

/** The sidebar's own words in English. */
export const english: Words = wordsOf((key, values = {}) => {
  const [section = '', name = ''] = key.split(/\.(.*)/, 2);
  const text = catalogue[section]?.[name] ?? key;
  return text.replace(/__(\w+)__/g, (_place, value: string) => String(values[value]));
}, 'en-US');
