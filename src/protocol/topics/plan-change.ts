import { filterCovers, filtersOverlap } from './filter-overlap';

/**
 * Whether going from one plan to another would, for a moment, subscribe one connection to a topic twice. The broker may
 * then deliver an event twice (MQTT 3.1.1, 3.3.5), which nothing could tell from two equal events.
 */
export function wouldDouble(held: Iterable<string>, plan: readonly string[]): boolean {
  const wanted = new Set(plan);
  const before = new Set(held);
  const leaving = [...before].filter((filter) => !wanted.has(filter));
  const coming = plan.filter((filter) => !before.has(filter));
  return coming.some((filter) => leaving.some((other) => filtersOverlap(filter, other)));
}

/** Those filters that ask for more than any single one of those that are held. */
export function beyond(filters: Iterable<string>, held: readonly string[]): readonly string[] {
  return [...filters].filter((filter) => !held.some((other) => filterCovers(other, filter)));
}

/** Those filters of a connection, as far as they are asked for, that ask for more than any of those that a session has kept. */
export function unkept(
  filters: Iterable<string>,
  kept: readonly string[],
  asked: () => readonly string[],
): readonly string[] {
  const missing = beyond(filters, kept);
  if (missing.length === 0) return missing;
  const wanted = asked();
  return beyond(
    missing.flatMap((filter) => askedWithin(filter, wanted)),
    kept,
  );
}

/** What of one filter is asked for: what lies within it, or all of it if something is that does not. */
function askedWithin(filter: string, asked: readonly string[]): readonly string[] {
  const overlapping = asked.filter((other) => filtersOverlap(filter, other));
  return overlapping.every((other) => filterCovers(filter, other)) ? overlapping : [filter];
}

/** Those filters that can be held beside these without doubling anything. */
export function apartFrom(held: readonly string[], filters: Iterable<string>): readonly string[] {
  return [...filters].filter((filter) => !held.some((other) => filtersOverlap(other, filter)));
}
