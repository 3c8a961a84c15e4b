import { OchnoError } from '../ochno-error';
import { longestTopicBytes, type PortSelector } from './address';
import { disjoint, type Level, type Pattern, patternKey } from './disjoint-patterns';

/** A way to make fewer patterns of many: all of one group become a single, wider one. */
interface Widening {
  /** What is counted; patterns of one unit can be made one without widening a group. */
  readonly unit: (pattern: Pattern) => string;
  readonly group: (pattern: Pattern) => string | undefined;
  readonly widen: (pattern: Pattern) => Pattern;
}

const anyOne: readonly Level[] = [undefined];
/** A selector of more combinations than this would be widened anyway: its last list counts as any at once. */
const mostCombinations = 20_000;
const everything: Pattern = [undefined, undefined, undefined];

const toHubs: Widening = {
  unit: patternKey,
  group: ([location, hub]) => (hub === undefined ? undefined : patternKey([location, hub, undefined])),
  widen: ([location, hub]) => [location, hub, undefined],
};

const toLocations: Widening = {
  unit: (pattern) => toHubs.group(pattern) ?? patternKey(pattern),
  group: ([location]) => location,
  widen: ([location]) => [location, undefined, undefined],
};

/**
 * The topic filters to subscribe to for one company's selectors. Together they match every port that a selector selects; no
 * topic matches two of them, so that the broker sends each event once; and they are at most `maxFilters`.
 *
 * They say exactly what the selectors say while that fits. Selectors that overlap without one holding the other get
 * their common cover. Where there are too many, as few hubs as will do are subscribed to as a whole, those with the most
 * filters first; where every hub as a whole is still too many, locations; then the company.
 *
 * Depends on the set of selectors only, not on their order. A selector so long that no topic of AWS IoT's 256 bytes can
 * match it gets no filter.
 *
 * @throws OchnoError `OCHNO_VALUE` if the selectors are of several companies
 */
export function planSubscriptions(selectors: Iterable<PortSelector>, maxFilters = 40): readonly string[] {
  const all = [...selectors];
  const [first] = all;
  if (first === undefined) return [];
  const { company } = first;
  if (all.some((selector) => selector.company !== company)) {
    throw new OchnoError(
      'OCHNO_VALUE',
      'A stream is of one company; subscriptions of several can not be planned together',
    );
  }
  const wanted = disjoint(combinations(all));
  const fewer = fitted(fitted(wanted, maxFilters, toLocations), maxFilters, toHubs);
  const plan = fewer.length > maxFilters ? [everything] : fewer;
  return plan
    .map((pattern) => filterOf(company, pattern))
    .filter((filter) => Buffer.byteLength(filter) <= longestTopicBytes)
    .sort();
}

/** Filters in packets, since AWS IoT closes a connection that sends more than 8 in one SUBSCRIBE. */
export function packFilters(filters: readonly string[], perPacket = 8): readonly (readonly string[])[] {
  const packets: string[][] = [];
  for (let index = 0; index < filters.length; index += perPacket) packets.push(filters.slice(index, index + perPacket));
  return packets;
}

/** Whether a topic matches a filter at AWS IoT, where `a/#` does not match `a` (unlike MQTT 3.1.1, 4.7.1.2). */
export function filterMatches(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  const isOpen = wanted.at(-1) === '#';
  if (isOpen) wanted.pop();
  if (isOpen ? levels.length <= wanted.length : levels.length !== wanted.length) return false;
  return wanted.every((level, index) => level === '+' || level === levels[index]);
}

/** `#` stands for all levels from the last one that is not any. */
function filterOf(company: string, [location, hub, port]: Pattern): string {
  const place = `/ports/${company}`;
  if (port !== undefined) return `${place}/${patternKey([location, hub, port])}`;
  if (hub !== undefined) return `${place}/${location ?? '+'}/${hub}/#`;
  return location === undefined ? `${place}/#` : `${place}/${location}/#`;
}

function* combinations(selectors: readonly PortSelector[]): Generator<Pattern> {
  for (const { locations = anyOne, hubs = anyOne, ports = anyOne } of selectors) {
    const allHubs = locations.length * hubs.length > mostCombinations ? anyOne : hubs;
    const allPorts = locations.length * allHubs.length * ports.length > mostCombinations ? anyOne : ports;
    for (const location of locations) {
      for (const hub of allHubs) for (const port of allPorts) yield [location, hub, port];
    }
  }
}

/** Widens the largest groups until there are at most `most` units; all groups where even that is too many. */
function fitted(patterns: readonly Pattern[], most: number, widening: Widening): readonly Pattern[] {
  if (patterns.length <= most) return patterns;
  const units = new Set<string>();
  const groups = new Map<string, Set<string>>();
  for (const pattern of patterns) {
    const unit = widening.unit(pattern);
    const name = widening.group(pattern);
    units.add(unit);
    if (name !== undefined) groups.set(name, (groups.get(name) ?? new Set()).add(unit));
  }
  const chosen = new Set<string>();
  let excess = units.size - most;
  for (const [name, { size }] of [...groups].sort(largestFirst)) {
    if (excess <= 0) break;
    chosen.add(name);
    excess -= size - 1;
  }
  if (chosen.size === 0) return patterns;
  return disjoint(
    patterns.map((pattern) => (chosen.has(widening.group(pattern) ?? '') ? widening.widen(pattern) : pattern)),
  );
}

/** By name where two are as large, so that the plan does not depend on the selectors' order. */
function largestFirst([name, one]: [string, Set<string>], [otherName, other]: [string, Set<string>]): number {
  return other.size - one.size || (name < otherName ? -1 : 1);
}
