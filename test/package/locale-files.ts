import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(__dirname, '..', '..');
export const nodes = ['ochno-config', 'ochno-port-in', 'ochno-action-out', 'ochno-rest'];
export const languages = ['en-US', 'sv', 'de', 'fr', 'es-ES', 'nl', 'fi', 'nb', 'da', 'ja', 'zh-CN'];
export const translations = languages.filter((language) => language !== 'en-US');

/** Texts by their whole key: `label.name`. */
export type Catalogue = ReadonlyMap<string, string>;

function flatten(value: unknown, path: readonly string[] = []): [string, string][] {
  if (typeof value === 'string') return [[path.join('.'), value]];
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value), `${path.join('.')} is not text`);
  return Object.entries(value).flatMap(([key, below]) => {
    assert.ok(!/[.:]/.test(key), `"${key}": . and : separate keys, they can't be part of one`);
    return flatten(below, [...path, key]);
  });
}

/** A file as its translator sees it. */
export function source(language: string, file: string): string {
  return readFileSync(join(root, 'locales', language, file), 'utf8');
}

/** A file as Node-RED's loader sees it, with what is shared put in. */
function built(language: string, file: string): string {
  return readFileSync(join(root, 'dist', 'nodes', 'locales', language, file), 'utf8');
}

/** The texts of one translator's file: of a node, of the sidebar, or those that are shared. */
export function ownTexts(language: string, name: string): Catalogue {
  return new Map(flatten(JSON.parse(source(language, `${name}.json`))));
}

/** The texts that a node has once built. */
export function catalogue(language: string, node: string): Catalogue {
  return new Map(flatten(JSON.parse(built(language, `${node}.json`))));
}

/** The texts that the sidebar has once built. */
export function sidebarTexts(language: string): Catalogue {
  const file = join(root, 'dist', 'nodes', 'plugins', 'locales', language, 'ochno-sidebar.json');
  return new Map(flatten(JSON.parse(readFileSync(file, 'utf8'))));
}

export function help(language: string, node: string): string {
  return built(language, `${node}.html`);
}

/** The words of help, block by block, without its codes. */
export function blocks(html: string): readonly string[] {
  return html
    .split(/<\/?(?:p|dt|dd|li|h3|h4)\b[^>]*>/)
    .map((block) => block.replace(/<code>[^<]*<\/code>|<[^>]+>/g, ' '));
}

/** Keys as they stand in a built dialog or script; those put together in code end in `*`. */
export function keysIn(file: string): ReadonlySet<string> {
  const html = readFileSync(join(root, 'dist', 'nodes', file), 'utf8');
  const keys = new Set<string>();
  for (const [, list = ''] of html.matchAll(/data-i18n="([^"]+)"/g)) {
    for (const key of list.split(';')) keys.add(key.replace(/^\[[^\]]*\]/, ''));
  }
  for (const [, key = ''] of html.matchAll(/["'`]([a-z]+\.[^"'`\s]+)["'`]/gi)) keys.add(key.replace(/\$\{.*$/, '*'));
  return keys;
}

/** Whether one of the keys in use is this one, or begins as it does. */
export function isAmong(used: readonly string[], key: string): boolean {
  return used.some((one) => (one.endsWith('*') ? key.startsWith(one.slice(0, -1)) : one === key));
}
