import assert from 'node:assert/strict';
import { ochnoError } from '../../support/ochno-errors';
import { resourceClient } from './resource-stage';

describe('the resource client', () => {
  it('makes the request an operation means, with query, body, pages, deadline and signal', async () => {
    const { resources, requests } = resourceClient();
    const { signal } = new AbortController();
    await resources.call({
      resource: 'ports',
      operation: 'list',
      id: 'left over',
      query: { hubIds: ['a', 'b'] },
      body: 5,
      all: true,
      timeoutMs: 7000,
      signal,
    });
    await resources.call({ resource: 'hubs', operation: 'create', body: { name: 'Desk', none: undefined }, all: true });
    await resources.call({ resource: 'hubs', operation: 'delete', id: 'a', body: { name: 'Desk' } });
    await resources.call({
      resource: 'custom',
      operation: 'request',
      method: 'post',
      path: '/api/{a}',
      params: { a: 1 },
      body: [1],
      all: true,
    });
    assert.deepEqual(requests, [
      {
        method: 'GET',
        path: '/api/ports',
        query: { hubIds: ['a', 'b'] },
        body: undefined,
        all: true,
        timeoutMs: 7000,
        signal,
      },
      {
        method: 'POST',
        path: '/api/hubs',
        query: {},
        body: { name: 'Desk' },
        all: false,
        timeoutMs: undefined,
        signal: undefined,
      },
      {
        method: 'DELETE',
        path: '/api/hubs/a',
        query: {},
        body: undefined,
        all: false,
        timeoutMs: undefined,
        signal: undefined,
      },
      { method: 'POST', path: '/api/1', query: {}, body: [1], all: false, timeoutMs: undefined, signal: undefined },
    ]);
  });

  it('takes JSON text for URL parameters, as an environment variable holds them', async () => {
    const { resources, requests } = resourceClient([]);
    const list = { resource: 'metrics', operation: 'list', id: 'power' };
    await resources.call({ ...list, query: ' {"from":0,"portId":["a","b"]} ' });
    assert.deepEqual(requests[0]?.query, { from: '1970-01-01T00:00:00.000Z', portId: ['a', 'b'] });
    for (const query of ['[1]', '5', 'a=1', '{"a":']) {
      await assert.rejects(resources.call({ ...list, query }), ochnoError('OCHNO_VALUE', /^query: must be an object/));
    }
  });

  for (const [operation, resource] of [
    ['list', 'hubs'],
    ['get', 'hubs'],
    ['create', 'hubs'],
    ['replace', 'hubs'],
    ['delete', 'hubs'],
    ['list', 'metrics'],
  ]) {
    it(`does not take a page for an answer of the platform to ${operation} of ${resource}`, async () => {
      const { resources } = resourceClient(' <!DOCTYPE html><title>Sign in</title>');
      const call = { resource, operation, id: 'a', body: {} };
      await assert.rejects(resources.call(call), ochnoError('OCHNO_HTTP', /^A page came in place of the platform's/));
    });
  }

  it('gives the page that a path of its own is asked for, and the words that come with a change', async () => {
    const page = resourceClient('<p>floor</p>').resources;
    const custom = { resource: 'custom', operation: 'request', path: '/plan.svg' };
    assert.equal((await page.call(custom)).body, '<p>floor</p>');
    const words = resourceClient('Deleted').resources;
    assert.equal((await words.call({ resource: 'hubs', operation: 'delete', id: 'a' })).body, 'Deleted');
  });

  it('C16: gives an empty list if the platform answers a list without a body', async () => {
    const { resources } = resourceClient('');
    assert.deepEqual((await resources.call({ resource: 'ports', operation: 'list' })).body, []);
    assert.equal((await resources.call({ resource: 'ports', operation: 'get', id: 'a' })).body, '');
  });
});
