import assert from 'node:assert/strict';
import { fillPath } from '../../../src/protocol/rest/path-rules';
import { readQuery } from '../../../src/protocol/rest/request-query';
import { type ResourceRequest, resourceRequest } from '../../../src/protocol/rest/resource-request';
import { ochnoError } from '../../support/ochno-errors';

describe('an operation on a resource', () => {
  for (const resource of ['companies', 'locations', 'floorPlans', 'hubs', 'ports']) {
    const cases: [operation: string, method: string, path: string][] = [
      ['list', 'GET', `/api/${resource}`],
      ['create', 'POST', `/api/${resource}`],
      ['get', 'GET', `/api/${resource}/x%20%C3%B6`],
      ['replace', 'PUT', `/api/${resource}/x%20%C3%B6`],
      ['update', 'PUT', `/api/${resource}/x%20%C3%B6`],
      ['delete', 'DELETE', `/api/${resource}/x%20%C3%B6`],
    ];
    for (const [operation, method, path] of cases) {
      it(`${operation} ${resource} is ${method} ${path}`, () => {
        assert.deepEqual(resourceRequest({ resource, operation, id: 'x ö' }), { method, path });
      });
    }
  }

  const good: [ResourceRequest, string][] = [
    [{ resource: 'metrics', operation: 'get', id: 'temperature' }, 'GET /api/metrics/temperature'],
    [{ resource: 'metrics', operation: 'list', id: 'temperature' }, 'GET /api/metrics/temperature'],
    [{ resource: 'ports', operation: 'get', id: 12 }, 'GET /api/ports/12'],
    [{ resource: 'custom', operation: 'request', path: '/api/x' }, 'GET /api/x'],
    [{ resource: 'custom', operation: 'request', method: '', path: 'api/x' }, 'GET /api/x'],
    [
      { resource: 'custom', operation: 'request', method: ' post ', path: '/api/{a}/y', params: { a: 'ö' } },
      'POST /api/%C3%B6/y',
    ],
  ];
  for (const [request, line] of good) {
    it(`${JSON.stringify(request)} is ${line}`, () => {
      const { method, path } = resourceRequest(request);
      assert.equal(`${method} ${path}`, line);
    });
  }

  const bad: [ResourceRequest, RegExp][] = [
    [{ resource: 'company', operation: 'list' }, /^resource: "company" is not one of companies, /],
    [{ resource: '', operation: 'list' }, /^resource/],
    [{ resource: '__proto__', operation: 'list' }, /^resource/],
    [{ resource: undefined, operation: 'list' }, /^resource/],
    [{ resource: 'ports', operation: 'remove' }, /^operation: "remove"/],
    [{ resource: 'ports', operation: 'toString' }, /^operation/],
    [{ resource: 'ports', operation: 'request' }, /custom only/],
    [{ resource: 'custom', operation: 'list', path: '/x' }, /request only/],
    [{ resource: 'custom', operation: 'request' }, /^path/],
    [{ resource: 'custom', operation: 'request', path: '/x', method: 5 }, /^method/],
    [{ resource: 'custom', operation: 'request', path: '/x/{id}' }, /\{id\} has no value/],
    [{ resource: 'custom', operation: 'request', path: 'https://evil.example/x' }, /scheme/],
    [{ resource: 'metrics', operation: 'list' }, /^measurement: it is empty; say which measurement/],
    [{ resource: 'metrics', operation: 'update', id: 'x' }, /only be read/],
    [{ resource: 'ports', operation: 'get' }, /^id: it is empty; say which port/],
    [{ resource: 'ports', operation: 'delete', id: '' }, /^id: it is empty/],
    [{ resource: 'ports', operation: 'delete', id: '..' }, /segment/],
    [{ resource: 'ports', operation: 'delete', id: 'a/b' }, /^The port id "a\/b" can't be used/],
    [{ resource: 'ports', operation: 'delete', id: '+' }, /id/],
    [{ resource: 'ports', operation: 'delete', id: '  ' }, /id/],
    [{ resource: 'ports', operation: 'get', id: 'a\r\nb' }, /line break/],
    [{ resource: 'ports', operation: 'get', id: ['a'] }, /must be text, not an array/],
    [{ resource: 'ports', operation: 'get', id: {} }, /must be text, not an object/],
    [{ resource: 'ports', operation: 'get', id: Number.NaN }, /has to be an id/],
  ];
  for (const [request, says] of bad) {
    it(`${JSON.stringify(request)} is refused`, () => {
      assert.throws(() => resourceRequest(request), ochnoError('OCHNO_VALUE', says));
    });
  }

  it('C1: refuses a number that may have lost digits, as id, in the path and in the parameters', () => {
    const big = Number('1152921504606846977');
    const calls = [
      () => resourceRequest({ resource: 'ports', operation: 'get', id: big }),
      () => fillPath('/api/ports/{id}', { id: big }),
      () => readQuery({ hwId: [1, big] }),
    ];
    for (const call of calls) assert.throws(call, ochnoError('OCHNO_VALUE', /may have lost digits/));
    assert.equal(resourceRequest({ resource: 'ports', operation: 'get', id: 17 }).path, '/api/ports/17');
  });
});
