import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { HttpAnswer, HttpRequest } from '../../../src/client/rest/http-exchange';
import { Session } from '../../../src/client/rest/log-in';
import { ResourceClient } from '../../../src/client/rest/resource-client';
import { RestClient } from '../../../src/client/rest/rest-client';
import type { RestRequest, RestResponse } from '../../../src/client/rest/rest-request';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import { FakeClock } from '../../support/fake-clock';
import { failureOf, ochnoError } from '../../support/ochno-errors';

const nowMs = Date.UTC(2025, 0, 15, 12);

/** A resource client over one that answers `body` to everything and keeps what it was asked. */
function setUp(body: unknown = {}): { resources: ResourceClient; requests: RestRequest[] } {
  const requests: RestRequest[] = [];
  const rest = {
    request: async (request: RestRequest): Promise<RestResponse> => {
      requests.push(request);
      return { statusCode: 200, headers: {}, body, method: request.method, path: request.path };
    },
  };
  return { resources: new ResourceClient(rest, { clock: new FakeClock(nowMs) }), requests };
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
      ['{"name":"x"}', /; a JSON node/],
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
      resources.call({ ...call, resource: 'metrics', shape: 'chart' }),
      ochnoError('OCHNO_VALUE', /^shape/),
    );
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
    const session = new Session({ http, email: 'e', password: 'p', clock, random });
    const resources = new ResourceClient(new RestClient({ http, session, clock, random }), { clock, random });
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

