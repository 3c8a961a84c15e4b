import { OchnoError } from '../ochno-error';
import { longestTopicBytes, type PortSelector } from './address';
import { disjoint, holds, type Level, overlap, type Pattern, patternKey } from './disjoint-patterns';
import { type ListedPlace, listedIn, splitByPorts } from './port-split';

/** The topic filters of one connection, or of several together, and what is left out of them. */
export interface SubscriptionPlan {
  readonly filters: readonly string[];
  /** What a selector asks for itself and is refused, as a whole or in part. */
  readonly refused: readonly string[];
  /** What a selector asks for itself and there is no room for, since the wider filters that would make room are refused. */
  readonly unfit: readonly string[];
  /** What a selector asks for itself and overlaps what is held for another, where one that covers both is refused. */
  readonly overlapping: readonly string[];
}

/** More than one connection for a company: room for more filters, and wildcards are read as the hubs that are listed. */
export interface SeveralConnections {
  readonly connections: number;
  readonly places: readonly ListedPlace[];
}

/** A way to make fewer patterns of many: all of one group become a single, wider one. */
interface Widening {
  /** What is counted; patterns of one unit can be made one without widening a group. */
  readonly unit: (pattern: Pattern) => string;
  readonly group: (pattern: Pattern) => string | undefined;
  readonly widen: (pattern: Pattern) => Pattern;
}

/** AWS IoT takes so many subscriptions on a connection. */
export const mostFilters = 50;
/** What is left over is room for a change from one plan to the next. */
const usualFilters = 40;
const anyOne: readonly Level[] = [undefined];
/** A selector of more combinations than this would be widened anyway: its last list counts as any at once. */
const mostCombinations = 20_000;
/** So many refusals say that nothing as wide is permitted. One may be of the one hub that is not. */
const refusalsToGiveUp = 3;
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

const toCompany: Widening = {
  unit: patternKey,
  group: () => '',
  widen: () => everything,
};

/**
 * The topic filters to subscribe to for one company's selectors. Together they match every port that a selector selects; no
 * topic matches two of them, so that the broker sends each event once; and they are at most `maxFilters`.
 *
 * They say exactly what the selectors say while that fits. Selectors that overlap without one holding the other get
 * their common cover. If there are too many, as few hubs as will do are subscribed to as a whole, those with the most
 * filters first; where every hub as a whole is still too many, locations; then the company.
 *
 * Depends on the set of selectors only, not on their order. A selector so long that no topic of AWS IoT's 256 bytes can
 * match it gets no filter.
 *
 * @throws OchnoError `OCHNO_VALUE` if the selectors are of several companies
 */
export function planSubscriptions(selectors: Iterable<PortSelector>, maxFilters = usualFilters): readonly string[] {
  return plan([...selectors], { refused: new Set(), usual: maxFilters, most: maxFilters, places: [] }).filters;
}

/**
 * The same where the broker refuses some filters: what a selector asks for and is refused is left out, no other selector
 * is served by a refused filter, and if widening to hubs, locations or the company was refused once it is not tried with
 * others, unless what is then too much for 40 filters does not fit in 50, all that AWS IoT takes: then up to three times.
 *
 * For several connections each has that room, and any hub means each that is listed, where some are, so that the filters
 * can be spread over the connections; if these are too many, each id of a port that is listed.
 *
 * @throws OchnoError `OCHNO_VALUE` if the selectors are of several companies
 */
export function planPermitted(
  selectors: Iterable<PortSelector>,
  refused: ReadonlySet<string>,
  { connections, places }: SeveralConnections = { connections: 1, places: [] },
): SubscriptionPlan {
  const room = { usual: usualFilters * connections, most: mostFilters * connections };
  return plan([...selectors], { refused, places, ...room });
}

/** What this selector asks for, each of its ports, hubs or locations by itself. */
export function filtersAsked(selector: PortSelector): readonly string[] {
  return [...combinations([selector])].map((pattern) => filterOf(selector.company, pattern));
}

interface PlanRules {
  readonly refused: ReadonlySet<string>;
  readonly places: readonly ListedPlace[];
  /** So many filters at most, unless what would make them fewer is refused: then `most`. */
  readonly usual: number;
  readonly most: number;
}

