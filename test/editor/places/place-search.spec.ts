import assert from 'node:assert/strict';
import { candidatesFor } from '../../../nodes/editor/places/place-candidates';
import { type Candidate, folded, search, searchText } from '../../../nodes/editor/places/place-search';
import { index, nowhere } from './known-office';

/** A place that is found by its name, if it has one, and by its id. */
function place(id: string, name?: string): Candidate {
  return { id, name: name ?? '', detail: '', searchText: searchText(name === undefined ? [] : [name], [id]) };
}

describe('the search for places', () => {
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
    const desks = [place('port7', 'Desk 1 · Lamp'), place('port1', 'Desk 2 · Lamp')];
    const found = (typed: string): string[] => search(desks, typed).found.map(({ name }) => name);
    assert.deepEqual(found('desk 1 lamp'), ['Desk 1 · Lamp']);
    assert.deepEqual(found('port1'), ['Desk 2 · Lamp']);
    assert.deepEqual(found('por'), ['Desk 1 · Lamp', 'Desk 2 · Lamp']);
    assert.deepEqual(found('desk port1'), ['Desk 2 · Lamp']);
    assert.deepEqual(found('ort1'), []);
  });

  it('puts the exact id before names that begin alike', () => {
    const companies = ['p2', 'p'].map((id) => place(id, `p ${id}`));
    assert.deepEqual(
      search(companies, 'p').found.map(({ id }) => id),
      ['p', 'p2'],
    );
  });

  it('draws no more than the limit and says how many there are besides', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => place(`port${at}`));
    const all = search(many, '');
    assert.deepEqual([all.found.length, all.more], [100, 9900]);
    const some = search(many, 'port1', 100);
    assert.deepEqual([some.found.length, some.more, some.found[0]?.id], [100, 1011, 'port1']);
  });
});
