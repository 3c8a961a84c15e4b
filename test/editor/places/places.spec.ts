import assert from 'node:assert/strict';
import type { KnownPlaces, PlacedPort } from '../../../nodes/dialog-messages';
import { idAt, idsIn, replaceIdAt, withId } from '../../../nodes/editor/dialog/id-list';
import { chosenPlaces } from '../../../nodes/editor/places/chosen-places';
import { candidatesFor, withChosen } from '../../../nodes/editor/places/place-candidates';
import { PlaceIndex } from '../../../nodes/editor/places/place-index';
import { folded, search, searchText } from '../../../nodes/editor/places/place-search';
import { type TreeContent, treeRows } from '../../../nodes/editor/tree/place-tree';
import { addressOf, choiceOf, toggled } from '../../../nodes/editor/tree/port-choice';

/** An option that the runtime fills in from its environment. */
const variable = '$'.concat('{NAME}');

function port(hub: string, id: string, device = ''): PlacedPort {
  return {
    id,
    name: `Port ${id}`,
    hub,
    location: hub === 'h4' ? 'l2' : 'l1',
    floorPlan: hub === 'h3' ? '' : 'f1',
    online: true,
    device,
  };
}

const places: KnownPlaces = {
  state: 'ok',
  fetchedAt: 0,
  isRemembered: false,
  companies: [
    { id: 'c1', name: 'Goople' },
    { id: 'c2', name: 'Ochno' },
  ],
  locations: [
    { id: 'l1', name: 'Ångström', company: 'c1' },
    { id: 'l2', name: 'Malmö', company: 'c1' },
  ],
  floorPlans: [{ id: 'f1', name: 'Floor 1', location: 'l1' }],
  hubs: [
    { id: 'h1', name: 'Desk 12', location: 'l1', floorPlan: 'f1' },
    { id: 'h2', name: '<b>Desk</b>', location: 'l1', floorPlan: 'f1' },
    { id: 'h3', name: 'Loose', location: 'l1', floorPlan: '' },
    { id: 'h4', name: 'Desk 12', location: 'l2', floorPlan: '' },
  ],
  ports: [
    port('h1', 'p1', 'lamp'),
    port('h1', 'p2', 'laptop'),
    port('h2', 'p1'),
    port('h2', 'p3'),
    port('h3', 'p4'),
    port('h4', 'p5'),
  ],
};
const index = new PlaceIndex('c1', places);
const nowhere = { company: 'c1', location: '', hub: '', port: '' };

describe('ids in a field', () => {
  it('are read in order, and none from "any"', () => {
    assert.deepEqual(idsIn(' a , b,a,,'), ['a', 'b', 'a']);
    assert.deepEqual(idsIn('+'), []);
    assert.deepEqual(idsIn(''), []);
  });

  it('are found and replaced at the caret, the others left as they were typed', () => {
    assert.equal(idAt('one, tw, three', 7), 'tw');
    assert.equal(idAt('one,', 4), '');
    assert.equal(replaceIdAt('one, tw, three', 7, 'two'), 'one, two, three');
    assert.equal(replaceIdAt('one,', 4, 'two'), 'one, two');
    assert.equal(replaceIdAt('', 0, 'one'), 'one');
  });

  it('join those that are there, but neither "any" nor a variable', () => {
    assert.equal(withId('a, b', 'c'), 'a, b, c');
    assert.equal(withId('a, b', 'a'), 'a, b');
    assert.equal(withId('+', 'a'), 'a');
    assert.equal(withId(variable, 'a'), 'a');
  });
});

