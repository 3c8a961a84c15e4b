import type { Port } from './places';

/** One line of a search box: what it puts into the field, and how it is found and told apart. */
export interface Candidate {
  readonly id: string;
  readonly name: string;
  /** Where it is or what is plugged in. */
  readonly detail: string;
  /** Undefined for what is neither online nor offline, as a location. */
  readonly online?: boolean;
  /** Name, id and detail as `folded`, so that a keystroke costs one comparison each. */
  readonly searchText: string;
  readonly port?: Port;
}

/** Lower case and without accents: `Ångström` is found by `angstrom`, whoever's keyboard it is. */
export function folded(text: string): string {
  // Most names are plain, and there may be 10 000 of them.
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

function rank(candidate: Candidate, id: string, query: string): number {
  if (candidate.id === id) return 0;
  if (candidate.searchText.startsWith(query)) return 1;
  return candidate.searchText.includes(` ${query}`) ? 2 : 3;
}

/** Those that hold every word, the best first, and how many more there are than `limit`. */
export function search(
  candidates: readonly Candidate[],
  query: string,
  limit = 100,
): { readonly found: readonly Candidate[]; readonly more: number } {
  const text = folded(query.trim());
  if (text === '') return { found: candidates.slice(0, limit), more: Math.max(0, candidates.length - limit) };
  const words = text.split(/\s+/);
  const ranked: Candidate[][] = [[], [], [], []];
  let matches = 0;
  for (const candidate of candidates) {
    if (!words.every((word) => candidate.searchText.includes(word))) continue;
    matches += 1;
    const group = ranked[rank(candidate, query.trim(), text)];
    if (group !== undefined && group.length < limit) group.push(candidate);
  }
  const found = ranked.flat().slice(0, limit);
  return { found, more: matches - found.length };
}
