/**
 * Whether some topic could match both filters. Filters are MQTT topic filters with `+` for one level and `#` for the
 * rest (MQTT 3.1.1 section 4.7.1).
 */
export function filtersOverlap(one: string, other: string): boolean {
  const first = one.split('/');
  const second = other.split('/');
  for (let level = 0; level < Math.min(first.length, second.length); level += 1) {
    const a = first[level];
    const b = second[level];
    if (a === '#' || b === '#') return true;
    if (a !== b && a !== '+' && b !== '+') return false;
  }
  return first.length === second.length;
}

/** Whether every topic that matches `narrow` matches `wide` too; as at AWS IoT `a/#` does not match `a`. */
export function filterCovers(wide: string, narrow: string): boolean {
  const covering = wide.split('/');
  const covered = narrow.split('/');
  for (const [level, name] of covering.entries()) {
    const other = covered[level];
    if (other === undefined) return false;
    if (name === '#') return true;
    if (other === '#' || (name !== '+' && name !== other)) return false;
  }
  return covering.length === covered.length;
}
