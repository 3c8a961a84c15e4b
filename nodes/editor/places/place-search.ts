import type { PlacedPort } from '../../dialog-messages';

/** One line of a search box: what it puts into the field, and how it is found and told apart. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  /** Where it is or what is plugged in. */
  readonly detail: string;
  /** Undefined for what is neither online nor offline, as a location. */
  readonly online?: boolean;
  readonly searchText: SearchText;
  readonly port?: PlacedPort;
}

/** What words are looked for in, folded beforehand, so that a keystroke costs one comparison each. */
export interface SearchText {
  readonly words: string;
  readonly ids: readonly string[];
}

/** Lower case and without accents: `Ångström` is found by `angstrom`, whoever's keyboard it is. */
export function folded(text: string): string {
  // Most names are plain, and there may be 10 000 of them.
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

export function searchText(names: readonly string[], ids: readonly string[]): SearchText {
  return { words: folded(names.join(' ')), ids: ids.map(folded) };
}

/** What someone looks for. */
export interface SearchQuery {
  /** The whole, folded; empty if nothing is looked for. */
  readonly text: string;
  readonly words: readonly string[];
}

export function searchQuery(typed: string): SearchQuery {
  const text = folded(typed.trim());
  return { text, words: text === '' ? [] : text.split(/\s+/) };
}

/**
 * Whether every word is among the names, or is an id. Ids are not seen by who thinks of names: they are found by what is
 * typed as one, alone from its beginning, else whole. `desk 1 lamp` must not find Desk 2 by its `port1`.
 */
export function holds({ words, ids }: SearchText, query: SearchQuery): boolean {
  if (query.words.every((word) => words.includes(word) || ids.includes(word))) return true;
  return ids.some((id) => id.startsWith(query.text));
}

function rank({ id, name, searchText }: Candidate, query: SearchQuery): number {
  if (folded(id) === query.text) return 0;
  const own = folded(name);
  if (own.startsWith(query.text)) return 1;
  if (query.words.every((word) => own.includes(word))) return 2;
  return searchText.words.includes(query.text) ? 3 : 4;
}

/** Those that hold every word, the best first, and how many more there are than `limit`. */
export function search(
  candidates: readonly Candidate[],
  typed: string,
  limit = 100,
): { readonly found: readonly Candidate[]; readonly more: number } {
  const query = searchQuery(typed);
  if (query.text === '') return { found: candidates.slice(0, limit), more: Math.max(0, candidates.length - limit) };
  const ranked: Candidate[][] = [[], [], [], [], []];
  let matches = 0;
  for (const candidate of candidates) {
    if (!holds(candidate.searchText, query)) continue;
    matches += 1;
    const group = ranked[rank(candidate, query)];
    if (group !== undefined && group.length < limit) group.push(candidate);
  }
  const found = ranked.flat().slice(0, limit);
  return { found, more: matches - found.length };
}
