import assert from 'node:assert/strict';
import { accountLabel, actionOutLabel, portInLabel, restLabel } from '../../../nodes/editor/labels/node-label';
import type { KnownNames } from '../../../nodes/editor/places/known-names';
import { actionOutDefaults, portInDefaults, restDefaults } from '../../../nodes/options';

/** A catalogue that shows which text was asked for, and with what. */
const texts = (key: string, values: object = {}): string => [key, ...Object.values(values)].join('|');

const nobody: KnownNames = { of: () => undefined };
const known = new Map([
  ['hub:h1', 'Desk 12'],
  ['port:h1/p1', 'Left port'],
  ['port:h1/p2', 'Desk 12 · Lamp'],
  ['location:l1', 'Stockholm'],
  ['company:c1', 'Goople'],
]);
const names: KnownNames = { of: (kind, id) => known.get(`${kind}:${id}`) };

describe('the label of a node', () => {
  it('is its name if it has one', () => {
    assert.equal(portInLabel({ ...portInDefaults, name: 'Mine', hub: 'h1' }, names, texts), 'Mine');
    assert.equal(actionOutLabel({ ...actionOutDefaults, name: 'Mine' }, names, texts), 'Mine');
    assert.equal(restLabel({ ...restDefaults, name: 'Mine' }, texts), 'Mine');
  });

  it('is the narrowest place it is about, by name if that is known and by id otherwise', () => {
    const label = (options: object, by = names): string => portInLabel({ ...portInDefaults, ...options }, by, texts);
    assert.equal(label({ location: 'l1', hub: 'h1', port: 'p1' }), 'Desk 12 › Left port');
    assert.equal(label({ hub: 'h1', port: 'p1' }, nobody), 'h1 › p1');
    assert.equal(label({ hub: 'h1', port: 'p2' }), 'Desk 12 · Lamp');
    assert.equal(label({ location: 'l1', hub: 'h1', port: 'p1, p2' }), 'Desk 12 › label.ports|2');
    assert.equal(label({ company: 'c1', location: 'l1' }), 'Stockholm');
    assert.equal(label({ company: 'c1', location: '+' }), 'Goople');
    assert.equal(label({}), 'palette.node');
    assert.equal(label({ hub: 'h1', property: 'data.device.lamp.level' }), 'Desk 12 › lamp.level');
  });

  it('says what an action does', () => {
    const label = (options: object): string => actionOutLabel({ ...actionOutDefaults, ...options }, names, texts);
    assert.equal(label({ hub: 'h1', port: 'p1' }), 'Desk 12 › Left port › label.command-lamp');
    assert.equal(label({}), 'palette.node');
  });

  it('says what a request asks for', () => {
    const label = (options: object): string => restLabel({ ...restDefaults, ...options }, texts);
    assert.equal(label({}), 'label.do-list resource.companies');
    assert.equal(label({ resource: 'hubs', operation: 'get', target: 'h1' }), 'label.do-get resource.hubs › h1');
    assert.equal(
      label({ resource: 'hubs', operation: 'get', target: 'payload', targetType: 'msg' }),
      'label.do-get resource.hubs',
    );
    assert.equal(label({ resource: 'metrics', target: 'temperature' }), 'resource.metrics › temperature');
    assert.equal(label({ resource: 'custom', operation: 'request', path: '/api/x' }), 'GET /api/x');
  });

  it('stands a flow that leaves options out', () => {
    const { hub: _hub, property: _property, ...rest } = portInDefaults;
    assert.equal(portInLabel({ ...rest, hub: 'h1' } as typeof portInDefaults, names, texts), 'Desk 12');
  });

  it('D9: tells accounts apart that have no name, by server, company and where need be the id', () => {
    const account = { id: '0c40b51d', name: '', server: 'https://operated.ochno.com', company: 'c1' };
    const label = (others: readonly (typeof account)[]): string => accountLabel(account, others, names, texts);
    assert.equal(label([]), 'operated.ochno.com · Goople');
    assert.equal(label([{ ...account, company: 'c2' }]), 'operated.ochno.com · Goople');
    assert.equal(label([{ ...account }]), 'operated.ochno.com · Goople · 0c40');
    assert.equal(accountLabel({ ...account, name: 'Mine', company: '' }, [], names, texts), 'Mine');
  });
});
