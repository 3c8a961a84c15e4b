import assert from 'node:assert/strict';
import { hintKey, readTestReport } from '../../nodes/editor/account/test-report';
import { actionOutLabel, portInLabel, restLabel } from '../../nodes/editor/labels/node-label';
import { previewRequest, type RestForm, relevantOptions } from '../../nodes/editor/labels/request-preview';
import { lampOffers } from '../../nodes/editor/lamp/lamp-offers';
import type { KnownNames } from '../../nodes/editor/places/known-names';
import { PlaceIndex } from '../../nodes/editor/places/place-index';
import type { KnownPlaces } from '../../nodes/editor/places/places';
import { failureText, placesLine } from '../../nodes/editor/places/places-status';
import { actionOutDefaults, portInDefaults, restDefaults } from '../../nodes/options';
import { operationsOf } from '../../src/protocol/rest/resource-request';

/** An option that the runtime fills in from its environment. */
const variable = '$'.concat('{NAME}');

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
  it('is its name where it has one', () => {
    assert.equal(portInLabel({ ...portInDefaults, name: 'Mine', hub: 'h1' }, names, texts), 'Mine');
    assert.equal(actionOutLabel({ ...actionOutDefaults, name: 'Mine' }, names, texts), 'Mine');
    assert.equal(restLabel({ ...restDefaults, name: 'Mine' }, texts), 'Mine');
  });

  it('is the narrowest place it is about, by name where that is known and by id otherwise', () => {
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
});

describe('the request that a rest node shows', () => {
  const form: RestForm = { ...restDefaults };
  const server = 'https://operated.ochno.com/';
  const preview = (options: Partial<RestForm>): string => previewRequest({ ...form, ...options }, server).join(' + ');

  it('is the one it will make', () => {
    assert.equal(preview({}), 'GET https://operated.ochno.com/api/companies');
    assert.equal(
      preview({ operation: 'replace', target: 'a b/c' }),
      'PUT https://operated.ochno.com/api/companies/a%20b%2Fc',
    );
    assert.equal(preview({ operation: 'create' }), 'POST https://operated.ochno.com/api/companies');
    assert.equal(
      preview({ resource: 'metrics', target: 'temperature' }),
      'GET https://operated.ochno.com/api/metrics/temperature',
    );
    assert.equal(
      preview({ resource: 'custom', method: 'patch', path: 'api/hubs/{hub}' }),
      'PATCH https://operated.ochno.com/api/hubs/{hub}',
    );
  });

  it('is two where an update reads before it writes', () => {
    const url = 'https://operated.ochno.com/api/hubs/h1';
    assert.equal(preview({ resource: 'hubs', operation: 'update', target: 'h1' }), `GET ${url} + PUT ${url}`);
  });

  it('names where a part comes from that only the running flow knows', () => {
    assert.equal(preview({ operation: 'get' }), 'GET https://operated.ochno.com/api/companies/<msg.ochno.rest.id>');
    assert.equal(
      preview({ operation: 'get', target: 'payload.id', targetType: 'msg' }),
      'GET https://operated.ochno.com/api/companies/<msg.payload.id>',
    );
    assert.equal(
      preview({ operation: 'get', target: variable }),
      `GET https://operated.ochno.com/api/companies/${variable}`,
    );
    assert.equal(
      preview({ query: 'query', queryType: 'msg' }),
      'GET https://operated.ochno.com/api/companies?<msg.query>',
    );
  });

  it('repeats a parameter that has several values, and stands half-typed JSON', () => {
    assert.equal(
      preview({ query: '{"ids": ["a", "b&c"], "limit": 5}' }),
      'GET https://operated.ochno.com/api/companies?ids=a&ids=b%26c&limit=5',
    );
    assert.equal(preview({ query: '{"ids": [' }), 'GET https://operated.ochno.com/api/companies?…');
  });

  it('offers only operations and options that go together', () => {
    assert.deepEqual(operationsOf('custom'), ['request']);
    assert.deepEqual(operationsOf('metrics'), ['list']);
    assert.equal(operationsOf('hubs').length, 6);
    assert.ok(relevantOptions('metrics', 'list').has('shape'));
    assert.ok(!relevantOptions('hubs', 'list').has('target'));
    assert.ok(relevantOptions('hubs', 'update').has('body'));
    assert.ok(relevantOptions('custom', 'request').has('path'));
  });
});

