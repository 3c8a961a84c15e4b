import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import type { HttpAnswer } from '../../../src/client/rest/http-answer';
import type { HttpRequest } from '../../../src/client/rest/http-exchange';
import { LogIn } from '../../../src/client/rest/log-in';
import { ResourceClient } from '../../../src/client/rest/resource-client';
import { RestClient } from '../../../src/client/rest/rest-client';
import type { RestRequest, RestResponse } from '../../../src/client/rest/rest-request';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import { FakeClock } from '../../support/fake-clock';
import { ochnoError } from '../../support/ochno-errors';

const nowMs = Date.UTC(2025, 0, 15, 12);
const portNames = async () => (port: string) => ({ p1: 'Desk 1', p2: 'Desk 2' })[port];

/** A resource client over one that answers `body` to everything and keeps what it was asked. */
function setUp(body: unknown = {}): { resources: ResourceClient; requests: RestRequest[] } {
  const requests: RestRequest[] = [];
  const rest = {
    request: async (request: RestRequest): Promise<RestResponse> => {
      requests.push(request);
      return { statusCode: 200, headers: {}, body, method: request.method, path: request.path };
    },
  };
  return { resources: new ResourceClient(rest, { clock: new FakeClock(nowMs), random: () => 0, portNames }), requests };
}

