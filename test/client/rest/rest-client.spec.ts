import assert from 'node:assert/strict';
import { Opened } from '../../support/closing';
import { failureOf, ochnoError } from '../../support/ochno-errors';
import { inTurn, startRestAccount } from '../../support/rest-account';

const opened = new Opened();
const get = { method: 'GET', path: '/api/companies' };

describe('the REST client', () => {
  afterEach(() => opened.close());

  it('logs in and sends what the platform documents', async () => {
    const { rest, server } = await startRestAccount(
      opened,
      inTurn({ body: [{ id: 'a' }], headers: { 'x-more': '1' } }),
    );
    const response = await rest.request({ method: 'get', path: 'api/companies', query: { ids: ['a', 'b'] } });
    assert.deepEqual(response.body, [{ id: 'a' }]);
    assert.deepEqual(
      [response.statusCode, response.method, response.path, response.headers['x-more']],
      [200, 'GET', '/api/companies', '1'],
    );
    assert.deepEqual(server.lines, ['POST /auth/jwt', 'GET /api/companies?ids=a&ids=b']);
    const { headers, body } = server.seen[1] ?? assert.fail('no call');
    assert.deepEqual(
      [headers.authorization, headers.accept, headers['content-type'], body],
      ['JWT session-token-1', 'application/json', undefined, ''],
    );
  });

  it('C15: sends bodies with POST, PUT, PATCH and DELETE, and never with GET', async () => {
    const { rest, calls } = await startRestAccount(opened, inTurn({ body: {} }));
    for (const method of ['POST', 'PUT', 'PATCH', 'GET', 'DELETE']) {
      await rest.request({ method, path: '/x', body: { name: 'Åsa' } });
    }
    const json = '{"name":"Åsa"}';
    assert.deepEqual(
      calls().map(({ body }) => body),
      [json, json, json, '', json],
    );
    assert.equal(calls()[0]?.headers['content-type'], 'application/json');
    assert.equal(calls()[3]?.headers['content-type'], undefined);
  });

  it('says nothing of the kind of a body that is not there', async () => {
    const { rest, calls } = await startRestAccount(opened, inTurn({ body: {} }));
    for (const method of ['POST', 'PUT', 'PATCH']) await rest.request({ method, path: '/x' });
    assert.deepEqual(
      calls().map(({ body, headers }) => [body, headers['content-type'], headers['content-length']]),
      Array(3).fill(['', undefined, '0']),
    );
  });

  it('sends an ETag back as it came', async () => {
    const etag = '"an older version"';
    const { rest, calls } = await startRestAccount(opened, inTurn({ headers: { etag }, body: {} }));
    const { headers } = await rest.request(get);
    await rest.request({ method: 'PUT', path: '/x', body: {}, ifMatch: String(headers.etag) });
    assert.equal(calls()[1]?.headers['if-match'], etag);
  });

  it('works under a sub-path', async () => {
    const { rest, server } = await startRestAccount(opened, inTurn({ body: [] }), { subPath: '/ochno' });
    assert.equal((await rest.request(get)).path, '/api/companies');
    assert.deepEqual(server.lines, ['POST /ochno/auth/jwt', 'GET /ochno/api/companies']);
  });

  const refused: [request: object, says: RegExp][] = [
    [{ method: 'TRACE' }, /^method/],
    [{ method: 'GET /x HTTP/1.1\r\nX: y' }, /^method/],
    [{ method: '' }, /^method/],
    [{ path: 'https://evil.example/' }, /^path/],
    [{ path: '/api/../auth/jwt' }, /^path/],
    [{ query: { a: {} } }, /^query/],
    [{ method: 'POST', body: () => 1 }, /^body/],
    [{ method: 'POST', body: 5n }, /^body/],
    [{ method: 'POST', body: Number.NaN }, /^body.*it is NaN/],
    [{ method: 'PUT', ifMatch: '"a"\r\nX: y' }, /^ifMatch/],
    [{ method: 'POST', all: true }, /^all/],
    [{ timeoutMs: 0 }, /^timeout/],
    [{ timeoutMs: Number.NaN }, /^timeout/],
    [{ timeoutMs: -1 }, /^timeout/],
  ];

  for (const [request, says] of refused) {
    it(`refuses ${Object.keys(request).join(' and ')} ${String(Object.values(request)[0]).slice(0, 20).trim()} and sends nothing`, async () => {
      const { rest, server } = await startRestAccount(opened, inTurn({}));
      await assert.rejects(rest.request({ ...get, ...request }), ochnoError('OCHNO_VALUE', says));
      assert.deepEqual(server.lines, []);
    });
  }

  it('refuses a body that goes round in a circle', async () => {
    const { rest } = await startRestAccount(opened, inTurn({}));
    const body: Record<string, unknown> = {};
    body.self = body;
    await assert.rejects(rest.request({ method: 'POST', path: '/x', body }), ochnoError('OCHNO_VALUE', /^body/));
  });

  it('C4: sends bytes as they are and JSON text as the JSON it is', async () => {
    const { rest, calls } = await startRestAccount(opened, inTurn({ body: {} }));
    const bodies = [Buffer.from('bytes'), '{"a": 1152921504606846977}', '[1]', 'plain', '5'];
    for (const body of bodies) await rest.request({ method: 'POST', path: '/x', body });
    assert.deepEqual(
      calls().map(({ body, headers }) => [body, headers['content-type']]),
      [
        ['bytes', 'application/octet-stream'],
        ['{"a": 1152921504606846977}', 'application/json'],
        ['[1]', 'application/json'],
        ['"plain"', 'application/json'],
        ['5', 'application/json'],
      ],
    );
  });

  for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
    it(`C13: a ${method} never meets a connection that the server is closing`, async () => {
      const { rest, calls } = await startRestAccount(opened, inTurn({ body: 'ok' }));
      for (let time = 0; time < 3; time += 1) {
        await rest.request({ method, path: '/x', body: {} });
        await rest.request(get);
      }
      const connections = new Map(calls().map((call) => [call.method, call.headers.connection]));
      assert.deepEqual([...connections.values()], ['close', 'keep-alive']);
    });
  }

  it('tells of every good answer', async () => {
    let heard = 0;
    const onAnswer = (): void => {
      heard += 1;
    };
    const { rest } = await startRestAccount(opened, inTurn({ body: [] }, { status: 404 }), { onAnswer });
    await rest.request(get);
    await failureOf(() => rest.request(get));
    assert.equal(heard, 1);
  });
});
