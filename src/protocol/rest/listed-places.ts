import { readInstant } from '../json/instant';
import { isPlainObject } from '../json/plain-object';
import { quoted } from '../json/quoted';
import { findLamp, type LampFields } from '../lamp/lamp';
import { OchnoError } from '../ochno-error';
import { checkId } from '../topics/ids';

/** Something of the platform that has an id and a name; the name is any text, empty if it has none. */
export interface Listed {
  readonly id: string;
  readonly name: string;
}

export interface ListedLocation extends Listed {
  readonly company: string;
}

export interface ListedFloorPlan extends Listed {
  /** Empty if the platform does not say. */
  readonly location: string;
}

export interface ListedHub extends Listed {
  /** Empty if the platform does not say. */
  readonly location: string;
  /** Empty if the hub is on no floor plan. */
  readonly floorPlan: string;
}

/** A port that can be addressed, and what it last said. Its id may be unique within its hub only. */
export interface ListedPort extends Listed {
  readonly hub: string;
  readonly location: string;
  /** Empty if it is on no floor plan. */
  readonly floorPlan: string;
  /** When it was last heard from, ms since 1970. */
  readonly heardAt: number | undefined;
  /** Whether that was within five minutes before the list was read, which is how the platform counts. */
  readonly online: boolean;
  /** Whether something is plugged in; `undefined` if the port does not say. */
  readonly connected: boolean | undefined;
  /** Maker and product of what is plugged in, or if it names neither, its kinds; empty for nothing. */
  readonly device: string;
  /** The kinds of what is plugged in, such as `lamp`, `hcllamp`, `sensor`. */
  readonly kinds: readonly string[];
  /** Whether a lamp is plugged in. */
  readonly isLamp: boolean;
  /** What the lamp that is plugged in last showed. */
  readonly lamp: LampFields | undefined;
  /** The port's state as the platform gave it, in the shape of an event's `data`. Shared: not to be changed. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** What could be read of a list, and in words what of it can't be used. */
export interface ListReading<Item> {
  readonly items: readonly Item[];
  readonly unusable: readonly string[];
}

/**
 * A list being read: it pauses after each share of a long one, so that who drives it can let others have their turn, and
 * returns what was read.
 */
export type ListReader<Item> = Generator<undefined, ListReading<Item>>;

type Row = Readonly<Record<string, unknown>>;
type Level = 'company' | 'location' | 'floorPlan' | 'hub';

/** The platform counts a port as online for so long after it was heard from. */
const onlineMs = 5 * 60_000;
/** A row takes some microseconds. */
const rowsInAShare = 1_000;

/** Reads a short list without a pause. */
export function readAtOnce<Item>(reader: ListReader<Item>): ListReading<Item> {
  for (;;) {
    const { done, value } = reader.next();
    if (done) return value;
  }
}

/** The companies of `GET /api/companies`. */
export function readCompanies(rows: readonly unknown[]): ListReader<Listed> {
  return readRows(rows, 'company', ({ id }) => id, named);
}

/** The locations of one company; rows of others are passed over. */
export function readLocations(rows: readonly unknown[], company: string): ListReader<ListedLocation> {
  const read = (row: Row): ListedLocation => ({ ...named(row), company });
  return readRows(rows, 'location', ({ id }) => id, read, company);
}

/** The floor plans of one company. */
export function readFloorPlans(rows: readonly unknown[], company: string): ListReader<ListedFloorPlan> {
  const read = (row: Row): ListedFloorPlan => ({ ...named(row), location: parentId(row, 'location') });
  return readRows(rows, 'floor plan', ({ id }) => id, read, company);
}

/** The hubs of one company. */
export function readHubs(rows: readonly unknown[], company: string): ListReader<ListedHub> {
  const read = (row: Row): ListedHub => ({
    ...named(row),
    location: parentId(row, 'location'),
    floorPlan: parentId(row, 'floorPlan'),
  });
  return readRows(rows, 'hub', ({ id, location }) => `${location}/${id}`, read, company);
}

/**
 * The ports of one company. One without a hub can't be addressed: ports are numbered hub by hub. `location` is empty if
 * the row does not say it.
 *
 * @param nowMs ms since 1970
 */
export function readPorts(rows: readonly unknown[], company: string, nowMs: number): ListReader<ListedPort> {
  const read = (row: Row): ListedPort => readPort(row, nowMs);
  return readRows(rows, 'port', ({ id, hub, location }) => `${location}/${hub}/${id}`, read, company);
}

/**
 * An id as the platform gives it: text without white space at its ends, or a number's digits; empty if there is none.
 * A number beyond 2^53 has lost digits on the way and is none.
 */
function listedId(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : '';
}

/**
 * Reads each row apart, so that an odd one does not cost the others. A row that comes twice, as happens where something
 * is added while pages are read, counts once, as it came last. One that says it is of another company than this is passed over.
 */
function* readRows<Item extends Listed>(
  rows: readonly unknown[],
  kind: string,
  keyOf: (item: Item) => string,
  read: (row: Row) => Item,
  company?: string,
): ListReader<Item> {
  const items = new Map<string, Item>();
  const unusable: string[] = [];
  for (const [index, row] of rows.entries()) {
    if (index % rowsInAShare === rowsInAShare - 1) yield undefined;
    try {
      if (!isPlainObject(row)) throw new OchnoError('OCHNO_VALUE', `A ${kind} is not an object but ${quoted(row)}`);
      if (company !== undefined && (parentId(row, 'company') || company) !== company) continue;
      const item = read(row);
      checkId(kind, item.id);
      items.set(keyOf(item), item);
    } catch (error) {
      if (!(error instanceof OchnoError)) throw error;
      unusable.push(error.message);
    }
  }
  return { items: [...items.values()], unusable };
}

/** Written out field by field: there may be ten thousand of them, and each spread would cost as much as the rest. */
function readPort(row: Row, nowMs: number): ListedPort {
  const state = statedBy(row);
  const id = listedId(row.id) || listedId(row.portId);
  const hub = parentId(row, 'hub');
  if (hub === '') throw new OchnoError('OCHNO_VALUE', `The port ${quoted(id)} names no hub`);
  checkId('hub', hub);
  const heardAt = readInstant(state.t ?? row.t);
  const connected = typeof state.connected === 'boolean' ? state.connected : undefined;
  const device = connected !== false && isPlainObject(state.device) ? state.device : {};
  const lamp = connected === false ? undefined : findLamp(state);
  const kinds = kindsOf(device, lamp);
  return {
    id,
    name: nameOf(row),
    hub,
    location: parentId(row, 'location'),
    floorPlan: parentId(row, 'floorPlan'),
    heardAt,
    online: heardAt !== undefined && nowMs - heardAt < onlineMs,
    connected,
    device: `${text(device.manufacturer)} ${text(device.product)}`.trim() || kinds.join(', '),
    kinds,
    isLamp: lamp !== undefined || kinds.some((kind) => kind.toLowerCase().endsWith('lamp')),
    lamp,
    state,
  };
}

/** The state is in `data`, or in the row itself where there is no such thing; null is a port that has none yet. */
function statedBy(row: Row): Row {
  if (isPlainObject(row.data)) return row.data;
  return row.data === null ? {} : row;
}

/** What the device says it is, or else what it has: a state may be no more than what last changed. */
function kindsOf(device: Row, lamp: LampFields | undefined): readonly string[] {
  const named = [device.types, device.subtypes].flat().map(text);
  const kinds = [...new Set(named)].filter((kind) => kind !== '');
  if (kinds.length > 0) return kinds;
  const parts = Object.keys(device).filter((part) => isPlainObject(device[part]));
  return parts.length === 0 && lamp !== undefined ? ['lamp'] : parts;
}

/**
 * What a row is in: `hubId`, or `hub` as an id or as an object with one, of the row itself or of its `data`. How the
 * platform names it is not documented.
 */
function parentId(row: Row, level: Level): string {
  for (const fields of [row, row.data]) {
    if (!isPlainObject(fields)) continue;
    const parent = fields[level];
    const id = listedId(fields[`${level}Id`]) || listedId(parent) || (isPlainObject(parent) ? listedId(parent.id) : '');
    if (id !== '') return id;
  }
  return '';
}

function named(row: Row): Listed {
  return { id: listedId(row.id), name: nameOf(row) };
}

function nameOf(row: Row): string {
  return text(row.name);
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
