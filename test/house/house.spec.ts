import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { levelsOf, readLengths, readSources, roomOf, type SourceFile } from './imports';
import { floors, type Room } from './rooms';

const mostFiles = 15;
const mostLines = 300;
/** Files of src/client that have to be loaded one after the other, at most. */
const mostLevels = 8;
/** A file with one importer and no spec of its own lives inside that importer until it is longer than this. */
const leastLines = 60;

const sources = readSources();
const files = [...sources.values()];

interface Place {
  readonly floor: string;
  /** Below the floor; '' is its hall. */
  readonly room: string;
  readonly name: string;
}

function placeOf(path: string): Place | undefined {
  const floor = Object.keys(floors).find((folder) => path.startsWith(`${folder}/`));
  if (floor === undefined) return undefined;
  const [, room = '', name = ''] = /^(?:(.*)\/)?([^/]+?)(?:\.d)?\.ts$/.exec(path.slice(floor.length + 1)) ?? [];
  return { floor, room, name };
}

function roomAt({ floor, room }: Place): Room {
  const known = floors[floor]?.rooms[room];
  assert.ok(known, `${floor}/${room} is in no plan: add it to test/house/rooms.ts with its door`);
  return known;
}

/** Why an import is not allowed, or undefined. */
function problemOf(from: Place, to: Place): string | undefined {
  if (from.floor === to.floor && from.room === to.room) return undefined;
  const { doors } = roomAt(to);
  if (from.floor === to.floor && !roomAt(from).uses.includes(to.room))
    return 'looks into a room it has nothing to do with';
  if (from.floor !== to.floor && !floors[from.floor]?.below.includes(to.floor)) return 'leads up';
  return doors.includes('*') || doors.includes(to.name) ? undefined : 'does not go through the door';
}

describe('the house', () => {
  it(`has at most ${mostFiles} files in a room`, () => {
    const rooms = new Map<string, number>();
    for (const { path } of files) rooms.set(roomOf(path), (rooms.get(roomOf(path)) ?? 0) + 1);
    const full = [...rooms].filter(([, count]) => count > mostFiles);
    assert.deepEqual(
      full.map(([room, count]) => `${room}: ${count}`),
      [],
    );
  });

  it(`has no file of more than ${mostLines} lines, and no test either`, () => {
    const long = [...files, ...readLengths('test')].filter(({ lines }) => lines > mostLines);
    assert.deepEqual(
      long.map(({ path, lines }) => `${path}: ${lines}`),
      [],
    );
  });

  it('lets an import into another room go through its door only, and never up', () => {
    const wrong = files.flatMap(({ path, imports }) => {
      const from = placeOf(path);
      if (from === undefined) return [];
      return imports.flatMap((target) => {
        const to = placeOf(target);
        const problem = to && problemOf(from, to);
        return problem === undefined ? [] : [`${path} → ${target} ${problem}`];
      });
    });
    assert.deepEqual(wrong, []);
  });

  it(`has no circle of imports, and at most ${mostLevels} levels in src/client`, () => {
    const { circles } = levelsOf(sources, 'imports', () => true);
    assert.deepEqual(circles, []);
    const { levels } = levelsOf(sources, 'loads', (path) => path.startsWith('src/client/'));
    const deep = [...levels].filter(([, level]) => level > mostLevels);
    assert.deepEqual(deep, []);
  });

  it('keeps what only one file needs inside that file, until it is an idea of its own', () => {
    const importers = new Map<string, string[]>();
    for (const { path, imports } of files) {
      for (const target of imports) importers.set(target, [...(importers.get(target) ?? []), path]);
    }
    const crumbs = files.filter((file) => isCrumb(file, importers.get(file.path) ?? []));
    assert.deepEqual(
      crumbs.map(({ path, lines }) => `${path} (${lines} lines) ← ${importers.get(path)?.[0]}`),
      [],
    );
  });
});

function isCrumb({ path, lines }: SourceFile, importers: readonly string[]): boolean {
  const place = placeOf(path);
  if (place === undefined || lines > leastLines || importers.length !== 1 || path.endsWith('.d.ts')) return false;
  // Through a door another room looks in, and what is loaded on first use is loaded for itself.
  if (importers.some((importer) => roomOf(importer) !== roomOf(path))) return false;
  if (importers.some((importer) => sources.get(importer)?.loads.includes(path) === false)) return false;
  return !hasSpec(path);
}

function hasSpec(path: string): boolean {
  const spec = path.replace(/^(src|nodes)\//, 'test/').replace(/\.ts$/, '.spec.ts');
  return existsSync(join(__dirname, '..', '..', spec));
}