describe('the resource client', () => {
  it('makes the request an operation means, with query, body, pages, deadline and signal', async () => {
    const { resources, requests } = setUp();
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

  it('sends no body with a custom request whose body is empty', async () => {
    const { resources, requests } = setUp();
    for (const body of ['', null, undefined]) {
      await resources.call({ resource: 'custom', operation: 'request', method: 'POST', path: '/x', body });
    }
    assert.deepEqual(
      requests.map(({ body }) => body),
      [undefined, undefined, undefined],
    );
  });

  for (const operation of ['create', 'replace', 'update']) {
    it(`takes nothing but an object for ${operation}`, async () => {
      const { resources, requests } = setUp();
      const others = [[], [{}], Buffer.from('{}'), new Date(0), () => 1, { toJSON: () => 5 }];
      for (const body of [undefined, null, '', 'text', 5, true, ...others]) {
        await assert.rejects(
          resources.call({ resource: 'hubs', operation, id: 'a', body }),
          ochnoError('OCHNO_VALUE', /^body/),
        );
      }
      assert.deepEqual(requests, []);
    });
  }

  it('says what is wrong with a body, and sends no null in the place of NaN, which would remove a field', async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const cases: [body: unknown, says: RegExp][] = [
      [{ data: { level: Number.NaN } }, /^body: .*"level" is NaN/],
      [{ level: Number.POSITIVE_INFINITY }, /^body: .*"level" is Infinity/],
      [{ level: 5n }, /^body: .*BigInt/],
      [circular, /^body: it can't be written as JSON \(Converting circular structure to JSON\)$/],
      [Buffer.from('{}'), /a Buffer; a JSON node/],
      ['[1]', /takes a JSON object, not an array/],
      [{ hwId: Number('1152921504606846977') }, /"hwId" is 11529/],
      [new Date(0), /of another kind/],
    ];
    const { resources, requests } = setUp();
    for (const [body, says] of cases) {
      const call = { resource: 'hubs', operation: 'update', id: 'a', body };
      await assert.rejects(resources.call(call), ochnoError('OCHNO_VALUE', says));
    }
    assert.deepEqual(requests, []);
  });

  it('asks for metrics with times as the platform takes them', async () => {
    const { resources, requests } = setUp([]);
    await resources.call({
      resource: 'metrics',
      operation: 'get',
      id: 'power',
      query: { from: '-1h', to: nowMs, portId: 'p' },
    });
    assert.deepEqual(requests[0]?.query, {
      from: '2025-01-15T11:00:00.000Z',
      to: '2025-01-15T12:00:00.000Z',
      portId: 'p',
    });
    assert.equal(requests[0]?.path, '/api/metrics/power');
  });

  it('leaves from and to of other resources alone', async () => {
    const { resources, requests } = setUp();
    await resources.call({ resource: 'ports', operation: 'list', query: { from: 'A' } });
    assert.deepEqual(requests[0]?.query, { from: 'A' });
  });

  it('shapes metrics into series, and nothing else', async () => {
    const { resources } = setUp([{ t: nowMs, portId: 'p', power: 5 }]);
    const call = { operation: 'list', id: 'power', shape: 'series' };
    assert.deepEqual((await resources.call({ ...call, resource: 'metrics' })).body, [
      { series: 'p', data: [{ x: nowMs, y: 5 }] },
    ]);
    assert.deepEqual((await resources.call({ ...call, resource: 'ports' })).body, [
      { t: nowMs, portId: 'p', power: 5 },
    ]);
    await assert.rejects(
      resources.call({ ...call, resource: 'metrics', shape: 'pie' }),
      ochnoError('OCHNO_VALUE', /^shape: "pie"/),
    );
  });

  it('C9: makes the points of a chart of metrics, the series named by the port’s name', async () => {
    const rows = [
      { t: nowMs, portId: 'p2', power: 5 },
      { t: nowMs + 1000, portId: 'p1', power: 7 },
      { t: nowMs, portId: 'unnamed', power: 1 },
    ];
    const { resources } = setUp(rows);
    const call = { resource: 'metrics', operation: 'list', id: 'power', shape: 'chart' };
    assert.deepEqual((await resources.call(call)).body, [
      { series: 'Desk 2', x: nowMs, y: 5 },
      { series: 'Desk 1', x: nowMs + 1000, y: 7 },
      { series: 'unnamed', x: nowMs, y: 1 },
    ]);
  });

  it('C4: sends JSON text as the JSON it is, with every digit, and bytes as they are with request only', async () => {
    const { resources, requests } = setUp();
    const text = '{"hwId":1152921504606846977}';
    for (const operation of ['create', 'replace']) {
      await resources.call({ resource: 'hubs', operation, id: 'a', body: text });
    }
    const bytes = Buffer.from([0x89, 0x50]);
    await resources.call({ resource: 'custom', operation: 'request', method: 'POST', path: '/x', body: bytes });
    assert.deepEqual(
      requests.filter(({ method }) => method !== 'GET').map(({ body }) => body),
      [text, text, bytes],
    );
  });

  it('C4: sends JSON text without the byte order mark that files have', async () => {
    const { resources, requests } = setUp();
    await resources.call({ resource: 'hubs', operation: 'create', body: '\ufeff{"name":"Desk"}' });
    await resources.call({ resource: 'hubs', operation: 'update', id: 'a', body: '\ufeff{"name":"Desk"}' });
    const sent = requests.filter(({ method }) => method !== 'GET').map(({ body }) => body);
    assert.deepEqual(sent, ['{"name":"Desk"}', '{"name":"Desk"}']);
  });

  it('C4: refuses what JSON would write as an object without fields', async () => {
    const { resources, requests } = setUp();
    const hollow = [new Map([[1, 2]]), new Set([1]), /x/, new Error('x'), Promise.resolve(1), new ArrayBuffer(2)];
    for (const value of hollow) {
      const call = { resource: 'hubs', operation: 'create', body: { value } };
      await assert.rejects(resources.call(call), ochnoError('OCHNO_VALUE', /^body: .*"value" is a [A-Z]/));
    }
    assert.deepEqual(requests, []);
  });

  it('takes JSON text for URL parameters, as an environment variable holds them', async () => {
    const { resources, requests } = setUp([]);
    const list = { resource: 'metrics', operation: 'list', id: 'power' };
    await resources.call({ ...list, query: ' {"from":0,"portId":["a","b"]} ' });
    assert.deepEqual(requests[0]?.query, { from: '1970-01-01T00:00:00.000Z', portId: ['a', 'b'] });
    for (const query of ['[1]', '5', 'a=1', '{"a":']) {
      await assert.rejects(resources.call({ ...list, query }), ochnoError('OCHNO_VALUE', /^query: must be an object/));
    }
  });

  it('C7: takes a Date for a time, of the realm of function nodes too', async () => {
    const { resources, requests } = setUp([]);
    const query = { from: new Date(0), to: runInNewContext('new Date(1000)'), portId: '' };
    await resources.call({ resource: 'metrics', operation: 'list', id: 'power', query });
    assert.deepEqual(requests[0]?.query, {
      from: '1970-01-01T00:00:00.000Z',
      to: '1970-01-01T00:00:01.000Z',
      portId: '',
    });
  });

  for (const [operation, resource] of [
    ['list', 'hubs'],
    ['get', 'hubs'],
    ['create', 'hubs'],
    ['replace', 'hubs'],
    ['delete', 'hubs'],
    ['list', 'metrics'],
  ]) {
    it(`takes a page for no answer of the platform to ${operation} of ${resource}`, async () => {
      const { resources } = setUp(' <!DOCTYPE html><title>Sign in</title>');
      const call = { resource, operation, id: 'a', body: {} };
      await assert.rejects(resources.call(call), ochnoError('OCHNO_HTTP', /^A page came in place of the platform's/));
    });
  }

  it('gives the page that a path of its own is asked for, and the words that come with a change', async () => {
    const page = setUp('<p>floor</p>').resources;
    const custom = { resource: 'custom', operation: 'request', path: '/plan.svg' };
    assert.equal((await page.call(custom)).body, '<p>floor</p>');
    const words = setUp('Deleted').resources;
    assert.equal((await words.call({ resource: 'hubs', operation: 'delete', id: 'a' })).body, 'Deleted');
  });

  it('C16: gives an empty list where the platform answers a list without a body', async () => {
    const { resources } = setUp('');
    assert.deepEqual((await resources.call({ resource: 'ports', operation: 'list' })).body, []);
    assert.equal((await resources.call({ resource: 'ports', operation: 'get', id: 'a' })).body, '');
  });

  it('sends nothing that is not under the server, whatever it is given, and fails with OCHNO_VALUE only', async () => {
    const server = parseServerUrl('https://operated.ochno.com/base');
    const sent: HttpRequest[] = [];
    const http = {
      server,
      send: async (request: HttpRequest): Promise<HttpAnswer> => {
        sent.push(request);
        const body = request.url.pathname === '/base/auth/jwt' ? '{"token":"abc"}' : '{}';
        return { statusCode: 200, headers: {}, body: Buffer.from(body) };
      },
    };
    const clock = new FakeClock(nowMs);
    const random = (): number => 0;
    const logIn = new LogIn({ http, email: 'e', password: 'p', clock, random });
    const resources = new ResourceClient(new RestClient({ http, logIn, clock, random }), { clock, random, portNames });
    const hostile = fc.oneof(
      fc.constantFrom(
        '..',
        '../..',
        '//evil.example',
        'https://evil.example/x',
        '\\\\evil',
        '%2e%2e',
        '%252e%252e%252f',
        'a\r\nX: y',
        '/api/x',
        '/api/{id}',
        '',
        'power',
      ),
      fc.string({ unit: 'binary' }),
      fc.anything(),
    );
    /** Mostly one of these, so that much of it is sent, and now and then anything. */
    const mostly = (...good: unknown[]): fc.Arbitrary<unknown> =>
      fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...good) }, { weight: 1, arbitrary: hostile });
    const call = fc.record(
      {
        resource: mostly('companies', 'locations', 'floorPlans', 'hubs', 'ports', 'metrics', 'custom'),
        operation: mostly('list', 'get', 'create', 'replace', 'update', 'delete', 'request'),
        id: fc.oneof(fc.constantFrom('a', 'desk 12', 'ö'), hostile),
        method: mostly('GET', 'POST', 'put', 'PATCH', 'DELETE', ''),
        path: fc.oneof(fc.constantFrom('/api/x', 'api/{id}/y', '/x?a={id}'), hostile),
        params: fc.oneof(fc.record({ id: hostile }), hostile),
        query: fc.oneof(
          { weight: 3, arbitrary: fc.constant({}) },
          { weight: 2, arbitrary: fc.dictionary(fc.string({ unit: 'binary' }), hostile) },
          { weight: 1, arbitrary: hostile },
        ),
        body: mostly({ name: 'Desk' }),
        all: fc.boolean(),
        shape: fc.constantFrom('platform', 'series', undefined),
      },
      { requiredKeys: ['resource', 'operation'] },
    );
    await fc.assert(
      fc.asyncProperty(call, async (given) => {
        try {
          await resources.call(given);
        } catch (error) {
          assert.ok(error instanceof OchnoError && ['OCHNO_VALUE', 'OCHNO_HTTP'].includes(error.code), String(error));
          assert.ok(error.message.length < 500, error.message);
          assert.doesNotMatch(error.message, /[\r\n]/);
        }
      }),
      { numRuns: 10_000 },
    );
    assert.ok(sent.length > 1000, `only ${sent.length} were sent`);
    for (const { url, method, headers } of sent) {
      assert.equal(url.origin, server.origin);
      assert.ok(url.pathname.startsWith('/base/'), url.href);
      assert.match(method, /^[A-Z]+$/);
      assert.doesNotMatch(JSON.stringify(headers), /[\r\n]/);
    }
  }).timeout(60_000);
});