describe('searching', () => {
  const ports = candidatesFor('port', index, nowhere);

  it('finds by every word, in the name, the id, the device or the place, whatever the accents', () => {
    assert.deepEqual(
      search(ports, 'LAMP angstrom').found.map(({ id }) => id),
      ['p1'],
    );
    assert.deepEqual(
      search(ports, 'desk malmo').found.map(({ id }) => id),
      ['p5'],
    );
    assert.deepEqual(search(ports, 'nothing of the kind').found, []);
    assert.equal(folded('Ångström ÉCOLE'), 'angstrom ecole');
  });

  it('D9: finds by an id only what is typed as one', () => {
    const desks = [1, 2].map((at) => ({
      id: `port${at === 1 ? 7 : 1}`,
      name: `Desk ${at} · Lamp`,
      detail: '',
      searchText: searchText([`Desk ${at} · Lamp`], [`port${at === 1 ? 7 : 1}`]),
    }));
    const found = (typed: string): string[] => search(desks, typed).found.map(({ name }) => name);
    assert.deepEqual(found('desk 1 lamp'), ['Desk 1 · Lamp']);
    assert.deepEqual(found('port1'), ['Desk 2 · Lamp']);
    assert.deepEqual(found('por'), ['Desk 1 · Lamp', 'Desk 2 · Lamp']);
    assert.deepEqual(found('desk port1'), ['Desk 2 · Lamp']);
    assert.deepEqual(found('ort1'), []);
  });

  it('puts the exact id before names that begin alike', () => {
    const companies = ['p2', 'p'].map((id) => ({
      id,
      name: `p ${id}`,
      detail: '',
      searchText: searchText([`p ${id}`], [id]),
    }));
    assert.deepEqual(
      search(companies, 'p').found.map(({ id }) => id),
      ['p', 'p2'],
    );
  });

  it('draws no more than the limit and says how many there are besides', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => ({
      id: `port${at}`,
      name: '',
      detail: '',
      searchText: searchText([], [`port${at}`]),
    }));
    const all = search(many, '');
    assert.deepEqual([all.found.length, all.more], [100, 9900]);
    const some = search(many, 'port1', 100);
    assert.deepEqual([some.found.length, some.more, some.found[0]?.id], [100, 1011, 'port1']);
  });
});

describe('what an address field offers', () => {
  it('is narrowed by the fields above it, but not by ids nobody knows', () => {
    const ids = (location: string, hub: string): string[] =>
      candidatesFor('port', index, { ...nowhere, location, hub }).map(({ id }) => id);
    assert.deepEqual(ids('', 'h1'), ['p1', 'p2']);
    assert.deepEqual(ids('l2', ''), ['p5']);
    assert.deepEqual(ids('gone', 'gone').length, 6);
    assert.deepEqual(
      candidatesFor('hub', index, { ...nowhere, location: 'l2' }).map(({ id }) => id),
      ['h4'],
    );
  });

  it('fills in what lies above the chosen place where that was empty', () => {
    const [lamp] = candidatesFor('port', index, nowhere);
    assert.ok(lamp);
    const address = withChosen('port', lamp, 'p1', index, nowhere);
    assert.deepEqual(address, { company: 'c1', location: 'l1', hub: 'h1', port: 'p1' });
    const typed = { ...nowhere, location: variable, hub: 'h1' };
    assert.deepEqual(withChosen('port', lamp, 'p9, p1', index, typed), { ...typed, port: 'p9, p1' });
  });
});

describe('what is said of the ids in a field', () => {
  it('is their names, and which of them are not known', () => {
    const said = chosenPlaces('hub', index, { ...nowhere, hub: 'h1, gone, h2' });
    assert.deepEqual(said, { names: ['Desk 12 (Ångström)', '<b>Desk</b>'], missing: ['gone'] });
  });

  it('D9: tells places apart that are named alike', () => {
    const hint = (address: object, level: 'hub' | 'location' | 'port', of = index): readonly string[] =>
      chosenPlaces(level, of, { ...nowhere, ...address }).names;
    assert.deepEqual(hint({ hub: 'h4, h1' }, 'hub'), ['Desk 12 (Malmö)', 'Desk 12 (Ångström)']);
    const twins = new PlaceIndex('c1', {
      ...places,
      locations: places.locations.map((location) => ({ ...location, name: 'HQ' })),
      hubs: places.hubs.map((hub) => ({ ...hub, name: 'Desk', location: 'l1' })),
      ports: places.ports.map((one) => ({ ...one, name: 'Lamp' })),
    });
    assert.deepEqual(hint({ location: 'l1' }, 'location', twins), ['HQ (l1)']);
    assert.deepEqual(hint({ hub: 'h2' }, 'hub', twins), ['Desk (h2)']);
    assert.deepEqual(hint({ hub: 'h1', port: 'p2' }, 'port', twins), ['Lamp (p2)']);
  });

  it('D9: tells hubs apart by their ids where their locations are named alike, too, and ports of one number by their hubs', () => {
    const twins = new PlaceIndex('c1', {
      ...places,
      locations: places.locations.map((location) => ({ ...location, name: 'HQ' })),
      ports: [port('h1', 'p1'), port('h4', 'p1'), port('h3', 'p1')],
    });
    assert.deepEqual(chosenPlaces('hub', twins, { ...nowhere, hub: 'h4, h1' }).names, ['Desk 12 (h4)', 'Desk 12 (h1)']);
    const ports = candidatesFor('port', twins, nowhere);
    assert.deepEqual(
      ports.map(({ detail }) => detail),
      ['Desk 12 (h1) · HQ', 'Desk 12 (h4) · HQ', 'Loose · HQ'],
    );
    assert.deepEqual(search(ports, 'desk h4').found, [], 'by an id that is not its own');
  });

  it('is the port itself where exactly one is meant', () => {
    assert.equal(chosenPlaces('port', index, { ...nowhere, hub: 'h1', port: 'p1' }).port?.device, 'lamp');
    assert.equal(chosenPlaces('port', index, { ...nowhere, port: 'p1' }).port, undefined);
    assert.deepEqual(chosenPlaces('port', index, { ...nowhere, hub: 'h1', port: 'p3' }).missing, ['p3']);
  });

  it('is nothing for a variable, which only the runtime can look up', () => {
    assert.deepEqual(chosenPlaces('hub', index, { ...nowhere, hub: variable }), { names: [], missing: [] });
    assert.deepEqual(chosenPlaces('port', index, { ...nowhere, hub: variable, port: 'p1' }), {
      names: [],
      missing: [],
    });
  });

  it('is nothing below a company that was not asked for', () => {
    const companiesOnly = new PlaceIndex('', { ...places, locations: [], hubs: [], ports: [] });
    assert.deepEqual(chosenPlaces('hub', companiesOnly, { ...nowhere, hub: 'h1' }), { names: [], missing: [] });
  });
});

