import assert from 'node:assert/strict';
import { PlaceIndex } from '../../../nodes/editor/places/place-index';
import { type TreeContent, treeRows } from '../../../nodes/editor/tree/place-tree';
import { index, places, port } from '../places/known-office';

describe('the tree', () => {
  /** The way down to the ports of a hub, all of it open. */
  const openToHub = new Set(['company:c1', 'location:l1', 'floorPlan:f1', 'hub:h1']);
  const whole: TreeContent = {
    companies: places.companies,
    placesOf: (company) => (company === 'c1' ? index : 'loading'),
    expanded: new Set(),
    filter: '',
    chosen: { company: 'c1', ports: new Set() },
  };
  const rows = (content: Partial<TreeContent>): string[] =>
    treeRows({ ...whole, ...content }).map(
      ({ depth, kind, place, ticked }) => `${depth} ${kind} ${place.id} ${ticked}`,
    );

  it('shows companies, and below an open row what is in it', () => {
    assert.deepEqual(rows({}), ['1 company c1 none', '1 company c2 none']);
    assert.deepEqual(rows({ expanded: openToHub }), [
      '1 company c1 none',
      '2 location l1 none',
      '3 floorPlan f1 none',
      '4 hub h1 none',
      '5 port p1 none',
      '5 port p2 none',
      '4 hub h2 none',
      '3 hub h3 none',
      '2 location l2 none',
      '1 company c2 none',
    ]);
  });

  it('does not repeat the name of the hub in the names of its ports', () => {
    const ports = [
      { ...port('h1', 'p1'), name: 'Desk 12 · Lamp' },
      { ...port('h1', 'p2'), name: 'Desk 12' },
      { ...port('h1', 'p3'), name: '' },
    ];
    const named = new PlaceIndex('c1', { ...places, ports });
    const shown = treeRows({ ...whole, placesOf: () => named, expanded: openToHub });
    assert.deepEqual(
      shown.filter(({ kind }) => kind === 'port').map(({ name }) => name),
      ['Lamp', 'Desk 12', 'p3'],
    );
  });

  it('says that a company is still being read, could not be read, or has nothing', () => {
    const expanded = new Set(['company:c2']);
    const note = (placesOf: TreeContent['placesOf']): string | undefined => rows({ expanded, placesOf })[2];
    assert.equal(
      note(() => 'loading'),
      '2 note loading none',
    );
    assert.equal(
      note(() => 'failed'),
      '2 note failed none',
    );
    assert.equal(
      note(() => new PlaceIndex('c2', { ...places, locations: [] })),
      '2 note empty none',
    );
  });

  it('opens the way to what a filter finds and hides the rest', () => {
    const expanded = new Set(['company:c1']);
    assert.deepEqual(rows({ expanded, filter: 'lamp 12' }), [
      '1 company c1 none',
      '2 location l1 none',
      '3 floorPlan f1 none',
      '4 hub h1 none',
      '5 port p1 none',
      '1 company c2 none',
    ]);
    assert.equal(rows({ expanded, filter: 'no such thing' })[1], '2 note nothing-found none');
  });

  it('marks a branch as ticked, partly ticked or not, in its own company only', () => {
    const expanded = new Set(['company:c1', 'location:l1']);
    const ports = new Set(index.portsOf('h1'));
    const marked = rows({ expanded, chosen: { company: 'c1', ports } });
    assert.deepEqual(marked.slice(1, 3), ['2 location l1 some', '3 floorPlan f1 some']);
    assert.equal(rows({ expanded, chosen: { company: 'c1', ports: new Set(places.ports) } })[1], '2 location l1 all');
    assert.equal(rows({ expanded, chosen: { company: 'c2', ports } })[1], '2 location l1 none');
  });
});
