import assert from 'node:assert/strict';
import type { ListedPlace } from '../../../src/protocol/topics/port-split';
import { planPermitted } from '../../../src/protocol/topics/subscription-plan';

const everything = [{ company: 'c' }];

function hubs(count: number, portsOf: (hub: number) => readonly string[]): readonly ListedPlace[] {
  return Array.from({ length: count }, (_, n) => ({ location: `l${n % 2}`, hub: `h${n}`, ports: portsOf(n) }));
}

function planned(places: readonly ListedPlace[], refused: readonly string[] = [], connections = 3): readonly string[] {
  return planPermitted(everything, new Set(refused), { connections, places }).filters;
}

describe('the plan for more hubs than there may be filters', () => {
  const six = hubs(3_000, () => ['1', '2', '3', '4', '5', '6']);

  it('is a filter for each id of a port, which several connections can share', () => {
    const expected = ['l0', 'l1'].flatMap((location) =>
      ['1', '2', '3', '4', '5', '6'].map((port) => `/ports/c/${location}/+/${port}`),
    );
    assert.deepEqual([...planned(six)].sort(), expected);
    assert.equal(planned(hubs(100, () => ['1', '2'])).length, 100, 'a filter for each hub, if they fit');
  });

  it('is locations as a whole if every port has an id of its own, or nobody knows the ports of a hub', () => {
    const locations = ['/ports/c/l0/#', '/ports/c/l1/#'];
    assert.deepEqual(planned(hubs(3_000, (n) => [`${n}-1`, `${n}-2`])), locations);
    assert.deepEqual(planned([...six, { location: 'l1', hub: 'new', ports: [] }]).slice(-1), ['/ports/c/l1/#']);
  });

  it('is a location as a whole if the broker refuses one of its ports', () => {
    const filters = planned(six, ['/ports/c/l0/+/3']);
    assert.deepEqual([filters.includes('/ports/c/l0/#'), filters.length], [true, 7]);
  });
});