function plan(selectors: readonly PortSelector[], { refused, places, usual, most }: PlanRules): SubscriptionPlan {
  const company = companyOf(selectors);
  if (company === undefined) return { filters: [], refused: [], unfit: [], overlapping: [] };
  const toFilter = (pattern: Pattern): string => filterOf(company, pattern);
  const isRefused = (pattern: Pattern): boolean => refused.has(toFilter(pattern));
  const asked = [...new Map([...combinations(selectors)].map((pattern) => [patternKey(pattern), pattern])).values()];
  const permitted = asked.filter((pattern) => !isRefused(pattern));
  const separate = withoutRefusedCovers(permitted, isRefused);
  const own = new Set(asked.map(toFilter));
  const wide = [...refused].filter((filter) => filter.endsWith('#'));
  const widenedInVain = wide.filter((filter) => !own.has(filter)).map(levelsNamed);
  const refusalsAsNarrow = (filter: string): number =>
    widenedInVain.filter((levels) => levels >= levelsNamed(filter)).length;
  const isUntried = (pattern: Pattern): boolean => refusalsAsNarrow(toFilter(pattern)) === 0;
  const isWorthTrying = (pattern: Pattern): boolean => {
    const filter = toFilter(pattern);
    return refusalsAsNarrow(filter) < refusalsToGiveUp && !wide.some((other) => filterMatches(filter, other));
  };
  const spread = spreadOver(places, separate).filter((pattern) => !isRefused(pattern));
  const fewer = (mayWiden: (pattern: Pattern) => boolean): readonly Pattern[] =>
    [toLocations, toHubs, toCompany]
      .reduce<readonly Pattern[]>((patterns, widening) => fitted(patterns, usual, widening, mayWiden), spread)
      .filter((pattern) => Buffer.byteLength(toFilter(pattern)) <= longestTopicBytes)
      .toSorted((one, other) => (toFilter(one) < toFilter(other) ? -1 : 1));
  const few = fewer((pattern) => !isRefused(pattern) && isUntried(pattern));
  const held = (few.length > most ? fewer(isWorthTrying) : few).slice(0, most);
  const left = refused.size === 0 ? [] : unheld(permitted, held, places);
  const overlapsHeld = (pattern: Pattern): boolean => held.some((other) => overlap(other, pattern));
  return {
    filters: splitByPorts(held, places, usual, isRefused).map(toFilter),
    refused: asked
      .filter((pattern) => isRefused(pattern) || spreadOver(places, [pattern]).some(isRefused))
      .map(toFilter)
      .sort(),
    unfit: left
      .filter((pattern) => !overlapsHeld(pattern))
      .map(toFilter)
      .sort(),
    overlapping: left.filter(overlapsHeld).map(toFilter).sort(),
  };
}

/** Each pattern of any hub as those of the hubs that are listed; one that none of them is in stays as it is. */
function spreadOver(places: readonly ListedPlace[], patterns: readonly Pattern[]): readonly Pattern[] {
  if (places.length === 0) return patterns;
  return disjoint(
    patterns.flatMap((pattern) => {
      const [location, hub, port] = pattern;
      if (hub !== undefined) return [pattern];
      const there = listedIn(pattern, places);
      return there.length === 0
        ? [pattern]
        : there.map((place): Pattern => [place.location ?? location, place.hub, port]);
    }),
  );
}

function companyOf([first, ...others]: readonly PortSelector[]): string | undefined {
  if (others.some(({ company }) => company !== first?.company)) {
    throw new OchnoError(
      'OCHNO_VALUE',
      'A stream is of one company; subscriptions of several can not be planned together',
    );
  }
  return first?.company;
}

/**
 * Patterns without an overlap. If the common cover of some is refused, of these the widest ones are held that do not
 * overlap: a broker may send an event once for each filter that matches it (MQTT 3.1.1, 3.3.5).
 */
function withoutRefusedCovers(
  patterns: readonly Pattern[],
  isRefused: (pattern: Pattern) => boolean,
): readonly Pattern[] {
  const covers = disjoint(patterns);
  const held = covers.filter((pattern) => !isRefused(pattern));
  if (held.length === covers.length) return covers;
  for (const pattern of unheld(patterns, held, []).toSorted(widestFirst)) {
    if (!held.some((other) => overlap(other, pattern))) held.push(pattern);
  }
  return held;
}

/** Those of which something is not held. */
function unheld(
  patterns: readonly Pattern[],
  held: readonly Pattern[],
  places: readonly ListedPlace[],
): readonly Pattern[] {
  const isHeld = (pattern: Pattern): boolean => held.some((cover) => holds(cover, pattern));
  return patterns.filter((pattern) => !isHeld(pattern) && !spreadOver(places, [pattern]).every(isHeld));
}

/** Of two as wide the one that names a location: policies go by places. */
function widestFirst(one: Pattern, other: Pattern): number {
  const named = (pattern: Pattern): number => pattern.filter((level) => level !== undefined).length;
  const isAnywhere = ([location]: Pattern): number => (location === undefined ? 1 : 0);
  return (
    named(one) - named(other) || isAnywhere(one) - isAnywhere(other) || (patternKey(one) < patternKey(other) ? -1 : 1)
  );
}

/** How many levels below the company a filter names. */
function levelsNamed(filter: string): number {
  const [, , , ...levels] = filter.split('/');
  return levels.filter((level) => level !== '#').length;
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

/** Widens the largest groups until there are at most `most` units; all groups that may be widened where that is too many. */
function fitted(
  patterns: readonly Pattern[],
  most: number,
  widening: Widening,
  mayWiden: (pattern: Pattern) => boolean,
): readonly Pattern[] {
  if (patterns.length <= most) return patterns;
  const units = new Set<string>();
  const groups = new Map<string, Set<string>>();
  for (const pattern of patterns) {
    const unit = widening.unit(pattern);
    const name = widening.group(pattern);
    units.add(unit);
    if (name === undefined || !mayWiden(widening.widen(pattern))) continue;
    groups.set(name, (groups.get(name) ?? new Set()).add(unit));
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
    patterns.map((pattern) => {
      const name = widening.group(pattern);
      return name !== undefined && chosen.has(name) ? widening.widen(pattern) : pattern;
    }),
  );
}

/** By name if two are as large, so that the plan does not depend on the selectors' order. */
function largestFirst([name, one]: [string, Set<string>], [otherName, other]: [string, Set<string>]): number {
  return other.size - one.size || (name < otherName ? -1 : 1);
}
