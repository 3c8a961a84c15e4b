import { numberIn } from '../../../src/protocol/json/numeric-text';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { valueAt } from '../../../src/protocol/json/property-path';
import { quoted } from '../../../src/protocol/json/quoted';

/** More than this does not fit under a node. */
const mostCharacters = 20;

/** What tells most about a device, first to last: where it is, and its unit. */
const telling: readonly (readonly [path: readonly string[], unit: string])[] = [
  [['lamp', 'level'], ' %'],
  [['button', 'pushed'], ''],
  [['sensor', 'motion'], ''],
  [['sensor', 'temperature'], ' °C'],
  [['sensor', 'airco2'], ' ppm'],
  [['sensor', 'airhumidity'], ' %'],
  [['sensor', 'luminosity'], ''],
  [['dimmer', 'dimming'], ' %'],
  [['fan', 'target1'], ' %'],
  [['power', 'watt'], ' W'],
];

/** Ids and times tell nothing to who looks at a flow. */
const silent: ReadonlySet<string> = new Set(['id', 't', 'portId', 'hubId', 'locationId', 'companyId']);
const deepest = 4;

/**
 * A payload and its time of day, to stand under a node: `40 % · 12:03`. Of an object it is the most telling value. It begins
 * with nothing the editor would take for the key of a text.
 *
 * @param receivedAt ms since 1970
 */
export function shownValue(payload: unknown, receivedAt: number): string {
  return `${cut(wordsOf(payload), mostCharacters)} · ${timeOfDay(receivedAt)}`;
}

function wordsOf(payload: unknown): string {
  if (isPlainObject(payload)) return tellingValue(payload) ?? '{…}';
  if (Array.isArray(payload)) return `[${payload.slice(0, mostCharacters).map(scalarWords).join(', ')}]`;
  return scalarWords(payload);
}

function scalarWords(value: unknown): string {
  if (typeof value === 'object' && value !== null) return '…';
  if (typeof value !== 'string') return String(value);
  return numberIn(value) === undefined ? quoted(cut(value, mostCharacters - 2)) : value.trim();
}

function tellingValue(payload: Readonly<Record<string, unknown>>): string | undefined {
  for (const place of [['data', 'device'], ['device'], []]) {
    const device = valueAt(payload, place).value;
    if (!isPlainObject(device)) continue;
    for (const [path, unit] of telling) {
      const { found, value } = valueAt(device, path);
      if (!found || typeof value === 'object') continue;
      return unit === '' ? `${path.at(-1)} ${scalarWords(value)}` : `${scalarWords(value)}${unit}`;
    }
  }
  return firstScalar(payload, deepest);
}

function firstScalar(fields: Readonly<Record<string, unknown>>, depth: number): string | undefined {
  for (const [name, value] of Object.entries(fields)) {
    if (silent.has(name)) continue;
    if (typeof value !== 'object' || value === null) return `${plainName(name)}${scalarWords(value)}`;
    const inside = isPlainObject(value) && depth > 0 ? firstScalar(value, depth - 1) : undefined;
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** A name that holds braces or the like would be filled in by the editor as a text with placeholders. */
function plainName(name: string): string {
  return /^[\w -]{1,16}$/.test(name) ? `${name} ` : '';
}

function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // Whole characters: half of a pair is none.
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}

let shownMinute = Number.NaN;
let shownTime = '';

/** Hours and minutes by this computer's clock; worked out once a minute, not for each event. */
function timeOfDay(ms: number): string {
  const minute = Math.floor(ms / 60_000);
  if (minute === shownMinute) return shownTime;
  const time = new Date(ms);
  shownMinute = minute;
  shownTime = [time.getHours(), time.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
  return shownTime;
}
