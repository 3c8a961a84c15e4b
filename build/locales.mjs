/**
 * Puts catalogues and help texts together: what several of a language share stands once, in `shared.json` and
 * `shared.html`, and is put into each that Node-RED's loader reads.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillIn, readBlocks } from './shared-blocks.mjs';

/**
 * Writes, into each place, `<to>/<language>/<name>.json` for every catalogue and `<name>.html` for every help text.
 *
 * @param {string} from the folder that has one folder for each language
 * @param {readonly { to: string, catalogues: readonly string[], helps: readonly string[] }[]} places each a folder
 *   `locales` beside what is built, and whose texts belong there
 * @throws {Error} that names the file if one is missing, belongs to nothing, or asks for a block that is not shared
 */
export async function writeLocales(from, places) {
  const catalogues = places.flatMap((place) => place.catalogues);
  const helps = places.flatMap((place) => place.helps);
  for (const language of await readdir(from)) {
    await refuseStrangers(join(from, language), catalogues, helps);
    for (const place of places) await writeLanguage(join(from, language), join(place.to, language), place);
  }
}

async function writeLanguage(from, to, { catalogues, helps }) {
  const read = (file) => readFile(join(from, file), 'utf8');
  const shared = JSON.parse(await read('shared.json'));
  const blocks = readBlocks(await read('shared.html'));
  await mkdir(to, { recursive: true });
  for (const name of catalogues) {
    const texts = nameUnset(merge(shared, JSON.parse(await read(`${name}.json`))));
    await writeFile(join(to, `${name}.json`), `${JSON.stringify(texts, null, 2)}\n`);
  }
  for (const name of helps) {
    await writeFile(join(to, `${name}.html`), fillIn(await read(`${name}.html`), blocks, `${from}/${name}.html`));
  }
}

/** A file that nothing reads would be translated in vain, and one that is missing would show its keys. */
async function refuseStrangers(folder, catalogues, helps) {
  const wanted = ['shared.json', 'shared.html', ...catalogues.map(json), ...helps.map(html)];
  const present = new Set(await readdir(folder));
  const missing = wanted.filter((file) => !present.delete(file));
  if (missing.length > 0) throw new Error(`${folder}: missing ${missing.join(', ')}`);
  if (present.size > 0) throw new Error(`${folder}: belongs to nothing: ${[...present].join(', ')}`);
}

const json = (name) => `${name}.json`;
const html = (name) => `${name}.html`;

/** What the catalogue says itself wins over what is shared. */
function merge(shared, own) {
  const merged = { ...shared };
  for (const [key, value] of Object.entries(own)) {
    const isSection = typeof value === 'object' && typeof shared[key] === 'object';
    merged[key] = isSection ? merge(shared[key], value) : value;
  }
  return merged;
}

/**
 * `unset.<option>`, for each field of a dialog: the status text of a node whose option is missing or unusable. A status text
 * takes no values, so that each has to be whole.
 */
function nameUnset(texts) {
  const fields = Object.entries(texts.label).filter(([, label]) => !label.includes('__'));
  const unset = fields.map(([option, label]) => [option, `${texts.status['not configured']}: ${label}`]);
  return { ...texts, unset: Object.fromEntries(unset) };
}
