import { filtersOverlap } from './filter-overlap';
import { mostFilters } from './subscription-plan';

export interface LaneQuestion {
  /** What is wanted, without an overlap. */
  readonly filters: readonly string[];
  /** How much comes on a filter's topics, in any unit. */
  readonly weightOf: (filter: string) => number;
  /** The connections that there are, by their numbers; at least one. */
  readonly lanes: readonly number[];
  /** Which connection each filter is on now. */
  readonly present: ReadonlyMap<string, number>;
  /** Whether filters may move to even out what the connections carry. */
  readonly mayMove: boolean;
}

/** A connection that carries so much more than the average is relieved. */
const tolerableExcess = 1.25;

/**
 * Spreads filters over connections, evenly by what they carry. A filter stays where it is; a new one goes where most of
 * what it replaces is, if that connection is not full, else to the one that carries least. At most 50 are on one, as AWS
 * IoT takes; what no connection has room for is left out. Depends on nothing but what is given, not on its order either.
 *
 * @returns the connection of each filter
 */
export function planLanes({ filters, weightOf, lanes, present, mayMove }: LaneQuestion): ReadonlyMap<string, number> {
  const loads = new Map(lanes.map((lane) => [lane, new LaneLoad(lane)]));
  const weighed = filters.map((filter) => ({ filter, weight: weightOf(filter) })).sort(heaviestFirst);
  const all = [...loads.values()];
  const fairShare = weighed.reduce((sum, { weight }) => sum + weight, 0) / all.length;
  const coming: Weighed[] = [];
  for (const item of weighed) {
    const lane = loads.get(present.get(item.filter) ?? Number.NaN);
    if (lane?.hasRoom) lane.add(item);
    else coming.push(item);
  }
  for (const item of coming) {
    const before = predecessorOf(item.filter, present);
    const heir = before === undefined ? undefined : loads.get(before);
    const isFair = heir?.hasRoom && heir.weight + item.weight <= Math.max(item.weight, fairShare * tolerableExcess);
    const lane = isFair ? heir : lightest(all);
    lane?.add(item);
  }
  if (mayMove) evenOut(all, fairShare);
  return new Map(all.flatMap(({ lane, items }) => [...items].map(({ filter }) => [filter, lane] as const)));
}

/** Filters that go from one connection to another: what the one has and the other gets match the same topics in part. */
export interface LaneMove {
  readonly from: number;
  readonly to: number;
  readonly leaving: readonly string[];
  readonly coming: readonly string[];
}

/** The moves that lead from one plan to the next; what only comes, goes, or changes on one connection is not a move. */
export function movesBetween(
  present: ReadonlyMap<string, number>,
  next: ReadonlyMap<string, number>,
): readonly LaneMove[] {
  const moves = new Map<string, { from: number; to: number; leaving: Set<string>; coming: Set<string> }>();
  const leavers = [...present].filter(([filter, lane]) => next.get(filter) !== lane);
  const comers = [...next].filter(([filter, lane]) => present.get(filter) !== lane);
  for (const [leaver, from] of leavers) {
    for (const [comer, to] of comers) {
      if (from === to || !filtersOverlap(leaver, comer)) continue;
      const move = moves.get(`${from} ${to}`) ?? { from, to, leaving: new Set(), coming: new Set() };
      move.leaving.add(leaver);
      move.coming.add(comer);
      moves.set(`${from} ${to}`, move);
    }
  }
  return [...moves.values()].map(({ from, to, leaving, coming }) => ({
    ...{ from, to, leaving: [...leaving], coming: [...coming] },
  }));
}

interface Weighed {
  readonly filter: string;
  readonly weight: number;
}

/** What one connection carries. */
class LaneLoad {
  readonly lane: number;
  readonly items = new Set<Weighed>();
  weight = 0;

  constructor(lane: number) {
    this.lane = lane;
  }

  get hasRoom(): boolean {
    return this.items.size < mostFilters;
  }

  add(item: Weighed): void {
    this.items.add(item);
    this.weight += item.weight;
  }

  remove(item: Weighed): void {
    this.items.delete(item);
    this.weight -= item.weight;
  }
}

/** Moves what helps most from the connection that carries most to the one that carries least, until that helps no more. */
function evenOut(lanes: readonly LaneLoad[], fairShare: number): void {
  for (;;) {
    const from = lanes.reduce((most, lane) => (lane.weight > most.weight ? lane : most));
    const to = lightest(lanes);
    if (to === undefined || from.weight <= fairShare * tolerableExcess) return;
    const excess = (from.weight - to.weight) / 2;
    // Moving up to twice the half of the difference makes it smaller.
    const best = [...from.items]
      .filter(({ weight }) => weight > 0 && weight < 2 * excess)
      .sort((one, other) => Math.abs(one.weight - excess) - Math.abs(other.weight - excess) || byName(one, other))[0];
    if (best === undefined) return;
    from.remove(best);
    to.add(best);
  }
}

/** The connection on which most filters are that this one overlaps and so takes the place of. */
function predecessorOf(filter: string, present: ReadonlyMap<string, number>): number | undefined {
  const counts = new Map<number, number>();
  for (const [other, lane] of present) {
    if (filtersOverlap(filter, other)) counts.set(lane, (counts.get(lane) ?? 0) + 1);
  }
  return [...counts].sort(([lane, count], [otherLane, other]) => other - count || lane - otherLane)[0]?.[0];
}

function lightest(lanes: readonly LaneLoad[]): LaneLoad | undefined {
  const open = lanes.filter(({ hasRoom }) => hasRoom);
  return open.toSorted((one, other) => one.weight - other.weight || one.lane - other.lane)[0];
}

function heaviestFirst(one: Weighed, other: Weighed): number {
  return other.weight - one.weight || byName(one, other);
}

function byName(one: Weighed, other: Weighed): number {
  return one.filter < other.filter ? -1 : 1;
}