describe('the update of an object', () => {
  interface Stored {
    name: string;
    site?: string | undefined;
    tag: number;
  }

  /** One object behind a REST client of one request at a time, with ETags of the given kind. */
  function store(
    tags: 'strong' | 'weak' | 'none',
    onRead: (object: Stored) => void = () => undefined,
  ): { rest: { request(request: RestRequest): Promise<RestResponse> }; object: Stored; lines: string[] } {
    const object: Stored = { name: 'old', site: 'kept', tag: 1 };
    const lines: string[] = [];
    const etag = (): string => `${tags === 'weak' ? 'W/' : ''}"${object.tag}"`;
    const request = async ({ method, path, body, ifMatch }: RestRequest): Promise<RestResponse> => {
      lines.push(ifMatch === undefined ? method : `${method} ${ifMatch}`);
      await Promise.resolve();
      const { tag: _, ...present } = object;
      if (method === 'GET') {
        const read = { statusCode: 200, headers: tags === 'none' ? {} : { etag: etag() }, body: present, method, path };
        onRead(object);
        return read;
      }
      if (ifMatch !== undefined && (ifMatch.startsWith('W/') || ifMatch !== etag())) {
        throw new OchnoError('OCHNO_HTTP', 'changed', { statusCode: 412 });
      }
      for (const key of Object.keys(object)) if (key !== 'tag') Reflect.deleteProperty(object, key);
      Object.assign(object, body, { tag: object.tag + 1 });
      return { statusCode: 200, headers: {}, body, method, path };
    };
    return { rest: { request }, object, lines };
  }

  const update = (body: object): { resource: string; operation: string; id: string; body: object } => ({
    resource: 'companies',
    operation: 'update',
    id: 'a',
    body,
  });
  const quick = { random: (): number => 0 };

  it('reads, merges and puts the whole back', async () => {
    const { rest, object, lines } = store('none');
    const response = await new ResourceClient(rest, quick).call(update({ name: 'new', more: { a: 1, b: null } }));
    assert.deepEqual(object, { name: 'new', site: 'kept', more: { a: 1 }, tag: 2 });
    assert.deepEqual(
      [response.method, response.path, response.body],
      ['PUT', '/api/companies/a', { name: 'new', site: 'kept', more: { a: 1 } }],
    );
    assert.deepEqual(lines, ['GET', 'PUT']);
  });

  it('says which version it changes where the platform gives ETags', async () => {
    const { rest, lines } = store('strong');
    await new ResourceClient(rest, quick).call(update({ name: 'new' }));
    assert.deepEqual(lines, ['GET', 'PUT "1"']);
  });

  it('merges anew when somebody else was quicker', async () => {
    let interfered = false;
    const { rest, object, lines } = store('strong', (stored) => {
      if (interfered) return;
      interfered = true;
      stored.site = 'theirs';
      stored.tag = 7;
    });
    await new ResourceClient(rest, quick).call(update({ name: 'ours' }));
    assert.deepEqual(object, { name: 'ours', site: 'theirs', tag: 8 });
    assert.deepEqual(lines, ['GET', 'PUT "1"', 'GET', 'PUT "7"']);
  });

  it('loses neither change when two clients update at once', async () => {
    const { rest, object } = store('strong');
    const clients = [new ResourceClient({ ...rest }, quick), new ResourceClient({ ...rest }, quick)];
    await Promise.all([clients[0]?.call(update({ name: 'first' })), clients[1]?.call(update({ site: 'second' }))]);
    assert.deepEqual(object, { name: 'first', site: 'second', tag: 3 });
  });

  it('loses no change through one account, even without ETags', async () => {
    const { rest, object, lines } = store('none');
    const bodies = [{ name: 'first' }, { site: 'second' }, { third: 3 }];
    await Promise.all(bodies.map((body) => new ResourceClient(rest, quick).call(update(body))));
    assert.deepEqual(object, { name: 'first', site: 'second', third: 3, tag: 4 });
    assert.deepEqual(lines, ['GET', 'PUT', 'GET', 'PUT', 'GET', 'PUT']);
  });

  it('does without If-Match where the platform refuses its own weak ETags', async () => {
    const { rest, object, lines } = store('weak');
    await new ResourceClient(rest, quick).call(update({ name: 'new' }));
    assert.equal(object.name, 'new');
    assert.deepEqual(lines, ['GET', 'PUT W/"1"', 'GET', 'PUT']);
  });

  it('gives up with 412 when others never stop', async () => {
    const { rest, lines } = store('strong', (stored) => {
      stored.tag += 1;
    });
    const error = await failureOf(() => new ResourceClient(rest, quick).call(update({ name: 'new' })));
    assert.deepEqual([error.code, error.statusCode, lines.length], ['OCHNO_HTTP', 412, 16]);
  });

  it('fails as its parts do, and lets the next one go on', async () => {
    let fail = true;
    const { rest, object } = store('none', () => {
      if (!fail) return;
      fail = false;
      throw new OchnoError('OCHNO_HTTP', 'gone', { statusCode: 404, cause: { statusCode: 404 } });
    });
    const client = new ResourceClient(rest, quick);
    const first = client.call(update({ name: 'first' }));
    const second = client.call(update({ name: 'second' }));
    await assert.rejects(first, ochnoError('OCHNO_HTTP', /gone/));
    await second;
    assert.equal(object.name, 'second');
  });

  it('changes nothing but objects', async () => {
    for (const body of ['text', '', [], null, 5]) {
      const { resources, requests } = setUp(body);
      await assert.rejects(resources.call(update({ name: 'new' })), ochnoError('OCHNO_HTTP', /no object/));
      assert.equal(requests.length, 1);
    }
  });

  it('ends at its deadline, and when it is given up, waiting for its turn too', async () => {
    const clock = new FakeClock();
    const rest = { request: (): Promise<RestResponse> => new Promise(() => undefined) };
    const client = new ResourceClient(rest, { clock, random: () => 0 });
    const stop = new AbortController();
    void client.call({ ...update({ name: 'a' }), timeoutMs: 1e9 });
    const late = failureOf(() => client.call({ ...update({ name: 'b' }), timeoutMs: 1000 }));
    const stopped = failureOf(() => client.call({ ...update({ name: 'c' }), signal: stop.signal }));
    await clock.advance(1000);
    stop.abort();
    assert.deepEqual([(await late).code, (await stopped).code], ['OCHNO_TIMEOUT', 'OCHNO_CLOSED']);
  });
});