describe('ticking ports', () => {
  const address = (ports: readonly PlacedPort[], present = { location: '', hub: '', port: '' }): object =>
    addressOf(new Set(ports), index, present);

  it('names a whole location or hub once, without its ports', () => {
    assert.deepEqual(address(places.ports.slice(0, 5)), { location: 'l1', hub: '', port: '' });
    assert.deepEqual(address(index.portsOf('h1')), { location: 'l1', hub: 'h1', port: '' });
    assert.deepEqual(address(index.portsOf('h1').slice(0, 1)), { location: 'l1', hub: 'h1', port: 'p1' });
    assert.deepEqual(address([]), { location: '', hub: '', port: '' });
  });

  it('reads back what it wrote', () => {
    const chosen = [...index.portsOf('h1').slice(1), ...index.portsOf('h4')];
    assert.deepEqual(choiceOf(addressOf(new Set(chosen), index, nowhere), index), new Set(chosen));
  });

  it('keeps ids the platform does not know', () => {
    const present = { location: 'l1', hub: 'h1, lost', port: 'p1, gone' };
    assert.deepEqual(address(index.portsOf('h1').slice(0, 1), present), {
      location: 'l1',
      hub: 'h1, lost',
      port: 'p1, gone',
    });
  });

  it('means more than was ticked where fields combine, which shows in the choice read back', () => {
    const apart = [index.portsOf('h1')[1], index.portsOf('h2')[0]].filter((one) => one !== undefined);
    const meant = choiceOf(addressOf(new Set(apart), index, nowhere), index);
    assert.deepEqual([apart.length, meant.size], [2, 3]);
  });

  it('ticks all of a branch, and unticks it when all were ticked', () => {
    const once = toggled(new Set(index.portsOf('h1').slice(0, 1)), index.portsOf('h1'));
    assert.deepEqual(once, new Set(index.portsOf('h1')));
    assert.deepEqual(toggled(once, index.portsOf('h1')), new Set());
  });

  it('shows nothing as ticked where every port is meant', () => {
    assert.equal(choiceOf({ location: '+', hub: '', port: '+' }, index).size, 0);
  });
});

describe('the tree', () => {
  function rows(content: Partial<TreeContent>): string[] {
    const whole: TreeContent = {
      companies: places.companies,
      placesOf: (company) => (company === 'c1' ? index : 'loading'),
      expanded: new Set(),
      filter: '',
      chosen: { company: 'c1', ports: new Set() },
      ...content,
    };
    return treeRows(whole).map(({ depth, kind, place, ticked }) => `${depth} ${kind} ${place.id} ${ticked}`);
  }

  it('shows companies, and below an open row what is in it', () => {
    assert.deepEqual(rows({}), ['1 company c1 none', '1 company c2 none']);
    const expanded = new Set(['company:c1', 'location:l1', 'floorPlan:f1', 'hub:h1']);
    assert.deepEqual(rows({ expanded }), [
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
    const expanded = new Set(['company:c1', 'location:l1', 'floorPlan:f1', 'hub:h1']);
    const shown = treeRows({
      companies: places.companies,
      placesOf: () => named,
      expanded,
      filter: '',
      chosen: { company: 'c1', ports: new Set() },
    });
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
