import assert from 'node:assert/strict';
import { chosenPlaces } from '../../../nodes/editor/places/chosen-places';
import { candidatesFor } from '../../../nodes/editor/places/place-candidates';
import { PlaceIndex } from '../../../nodes/editor/places/place-index';
import { search } from '../../../nodes/editor/places/place-search';
import { index, nowhere, places, port, variable } from './known-office';

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

  it('is that a hub or port is not found at another location than its own', () => {
    const missing = (level: 'hub' | 'port', address: object): readonly string[] =>
      chosenPlaces(level, index, { ...nowhere, ...address }).missing;
    const { location = '' } = index.hubs.get('h1') ?? {};
    const other = [...index.locations.keys()].find((id) => id !== location);
    assert.deepEqual(missing('hub', { location: other, hub: 'h1' }), ['h1']);
    for (const named of [location, `${other},${location}`, '+', '', variable])
      assert.deepEqual(missing('hub', { location: named, hub: 'h1' }), [], named);
    const [only] = index
      .portsOf('h1')
      .filter(({ id }) => index.places.ports.filter((one) => one.id === id).length === 1);
    assert.deepEqual(missing('port', { location: other, port: only?.id }), [only?.id]);
    assert.deepEqual(missing('port', { location, port: only?.id }), []);
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
