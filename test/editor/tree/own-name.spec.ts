import assert from 'node:assert/strict';
import { ownName } from '../../../nodes/editor/tree/own-name';

describe('what a port is called below its hub', () => {
  for (const [name, hub, own] of [
    ['Desk 12 · Lamp', 'Desk 12', 'Lamp'],
    ['Desk 12 — Lamp', 'Desk 12', 'Lamp'],
    ['Desk 12, Lamp', 'Desk 12', 'Lamp'],
    ['Desk 12', 'Desk 12', 'Desk 12'],
    ['Desk 12 ·', 'Desk 12', 'Desk 12 ·'],
    ['Desk 12 · Lamp', 'Desk 1', 'Desk 12 · Lamp'],
    ['Desktop lamp', 'Desk', 'Desktop lamp'],
    ['Lamp', 'Desk 12', 'Lamp'],
    ['Desk 12 Lamp', 'Desk 12 ', 'Lamp'],
    ['Lamp', '', 'Lamp'],
    ['Lamp', ' ', 'Lamp'],
  ] as const) {
    it(`“${name}” below “${hub}” is “${own}”`, () => assert.equal(ownName(name, hub), own));
  }
});
