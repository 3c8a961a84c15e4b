import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const root = join(__dirname, '..', '..');

/** `import … from './x'`, `export … from './x'`, `import('./x')`, `require('./x')`; what stands before `from` is caught. */
const specifier =
  /(?:\b(?:import|export)\s+((?:type\s)?[^;'"]*?)\bfrom\s+|\bimport\s*\(\s*|\bimport\s+|\brequire\(\s*)'(\.{1,2}\/[^']+)'/g;

/** A source file, with what it imports of the others. */
export interface SourceFile {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly string[];
  /** Those of them that have to be loaded before it: types and what is loaded on first use are not. */
  readonly loads: readonly string[];
}

/** Every TypeScript file below `src` and `nodes`, by its path. */
export function readSources(): ReadonlyMap<string, SourceFile> {
  const paths = ['src', 'nodes'].flatMap(typeScriptIn);
  const known = new Set(paths);
  return new Map(paths.map((path) => [path, readSource(path, known)]));
}

/** Every TypeScript file below a folder. */
function typeScriptIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`);
}

/** How long every TypeScript file below a folder is. */
export function readLengths(folder: string): readonly Pick<SourceFile, 'path' | 'lines'>[] {
  return typeScriptIn(folder).map((path) => ({ path, lines: linesOf(readFileSync(join(root, path), 'utf8')) }));
}

function linesOf(text: string): number {
  return text.split('\n').length - 1;
}

function readSource(path: string, known: ReadonlySet<string>): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const imports = [...text.matchAll(specifier)].flatMap(([whole, names, to = '']) => {
    const target = normalize(join(dirname(path), to)).replaceAll('\\', '/');
    const file = [`${target}.ts`, `${target}/index.ts`, `${target}.d.ts`].find((one) => known.has(one));
    return file === undefined ? [] : [{ file, isLoaded: !whole.includes('(') && !isTypesOnly(names) }];
  });
  const filesOf = (some: typeof imports): string[] => [...new Set(some.map(({ file }) => file))];
  return {
    path,
    lines: linesOf(text),
    imports: filesOf(imports),
    loads: filesOf(imports.filter(({ isLoaded }) => isLoaded)),
  };
}

/** `type { A }`, or `{ type A, type B }`. */
function isTypesOnly(names: string | undefined): boolean {
  if (names === undefined) return false;
  if (/^type\b/.test(names)) return true;
  const inBraces = /^\{(.*)\}\s*$/s
    .exec(names.trim())?.[1]
    ?.split(',')
    .filter((name) => name.trim() !== '');
  return inBraces?.every((name) => /^type\b/.test(name.trim())) ?? false;
}

/** The folder a file is in: its room. */
export function roomOf(path: string): string {
  return dirname(path);
}

/** Files in a circle of imports, if there is one, and the longest way down from each, along some of its imports. */
export function levelsOf(
  sources: ReadonlyMap<string, SourceFile>,
  along: 'imports' | 'loads',
  isInside: (path: string) => boolean,
) {
  const levels = new Map<string, number>();
  const circles: string[] = [];
  const visit = (path: string, way: readonly string[]): number => {
    const known = levels.get(path);
    if (known !== undefined) return known;
    if (way.includes(path)) {
      circles.push([...way.slice(way.indexOf(path)), path].join(' → '));
      return 0;
    }
    const below = (sources.get(path)?.[along] ?? []).filter(isInside);
    const level = 1 + Math.max(0, ...below.map((next) => visit(next, [...way, path])));
    levels.set(path, level);
    return level;
  };
  for (const path of sources.keys()) if (isInside(path)) visit(path, []);
  return { levels, circles };
}
