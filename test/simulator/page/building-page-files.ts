import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
}

const directory = join(__dirname, 'browser');

/** The page's code, or its style, in one piece. Done once, at the first look at the page; leaves no process behind. */
function bundle(entry: string): Buffer {
  const { outputFiles } = buildSync({
    entryPoints: [join(directory, entry)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    charset: 'utf8',
    logLevel: 'silent',
  });
  return Buffer.from(outputFiles[0]?.contents ?? []);
}

function read(name: string): Buffer {
  return readFileSync(join(directory, name));
}

const files: Readonly<Record<string, readonly [type: string, make: () => Buffer]>> = {
  '/': ['text/html; charset=utf-8', () => read('page.html')],
  '/building/page.css': ['text/css; charset=utf-8', () => bundle('style/page.css')],
  '/building/page.js': ['text/javascript; charset=utf-8', () => bundle('page.ts')],
  '/building/icon.svg': ['image/svg+xml', () => read('icon.svg')],
};

const made = new Map<string, PageFile>();

/** A file of the page by its path; undefined where there is none. */
export function pageFile(path: string): PageFile | undefined {
  const present = made.get(path);
  if (present !== undefined || !Object.hasOwn(files, path)) return present;
  const [type, make] = files[path] ?? ['', () => Buffer.alloc(0)];
  const file = { type, bytes: make() };
  made.set(path, file);
  return file;
}
