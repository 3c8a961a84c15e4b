import { mayLackDigits } from '../json/exact-json';
import { isPlainObject } from '../json/plain-object';
import { quoted } from '../json/quoted';
import { OchnoError } from '../ochno-error';

type QueryItem = string | number | boolean | null | undefined;
/** URL parameters by name. An array is sent as the same parameter several times; null and undefined are left out. */
export type Query = Readonly<Record<string, QueryItem | readonly QueryItem[]>>;

function isQueryItem(value: unknown): value is QueryItem {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean') return true;
  return typeof value === 'number' && Number.isFinite(value) && !mayLackDigits(value);
}

function isQuery(query: Readonly<Record<string, unknown>>): query is Query {
  for (const [name, value] of Object.entries(query)) {
    if (name === '') throw new OchnoError('OCHNO_VALUE', 'query: a parameter has no name');
    const wrong = (Array.isArray(value) ? value : [value]).find((item) => !isQueryItem(item));
    if (wrong === undefined) continue;
    throw new OchnoError(
      'OCHNO_VALUE',
      `query: ${quoted(name)} must be text, a number, true, false or an array of these, not ${quoted(wrong)}${mayLackDigits(wrong) ? ', which may have lost digits' : ''}`,
      { problem: { key: 'query-value', values: { name } } },
    );
  }
  return true;
}

/**
 * Checks URL parameters.
 *
 * @param query an object of text, numbers, booleans and arrays of these; empty text, null and undefined mean none
 * @throws OchnoError OCHNO_VALUE for anything else
 */
export function readQuery(query: unknown): Query {
  if (query === undefined || query === null || query === '') return {};
  if (isPlainObject(query) && isQuery(query)) return query;
  throw new OchnoError('OCHNO_VALUE', `query: must be an object of URL parameters, not ${quoted(query)}`);
}

/**
 * Writes URL parameters as the part of a URL after `?`, without it, in their order.
 *
 * @throws OchnoError OCHNO_VALUE as {@link readQuery} does, and for text that is not Unicode (half a surrogate pair)
 */
export function encodeQuery(query: unknown): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(readQuery(query))) {
    for (const item of [value].flat()) {
      if (item === null || item === undefined) continue;
      pairs.push(`${percentEncoded('query', name)}=${percentEncoded(`query: ${quoted(name)}`, String(item))}`);
    }
  }
  return pairs.join('&');
}

/** Like `encodeURIComponent`, but text that cannot be encoded is OCHNO_VALUE and names its field. */
export function percentEncoded(field: string, text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw new OchnoError('OCHNO_VALUE', `${field}: ${quoted(text)} is not valid Unicode text`);
  }
}
