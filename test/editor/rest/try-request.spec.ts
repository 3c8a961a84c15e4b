import assert from 'node:assert/strict';
import type { RestForm } from '../../../nodes/editor/rest/request-preview';
import { requestToTry } from '../../../nodes/editor/rest/try-request';
import { restDefaults } from '../../../nodes/options';

/** An option that the runtime fills in from its environment. */
const variable = '$'.concat('{NAME}');

describe('a request that can be tried from the dialog', () => {
  const form: RestForm = { ...restDefaults };
  const tried = (options: Partial<RestForm>) => requestToTry({ ...form, ...options });

  it('reads, and has everything it needs', () => {
    assert.deepEqual(tried({}), { resource: 'companies', query: undefined });
    assert.deepEqual(tried({ resource: 'hubs', operation: 'get', target: 'hub1' }), {
      resource: 'hubs',
      id: 'hub1',
      query: undefined,
    });
    assert.deepEqual(tried({ resource: 'metrics', target: 'power', query: '{"from":"-1h"}' }), {
      resource: 'metrics',
      id: 'power',
      query: { from: '-1h' },
    });
    const custom = { resource: 'custom', operation: 'request', path: '/api/hubs', method: ' get ' };
    assert.deepEqual(tried(custom), { resource: 'custom', path: '/api/hubs', query: undefined });
  });

  it('is none that changes something, or that only the running flow can fill in', () => {
    for (const operation of ['create', 'replace', 'update', 'delete']) {
      assert.equal(tried({ resource: 'hubs', operation, target: 'hub1' }), undefined, operation);
    }
    assert.equal(tried({ resource: 'custom', operation: 'request', path: '/api/hubs', method: 'POST' }), undefined);
    assert.equal(tried({ resource: 'custom', operation: 'request', path: '/api/{hub}' }), undefined);
    assert.equal(tried({ resource: 'custom', operation: 'request' }), undefined);
    assert.equal(tried({ operation: 'get' }), undefined);
    assert.equal(tried({ operation: 'get', target: variable }), undefined);
    assert.equal(tried({ operation: 'get', target: 'payload.id', targetType: 'msg' }), undefined);
    assert.equal(tried({ query: 'query', queryType: 'msg' }), undefined);
    assert.equal(tried({ query: '{"limit":' }), undefined);
  });

  it('is none whose fields say that the runtime would refuse it', () => {
    assert.equal(tried({ resource: 'hubs', operation: 'get', target: 'a/b' }), undefined);
    assert.equal(tried({ resource: 'custom', operation: 'request', path: '//elsewhere' }), undefined);
    assert.equal(tried({ query: '{"a": {"b": 1}}' }), undefined);
    assert.equal(tried({ resource: 'metrics', target: 'power', query: '{"from": "yesterday"}' }), undefined);
    assert.deepEqual(tried({ query: '{"from": "yesterday"}' })?.query, { from: 'yesterday' });
  });
});
