import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(__dirname, '../..');

export interface Link {
  readonly target: string;
  readonly isImage: boolean;
}

/** A block between ``` lines. */
export interface Sample {
  readonly language: string;
  readonly text: string;
}

/** A table, each row as its cells by the column's heading; a column without one is under the empty text. */
export type Table = readonly Readonly<Record<string, string>>[];

/** A Markdown file of the project. */
export interface MarkdownFile {
  /** From the project's folder: `docs/library.md`. */
  readonly name: string;
  readonly text: string;
  readonly links: readonly Link[];
  readonly samples: readonly Sample[];
  readonly tables: readonly Table[];
  /** What `#…` can lead to, made of the headings as GitHub does. */
  readonly anchors: ReadonlySet<string>;
}

const fence = /^```(\w*)\n(.*?)^```$/gms;

/** Every Markdown file that users and contributors read. */
export function readMarkdownFiles(): readonly MarkdownFile[] {
  const pages = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pages.map((page) => `docs/${page}`)].map(readMarkdown);
}

export function readMarkdown(name: string): MarkdownFile {
  const text = readFileSync(join(root, name), 'utf8');
  const prose = text.replace(fence, '');
  return {
    name,
    text,
    links: [...prose.replace(/`[^`\n]*`/g, '').matchAll(/(!?)\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, mark, target]) => ({
      target: target ?? '',
      isImage: mark === '!',
    })),
    samples: [...text.matchAll(fence)].map(([, language, sample]) => ({
      language: language ?? '',
      text: sample ?? '',
    })),
    tables: [...prose.matchAll(/(?:^\|.*\|$\n?)+/gm)].map(([rows]) => readTable(rows)),
    anchors: new Set([...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''))),
  };
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M} _-]/gu, '')
    .replaceAll(' ', '-');
}

function readTable(text: string): Table {
  const rows = text.trim().split('\n').map(cellsOf);
  const [headings = []] = rows;
  return rows.slice(2).map((cells) => Object.fromEntries(headings.map((heading, at) => [heading, cells[at] ?? ''])));
}

function cellsOf(row: string): readonly string[] {
  return row
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim());
}

/** The first thing between backticks in a cell. */
export function codeIn(cell: string | undefined): string | undefined {
  return /`([^`]+)`/.exec(cell ?? '')?.[1];
}
