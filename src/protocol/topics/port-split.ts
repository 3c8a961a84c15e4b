import type { Pattern } from './disjoint-patterns';

/** A hub that the platform lists, where it is, and the ids of its ports. */
export interface ListedPlace {
  /** Undefined if the platform does not say. */
  readonly location: string | undefined;
  readonly hub: string;
  readonly ports: readonly string[];
}

/** The hubs that are listed where the pattern is; one whose location is not known may be anywhere. */
export function listedIn([location]: Pattern, places: readonly ListedPlace[]): readonly ListedPlace[] {
  return places.filter((place) => [undefined, place.location].includes(location) || place.location === undefined);
}

/**
 * What is any hub and any port, of so many hubs that each can't have a filter, is one filter, which one connection has. If its
 * hubs' ports have the same few ids, such as 1 to 6, it becomes a filter for each id, which several connections can share.
 *
 * @param most so many filters at most, altogether
 * @param isRefused these are not had: what would become one of them stays as it is
 */
export function splitByPorts(
  patterns: readonly Pattern[],
  places: readonly ListedPlace[],
  most: number,
  isRefused: (pattern: Pattern) => boolean,
): readonly Pattern[] {
  let room = most - patterns.length;
  return patterns.flatMap((pattern) => {
    const [location, hub, port] = pattern;
    if (hub !== undefined || port !== undefined) return [pattern];
    const there = listedIn(pattern, places);
    const ids = [...new Set(there.flatMap(({ ports }) => ports))].sort();
    const parts = ids.map((id): Pattern => [location, undefined, id]);
    const more = parts.length - 1;
    // Nobody knows under which ids a hub without listed ports will speak.
    const isKnown = there.every(({ ports }) => ports.length > 0);
    if (!isKnown || more < 1 || more > room || parts.some(isRefused)) return [pattern];
    room -= more;
    return parts;
  });
}