describe('the line about the lists', () => {
  const nothing: KnownPlaces = {
    state: 'ok',
    fetchedAt: 0,
    isRemembered: false,
    companies: [{ id: 'c1', name: '' }],
    locations: [],
    floorPlans: [],
    hubs: [],
    ports: [],
  };
  const ok = (places: Partial<KnownPlaces>): { state: 'ok'; index: PlaceIndex } => ({
    state: 'ok',
    index: new PlaceIndex('c1', { ...nothing, ...places }),
  });

  it('tells not configured, failed and empty apart, and says why', () => {
    const failed = { state: 'failed', code: 'OCHNO_NETWORK', reason: 'dns', message: 'x was not found' } as const;
    assert.deepEqual(placesLine({ state: 'not configured', problem: 'no e-mail' }, 'c1', texts), {
      kind: 'not configured',
      text: 'places.not-configured|no e-mail',
    });
    assert.deepEqual(placesLine(failed, 'c1', texts), {
      kind: 'failed',
      text: 'places.failed|status.dns|x was not found',
    });
    assert.deepEqual(placesLine(ok({}), 'c1', texts), { kind: 'empty', text: 'places.no-ports' });
    assert.deepEqual(placesLine(ok({ companies: [] }), 'c1', texts), { kind: 'empty', text: 'places.no-companies' });
    assert.deepEqual(placesLine(ok({}), '', texts), { kind: 'empty', text: 'places.choose-company' });
    assert.equal(placesLine({ state: 'no answer', status: 403 }, 'c1', texts).text, 'places.not-permitted');
    assert.equal(placesLine({ state: 'no answer', status: 0 }, 'c1', texts).text, 'places.no-answer');
  });

  it('names a failure by its reason, else by its code', () => {
    assert.equal(failureText({ code: 'OCHNO_LOGIN' }, texts), 'failure.login');
    assert.equal(failureText({ code: 'OCHNO_NETWORK', reason: 'tls' }, texts), 'status.tls');
    assert.equal(failureText({ code: 'SOMETHING', reason: 'else' }, texts), 'failure.network');
  });
});

describe('what a lamp is offered', () => {
  const keys = (lamp: object): string[] => [...new Set(lampOffers(lamp).map(({ key }) => key))];

  it('is what its state shows it can do', () => {
    assert.ok(!keys({ level: 40 }).some((key) => /temp|alt/.test(key)));
    assert.ok(keys({ level: 40, temp: 3000 }).includes('temp'));
    assert.deepEqual(keys({ altlevel: 0, alttemp: 2700 }).slice(-2), ['altlevel', 'alttemp']);
  });

  it('is a value the node takes', () => {
    for (const { type, value } of lampOffers({ level: 1, temp: 1, altlevel: 1, alttemp: 1 })) {
      if (type === 'json') assert.equal(typeof JSON.parse(value), 'object');
      if (type === 'num') assert.ok(Number(value) <= 100);
    }
  });
});

describe('the report of a connection test', () => {
  it('has four steps in order, whatever was answered', () => {
    const steps = [
      { step: 'stream', state: 'failed', reason: 'clock', message: 'late' },
      { step: 'log-in', state: 'ok' },
      { step: 'rest', state: 'odd' },
    ];
    assert.deepEqual(readTestReport({ steps }), [
      { step: 'log-in', state: 'ok' },
      { step: 'rest', state: 'not tried' },
      { step: 'credentials', state: 'not tried' },
      { step: 'stream', state: 'failed', reason: 'clock', message: 'late' },
    ]);
    assert.equal(readTestReport({ state: 'failed' }), undefined);
    assert.equal(readTestReport('<html>'), undefined);
  });

  it('has a hint for every reason and code, and one for what nobody foresaw', () => {
    assert.equal(hintKey('tls'), 'hint.tls');
    assert.equal(hintKey('OCHNO_LOGIN'), 'hint.login');
    assert.equal(hintKey('OCHNO_SOMETHING'), 'hint.other');
    assert.equal(hintKey(undefined), 'hint.other');
  });
});
