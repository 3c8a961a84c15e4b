import assert from 'node:assert/strict';
import { candidatesFor, withChosen } from '../../../nodes/editor/places/place-candidates';
import { index, nowhere, variable } from './known-office';

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

  it('fills in what lies above the chosen place if that was empty', () => {
    const [lamp] = candidatesFor('port', index, nowhere);
    assert.ok(lamp);
    const address = withChosen('port', lamp, 'p1', index, nowhere);
    assert.deepEqual(address, { company: 'c1', location: 'l1', hub: 'h1', port: 'p1' });
    const typed = { ...nowhere, location: variable, hub: 'h1' };
    assert.deepEqual(withChosen('port', lamp, 'p9, p1', index, typed), { ...typed, port: 'p9, p1' });
  });
});
