import assert from 'node:assert/strict';
import fc from 'fast-check';
import { filtersOverlap } from '../../../src/protocol/topics/filter-overlap';
import { planLanes } from '../../../src/protocol/topics/lane-plan';
import { filterMatches, planPermitted } from '../../../src/protocol/topics/subscription-plan';

const hubFilter = (n: number): string => `/ports/c/l/h${n}/#`;
const hubs = (count: number): string[] => Array.from({ length: count }, (_, n) => hubFilter(n));
const lanesOf = (count: number): number[] => Array.from({ length: count }, (_, lane) => lane);
const nothing = new Map<string, number>();
const alike = (): number => 1;

/** How much each connection carries. */
function loadsOf(
  plan: ReadonlyMap<string, number>,
  lanes: readonly number[],
  weightOf: (filter: string) => number,
): number[] {
  const loads = lanes.map(() => 0);
  for (const [filter, lane] of plan) loads[lane] = (loads[lane] ?? 0) + weightOf(filter);
  return loads;
}

describe('the plan of connections', () => {
  it('spreads filters evenly by what they carry', () => {
    const weightOf = (filter: string): number => (filter === hubFilter(0) ? 5 : 1);
    const plan = planLanes({ filters: hubs(16), weightOf, lanes: lanesOf(4), present: nothing, mayMove: false });
    assert.deepEqual(loadsOf(plan, lanesOf(4), weightOf), [5, 5, 5, 5]);
  });

  it('leaves every filter where it is, and brings a new one to the connection that carries least', () => {
    const lanes = lanesOf(3);
    const before = planLanes({ filters: hubs(6), weightOf: alike, lanes, present: nothing, mayMove: false });
    const filters = [...hubs(6).filter((filter) => before.get(filter) !== 1), hubFilter(9)];
    const after = planLanes({ filters, weightOf: alike, lanes, present: before, mayMove: false });
    for (const filter of filters) assert.equal(after.get(filter), before.get(filter) ?? 1);
  });

  it('lets a wider filter take the place of those that it replaces', () => {
    const present = new Map([
      ['/ports/c/l/h1/p1', 2],
      ['/ports/c/l/h1/p2', 2],
      ['/ports/c/l/h2/p1', 0],
    ]);
    const filters = ['/ports/c/l/h1/#', '/ports/c/l/h2/p1'];
    const plan = planLanes({ filters, weightOf: alike, lanes: lanesOf(3), present, mayMove: true });
    assert.deepEqual([...plan].sort(), [
      ['/ports/c/l/h1/#', 2],
      ['/ports/c/l/h2/p1', 0],
    ]);
  });

  it('does not leave all parts of a wildcard on the connection that had it', () => {
    const present = new Map([['/ports/c/#', 0]]);
    const lanes = lanesOf(4);
    const plan = planLanes({ filters: hubs(40), weightOf: alike, lanes, present, mayMove: false });
    for (const load of loadsOf(plan, lanes, alike)) assert.ok(load >= 9 && load <= 13, `${load}`);
  });

  it('relieves a connection that carries too much, with as few moves as will do', () => {
    const lanes = lanesOf(2);
    const present = new Map(hubs(4).map((filter, n) => [filter, n % 2]));
    const weightOf = (filter: string): number => (filter === hubFilter(0) || filter === hubFilter(2) ? 50 : 10);
    const question = { filters: hubs(4), weightOf, lanes, present };
    assert.deepEqual(planLanes({ ...question, mayMove: false }), new Map([...present].sort()));
    const plan = planLanes({ ...question, mayMove: true });
    assert.deepEqual(loadsOf(plan, lanes, weightOf), [50, 70]);
  });

  it('puts at most 50 on a connection, and leaves out what has no room', () => {
    const plan = planLanes({ filters: hubs(120), weightOf: alike, lanes: lanesOf(2), present: nothing, mayMove: true });
    assert.equal(plan.size, 100);
    assert.deepEqual(loadsOf(plan, lanesOf(2), alike), [50, 50]);
  });

  it('moves what is on a connection that is there no more', () => {
    const present = new Map(hubs(6).map((filter, n) => [filter, n % 3]));
    const plan = planLanes({ filters: hubs(6), weightOf: alike, lanes: [0, 2], present, mayMove: false });
    assert.deepEqual(new Set(plan.values()), new Set([0, 2]));
    assert.equal(plan.size, 6);
  });

  it('gives each filter one connection, changes nothing without a reason, and never carries more than a fair share and one filter', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 3, max: 10 }), fc.boolean(), (list, count, mayMove) => {
        const filters = list.map((_, n) => hubFilter(n));
        const weightOf = (filter: string): number => list[filters.indexOf(filter)] ?? 0;
        const lanes = lanesOf(count);
        const plan = planLanes({ filters, weightOf, lanes, present: nothing, mayMove });
        assert.equal(plan.size, filters.length);
        const loads = loadsOf(plan, lanes, weightOf);
        const total = list.reduce((sum, weight) => sum + weight, 0);
        assert.ok(Math.max(...loads) <= total / count + Math.max(...list));
        const shuffled = filters.toReversed();
        assert.deepEqual(planLanes({ filters: shuffled, weightOf, lanes, present: nothing, mayMove }), plan);
        const again = planLanes({ filters, weightOf, lanes, present: plan, mayMove: false });
        assert.deepEqual([...again].sort(), [...plan].sort());
      }),
    );
  });

  it('covers with disjoint filters whatever is wanted of the hubs that are listed', () => {
    const level = fc.option(fc.subarray(['1', '2', '3', '4', '5'], { minLength: 1, maxLength: 3 }), { nil: undefined });
    const selector = fc.record({ company: fc.constant('c'), locations: level, hubs: level, ports: level });
    const places = fc.uniqueArray(
      fc.record({
        location: fc.constantFrom('1', '2', '3'),
        hub: fc.constantFrom('1', '2', '3', '4', '5', '6'),
        ports: fc.constant(['1', '2', '9']),
      }),
      { selector: ({ location, hub }) => `${location}/${hub}`, maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.array(selector, { minLength: 1, maxLength: 6 }),
        places,
        fc.integer({ min: 2, max: 10 }),
        (selectors, there, connections) => {
          const { filters } = planPermitted(selectors, new Set(), { connections, places: there });
          const plan = planLanes({
            filters,
            weightOf: alike,
            lanes: lanesOf(connections),
            present: nothing,
            mayMove: true,
          });
          assert.deepEqual([...plan.keys()].sort(), [...filters].sort());
          for (const [index, filter] of filters.entries()) {
            for (const other of filters.slice(index + 1))
              assert.ok(!filtersOverlap(filter, other), `${filter} ${other}`);
          }
          for (const { location, hub } of there) {
            for (const port of ['1', '2', '9']) {
              const isWanted = selectors.some(
                ({ locations, hubs: wantedHubs, ports }) =>
                  (locations?.includes(location) ?? true) &&
                  (wantedHubs?.includes(hub) ?? true) &&
                  (ports?.includes(port) ?? true),
              );
              const topic = `/ports/c/${location}/${hub}/${port}`;
              if (isWanted) assert.equal(filters.filter((filter) => filterMatches(filter, topic)).length, 1, topic);
            }
          }
        },
      ),
    );
  });
});
