import assert from 'node:assert/strict';
import { previewRequest, type RestForm, relevantOptions } from '../../../nodes/editor/rest/request-preview';
import { restDefaults } from '../../../nodes/options';
import { operationsOf } from '../../../src/protocol/rest/resource-request';

/** An option that the runtime fills in from its environment. */
const variable = '$'.concat('{NAME}');

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
