import assert from 'node:assert/strict';
import type { PlacedPort } from '../../../nodes/dialog-messages';
import { addressOf, choiceOf, toggled } from '../../../nodes/editor/tree/port-choice';
import { index, nowhere, places } from '../places/known-office';

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
