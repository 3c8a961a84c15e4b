/** An id, or `undefined` for any. */
export type Level = string | undefined;

/** Location, hub and port of what a topic filter covers. */
export type Pattern = readonly [location: Level, hub: Level, port: Level];

/** Which levels of a pattern are any, a bit for each: 1 the location, 2 the hub, 4 the port. */
type Shape = number;

type PatternsByShape = Map<Shape, Map<string, Pattern>>;

const shapes: readonly Shape[] = [0, 1, 2, 3, 4, 5, 6, 7];
/** Two different patterns of one shape never overlap. */
const shapePairs = shapes.flatMap((one) => shapes.filter((other) => other > one).map((other) => [one, other] as const));

/** The pattern as text: its levels with slashes between them, and `+` for any. */
export function patternKey([location, hub, port]: Pattern): string {
  return `${location ?? '+'}/${hub ?? '+'}/${port ?? '+'}`;
}

/** Whether all that is in the pattern is in its cover, too. */
export function holds(cover: Pattern, pattern: Pattern): boolean {
  return cover.every((level, index) => level === undefined || level === pattern[index]);
}

/** Whether two patterns have an address in common. */
export function overlap(one: Pattern, other: Pattern): boolean {
  return one.every((level, index) => level === undefined || other[index] === undefined || level === other[index]);
}

/**
 * The narrowest patterns that cover the given ones without two of them having an address in common: where patterns
 * overlap, the narrower goes if the other holds it, else both become their common cover, until none overlap. The result
 * does not depend on the order, since whatever covers overlapping patterns without overlapping itself covers them
 * together.
 */
export function disjoint(patterns: Iterable<Pattern>): readonly Pattern[] {
  const byShape: PatternsByShape = new Map();
  for (const pattern of patterns) add(byShape, pattern);
  let isChanged = true;
  while (isChanged) {
    isChanged = false;
    for (const [one, other] of shapePairs) isChanged = mergeOverlaps(byShape, one, other) || isChanged;
  }
  return [...byShape.values()].flatMap((patternsOfShape) => [...patternsOfShape.values()]);
}

function add(byShape: PatternsByShape, pattern: Pattern): void {
  const shape = shapeOf(pattern);
  const patterns = byShape.get(shape) ?? new Map<string, Pattern>();
  byShape.set(shape, patterns.set(patternKey(pattern), pattern));
}

function shapeOf([location, hub, port]: Pattern): Shape {
  return (location === undefined ? 1 : 0) + (hub === undefined ? 2 : 0) + (port === undefined ? 4 : 0);
}

/**
 * Two patterns overlap if they agree on every level that both name. So all patterns of two shapes that agree there overlap
 * crosswise, and their common cover names just these levels: it takes one pass over each shape to find them all.
 */
function mergeOverlaps(byShape: PatternsByShape, one: Shape, other: Shape): boolean {
  const ones = byShape.get(one);
  const others = byShape.get(other);
  if (!ones?.size || !others?.size) return false;
  const named = [...ones.values()].map((pattern) => patternKey(cover(pattern, one | other)));
  const common = new Set(named);
  const covers = new Map<string, Pattern>();
  for (const pattern of others.values()) {
    const joint = cover(pattern, one | other);
    const key = patternKey(joint);
    if (common.has(key)) covers.set(key, joint);
  }
  if (covers.size === 0) return false;
  for (const patterns of [ones, others]) {
    for (const [key, pattern] of patterns)
      if (covers.has(patternKey(cover(pattern, one | other)))) patterns.delete(key);
  }
  for (const joint of covers.values()) add(byShape, joint);
  return true;
}

/** The pattern with the levels of this shape made any. */
function cover([location, hub, port]: Pattern, shape: Shape): Pattern {
  return [shape & 1 ? undefined : location, shape & 2 ? undefined : hub, shape & 4 ? undefined : port];
}
