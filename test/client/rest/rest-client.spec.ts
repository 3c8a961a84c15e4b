import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { Opened } from '../../support/closing';
import { eventually } from '../../support/eventually';
import { FakeClock, settle } from '../../support/fake-clock';
import { type Handler, type Reply, startLocalServer } from '../../support/local-server';
import { failureOf, ochnoError } from '../../support/ochno-errors';
import { inTurn, restClientFor, startRestAccount } from '../../support/rest-account';

const opened = new Opened();
const get = { method: 'GET', path: '/api/companies' };

/** Lets time pass until a promise is settled. */
async function pass<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {
      settled = true;
    },
  );
  while (!settled) await clock.advance(clock.timers > 0 ? 10 : 0);
  return promise;
}

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

  const bodies: [what: string, reply: Reply, body: unknown][] = [
    ['JSON', { body: { a: [1] } }, { a: [1] }],
    ['JSON with a byte order mark', { body: Buffer.from('\ufeff{"a":1}') }, { a: 1 }],
    [
      'JSON of another kind',
      { headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body: '{"a":1}' },
      { a: 1 },
    ],
    ['text', { body: 'just text' }, 'just text'],
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<p>{}</p>' }, '<p>{}</p>'],
    ['nothing', { status: 204 }, ''],
    ['an empty body', { body: Buffer.alloc(0) }, ''],
    ['compressed JSON', { headers: { 'content-encoding': 'gzip' }, body: gzipSync('{"a":1}') }, { a: 1 }],
  ];
  for (const [what, reply, body] of bodies) {
    it(`reads ${what}`, async () => {
      const { rest } = await startRestAccount(opened, inTurn(reply));
      assert.deepEqual((await rest.request(get)).body, body);
    });
  }

  it('drops what would reach a prototype', async () => {
    const { rest } = await startRestAccount(
      opened,
      inTurn({ body: Buffer.from('{"__proto__":{"polluted":1},"a":1}') }),
    );
    assert.equal(JSON.stringify((await rest.request(get)).body), '{"a":1}');
  });

  for (const body of ['{"a":', '[1,2', 'garbage', '['.repeat(20_000)]) {
    it(`refuses JSON that is none: ${body.slice(0, 10)}`, async () => {
      const { rest } = await startRestAccount(opened, inTurn({ body: Buffer.from(body) }));
      const error = await failureOf(() => rest.request(get));
      assert.deepEqual([error.code, error.statusCode], ['OCHNO_HTTP', 200]);
      assert.match(error.message, /GET \/api\/companies, .*not readable JSON/);
    });
  }

  const charsets: [type: string, body: Buffer, read: unknown][] = [
    ['text/plain; charset=ISO-8859-1', Buffer.from('Grüße', 'latin1'), 'Grüße'],
    ['text/plain; charset="windows-1252"', Buffer.from([0x80]), '€'],
    ['application/json; charset=iso-8859-1', Buffer.from('{"a":"Grüße"}', 'latin1'), { a: 'Grüße' }],
    ['application/json', Buffer.from('\ufeff{"a":1}'), { a: 1 }],
    ['application/json', Buffer.from('\ufeff{"a":1}', 'utf16le'), { a: 1 }],
    ['text/csv', Buffer.from('\ufeffa,b'), 'a,b'],
    ['text/plain; charset=nobody-knows', Buffer.from('å'), 'å'],
    ['application/problem+json', Buffer.from('[1]'), [1]],
    ['image/svg+xml', Buffer.from('<svg/>'), '<svg/>'],
  ];
  for (const [type, body, read] of charsets) {
    it(`C14: reads ${type} of ${body.length} bytes as ${JSON.stringify(read)}`, async () => {
      const { rest } = await startRestAccount(opened, inTurn({ body, headers: { 'content-type': type } }));
      assert.deepEqual((await rest.request(get)).body, read);
    });
  }

  it('C4: gives what is neither JSON nor text as its bytes', async () => {
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0x00]);
    for (const type of ['image/png', 'application/octet-stream', 'application/pdf', 'audio/mpeg']) {
      const { rest } = await startRestAccount(opened, inTurn({ body: bytes, headers: { 'content-type': type } }));
      const { body } = await rest.request(get);
      assert.ok(Buffer.isBuffer(body) && body.equals(bytes), type);
    }
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

  it('E3: reads no more values than it may, in one answer or in all pages of it', async () => {
    const many = Buffer.from(`[${'[],'.repeat(1_600_000)}[]]`);
    const reply = (next: boolean) => ({
      body: many,
      headers: { 'content-type': 'application/json', ...(next ? { link: '<?p=2>; rel=next' } : {}) },
    });
    for (const replies of [[reply(false)], [reply(true), reply(false)]]) {
      const { rest } = await startRestAccount(opened, inTurn(...replies));
      const error = await failureOf(() => rest.request({ ...get, all: replies.length > 1 }));
      assert.equal(error.code, 'OCHNO_HTTP');
      assert.match(error.message, /3000000 values|100000 items/);
    }
  });

  it('keeps cookies to itself', async () => {
    const { rest } = await startRestAccount(opened, inTurn({ headers: { 'set-cookie': ['sid=secret'] }, body: [] }));
    assert.equal('set-cookie' in (await rest.request(get)).headers, false);
  });

  it('keeps what is about the connection to itself, which an HTTP response node would pass on', async () => {
    const { rest } = await startRestAccount(opened, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', trailer: 'x-sum', etag: '"a"' });
      response.write('[1]');
      response.end();
      return undefined;
    });
    const { date, ...headers } = (await rest.request(get)).headers;
    assert.equal(typeof date, 'string');
    assert.deepEqual(headers, { 'content-type': 'application/json', etag: '"a"' });
  });

  describe('errors', () => {
    it("carry status, answer and the platform's own words, escaped and shortened", async () => {
      const message = `No such company\r\nforged ${'x'.repeat(300)}`;
      const { rest } = await startRestAccount(opened, inTurn({ status: 404, body: { message } }));
      const error = await failureOf(() => rest.request(get));
      assert.deepEqual([error.code, error.statusCode, error.retryable], ['OCHNO_HTTP', 404, false]);
      assert.deepEqual(error.response, { message });
      assert.deepEqual(error.cause, { statusCode: 404, response: { message } });
      assert.match(
        error.message,
        /^The platform answered 404 to GET \/api\/companies: "No such company forged x+…" \(check the id and the path\)\.$/,
      );
    });

    const words: [body: unknown, said: string][] = [
      ['plain words', 'plain words'],
      [{ error: 'words' }, 'words'],
      [{ error: { message: 'words' } }, 'words'],
      [{ errors: [{ msg: 'words' }, {}] }, 'words'],
      [{ errors: ['words'] }, 'words'],
      [{ detail: 'words' }, 'words'],
      ['<html><head><title>502 Bad\nGateway</title></head></html>', '502 Bad Gateway'],
    ];
    for (const [body, said] of words) {
      it(`find the platform's words in ${JSON.stringify(body)}`, async () => {
        const { rest } = await startRestAccount(opened, inTurn({ status: 400, body }));
        assert.ok((await failureOf(() => rest.request(get))).message.includes(JSON.stringify(said)));
      });
    }

    for (const body of ['', '<p>no title</p>', {}, [], { message: 5 }, Buffer.from('{"mess')]) {
      it(`do without words: ${Buffer.isBuffer(body) ? 'broken JSON' : JSON.stringify(body)}`, async () => {
        const { rest } = await startRestAccount(opened, inTurn({ status: 403, body }));
        const error = await failureOf(() => rest.request(get));
        assert.deepEqual([error.statusCode, error.reason], [403, 'forbidden']);
      });
    }

    it('never hold the token, even if the platform sends it back', async () => {
      const { rest } = await startRestAccount(opened, (request) => ({
        status: 500,
        body: { message: `bad ${request.headers.authorization}`, sent: request.headers },
      }));
      const error = await failureOf(() => rest.request({ method: 'POST', path: '/x', body: {} }));
      const all = [
        error.message,
        error.stack,
        JSON.stringify(error),
        JSON.stringify(error.cause),
        JSON.stringify(error.response),
      ].join();
      assert.doesNotMatch(all, /session-token-/);
      assert.match(error.message, /its answer repeats what was sent and is not shown/);
    });

    it('of the network say why, and hold no request', async () => {
      const { rest, server, logIn, clock } = await startRestAccount(opened, inTurn({}));
      await logIn.token();
      await server.close();
      const error = await pass(
        clock,
        failureOf(() => rest.request(get)),
      );
      assert.deepEqual([error.code, error.reason, error.retryable], ['OCHNO_NETWORK', 'refused', true]);
      assert.match(error.message, /No answer from 127\.0\.0\.1:\d+ to GET \/api\/companies.*\(ECONNREFUSED\)/);
      assert.ok(error.cause instanceof Error && Reflect.get(error.cause, 'code') === 'ECONNREFUSED');
      assert.deepEqual(Object.keys(error.cause), ['code']);
    });
  });

  describe('a 401', () => {
    it('leads to one new log-in and one more try, with POST too', async () => {
      for (const method of ['GET', 'POST']) {
        const { rest, server, calls } = await startRestAccount(opened, inTurn({ status: 401 }, { body: 'ok' }));
        assert.equal((await rest.request({ method, path: '/x', body: { a: 1 } })).body, 'ok');
        assert.deepEqual(server.lines, ['POST /auth/jwt', `${method} /x`, 'POST /auth/jwt', `${method} /x`]);
        assert.deepEqual(
          calls().map(({ headers }) => headers.authorization),
          ['JWT session-token-1', 'JWT session-token-2'],
        );
        assert.equal(calls()[0]?.body, calls()[1]?.body);
      }
    });

    it('that stays is OCHNO_HTTP', async () => {
      const { rest, server } = await startRestAccount(opened, inTurn({ status: 401, body: { message: 'no' } }));
      const error = await failureOf(() => rest.request(get));
      assert.deepEqual([error.code, error.statusCode], ['OCHNO_HTTP', 401]);
      assert.deepEqual(server.lines, ['POST /auth/jwt', 'GET /api/companies', 'POST /auth/jwt', 'GET /api/companies']);
    });

    it('that stayed is believed for a minute, so that the account is not locked', async () => {
      const { rest, server, clock } = await startRestAccount(opened, inTurn({ status: 401 }));
      const logIns = (): number => server.lines.filter((line) => line === 'POST /auth/jwt').length;
      for (let time = 0; time < 5; time += 1) await failureOf(() => rest.request(get));
      assert.equal(logIns(), 2);
      await clock.advance(60_000);
      await failureOf(() => rest.request(get));
      assert.equal(logIns(), 3);
    });

    it('of another call is no reason to believe one: the token may have been taken back since', async () => {
      const isGood = new Set(['JWT session-token-2', 'JWT session-token-3']);
      const { rest, server } = await startRestAccount(opened, ({ url, headers }) =>
        url !== '/forbidden' && isGood.has(headers.authorization ?? '') ? { body: 'ok' } : { status: 401 },
      );
      const forbidden = { method: 'GET', path: '/forbidden' };
      assert.equal((await failureOf(() => rest.request(forbidden))).statusCode, 401);
      assert.equal((await rest.request(get)).body, 'ok');
      isGood.delete('JWT session-token-2');
      assert.equal((await failureOf(() => rest.request(forbidden))).statusCode, 401);
      assert.equal((await rest.request(get)).body, 'ok');
      assert.equal(server.lines.filter((line) => line === 'POST /auth/jwt').length, 3);
    });

    it('of ever new calls leads to five new log-ins a minute at most', async () => {
      const { rest, server } = await startRestAccount(opened, inTurn({ status: 401 }));
      for (let id = 0; id < 20; id += 1) await failureOf(() => rest.request({ ...get, path: `/api/ports/${id}` }));
      assert.equal(server.lines.filter((line) => line === 'POST /auth/jwt').length, 6);
    });

    it('C10: is not believed of a call that has worked with this token, however many are forbidden', async () => {
      let good = 'JWT session-token-1';
      const { rest, server } = await startRestAccount(opened, ({ url, headers }) =>
        url === '/good' && headers.authorization === good ? { body: 'ok' } : { status: 401 },
      );
      const ask = (path: string) => rest.request({ method: 'GET', path });
      await ask('/good');
      for (const path of ['/1', '/2', '/3', '/4', '/5']) {
        await failureOf(() => ask(path));
        good = `JWT session-token-${server.lines.filter((line) => line === 'POST /auth/jwt').length}`;
        await ask('/good');
      }
      const before = server.lines.length;
      good = `JWT session-token-${server.lines.filter((line) => line === 'POST /auth/jwt').length + 1}`;
      assert.equal((await ask('/good')).body, 'ok');
      assert.deepEqual(server.lines.slice(before), ['GET /good', 'POST /auth/jwt', 'GET /good']);
      await failureOf(() => ask('/6'));
      assert.deepEqual(server.lines.slice(before + 3), ['GET /6']);
    });

    it('C10: that passes is forgotten as soon as the call works', async () => {
      let passing = 2;
      let good = '';
      const { rest, server } = await startRestAccount(opened, ({ headers }) => {
        passing -= 1;
        if (passing >= 0) return { status: 401 };
        return good === '' || headers.authorization === good ? { body: 'ok' } : { status: 401 };
      });
      await failureOf(() => rest.request(get));
      await rest.request(get);
      good = 'JWT session-token-3';
      assert.equal((await rest.request(get)).body, 'ok');
      assert.equal(server.lines.filter((line) => line === 'POST /auth/jwt').length, 3);
    });

    it('of several calls at once leads to one new log-in for all', async () => {
      const { rest, server } = await startRestAccount(opened, ({ headers }) =>
        headers.authorization === 'JWT session-token-1' ? { status: 401 } : { body: 'ok' },
      );
      const all = await Promise.all([1, 2, 3, 4, 5, 6].map(() => rest.request(get)));
      assert.deepEqual(
        all.map(({ body }) => body),
        Array(6).fill('ok'),
      );
      assert.equal(server.lines.filter((line) => line === 'POST /auth/jwt').length, 2);
    });
  });

  describe('retries', () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      it(`${method} after network faults and 5xx`, async () => {
        const { rest, calls, clock } = await startRestAccount(
          opened,
          inTurn('hang up', { status: 500 }, { status: 502 }, { body: 'ok' }),
        );
        const response = await pass(clock, rest.request({ method, path: '/x', body: { a: 1 } }));
        assert.equal(response.body, 'ok');
        assert.equal(calls().filter((call) => call.method === method).length, method === 'PUT' ? 2 : 4);
        assert.ok(clock.monotonicMs() >= 1500);
      });
    }

    for (const method of ['POST', 'PATCH']) {
      for (const reply of [
        'hang up',
        { status: 500 },
        { status: 503, headers: { 'retry-after': '1' } },
        { status: 429, headers: { 'retry-after': '1' } },
      ] as const) {
        it(`never send ${method} twice, not after ${JSON.stringify(reply)} either`, async () => {
          const { rest, calls, clock } = await startRestAccount(opened, inTurn(reply, { body: 'ok' }));
          const error = await pass(
            clock,
            failureOf(() => rest.request({ method, path: '/x', body: {} })),
          );
          assert.match(error.code, /^OCHNO_(NETWORK|HTTP)$/);
          assert.equal(calls().length, 1);
        });
      }
    }

    for (const status of [429, 503]) {
      it(`obey Retry-After on ${status}, in seconds and as a date`, async () => {
        const date = new Date(Date.now() + 4000).toUTCString();
        const replies = [
          { status, headers: { 'retry-after': '3' } },
          { status, headers: { 'retry-after': date, date: new Date().toUTCString() } },
          { body: 'ok' },
        ];
        const { rest, calls, clock } = await startRestAccount(opened, inTurn(...replies));
        assert.equal((await pass(clock, rest.request(get))).body, 'ok');
        assert.equal(calls().length, 3);
        assert.ok(clock.monotonicMs() >= 6000, String(clock.monotonicMs()));
      });
    }

    it('do not wait for what lies beyond the deadline', async () => {
      const { rest, calls, clock } = await startRestAccount(
        opened,
        inTurn({ status: 429, headers: { 'retry-after': '99999999' } }),
      );
      const error = await failureOf(() => rest.request({ ...get, timeoutMs: 5000 }));
      assert.deepEqual([error.code, error.statusCode, error.retryable], ['OCHNO_HTTP', 429, true]);
      assert.equal(calls().length, 1);
      assert.equal(clock.timers, 0);
    });

    it('end with the last failure', async () => {
      const { rest, calls, clock } = await startRestAccount(
        opened,
        inTurn({ status: 500, body: { message: 'broken' } }),
      );
      const error = await pass(
        clock,
        failureOf(() => rest.request({ ...get, timeoutMs: 600_000 })),
      );
      assert.deepEqual([error.statusCode, calls().length], [500, 5]);
      assert.match(error.message, /"broken"/);
    });

    it('obey the Retry-After of the log-in too', async () => {
      const server = opened.add(
        await startLocalServer(
          inTurn(
            { status: 429, headers: { 'retry-after': '20' } },
            { body: { token: 'session-token-1' } },
            { body: 'ok' },
          ),
        ),
      );
      const clock = new FakeClock(Date.now());
      const { rest } = restClientFor(opened, server.url, clock);
      assert.equal((await pass(clock, rest.request({ ...get, timeoutMs: 30_000 }))).body, 'ok');
      assert.deepEqual(server.lines, ['POST /auth/jwt', 'POST /auth/jwt', 'GET /api/companies']);
    });

    it('include the log-in', async () => {
      const handler = inTurn('hang up', { status: 503 }, { body: { token: 'abc' } }, { body: 'ok' });
      const server = opened.add(await startLocalServer(handler));
      const clock = new FakeClock();
      const { rest } = restClientFor(opened, server.url, clock);
      assert.equal((await pass(clock, rest.request(get))).body, 'ok');
      const logIn = 'POST /auth/jwt';
      assert.deepEqual(server.lines, [logIn, logIn, logIn, 'GET /api/companies']);
    });

    it('leave a refused log-in alone', async () => {
      const server = opened.add(await startLocalServer(inTurn({ status: 401, body: {} })));
      const { rest } = restClientFor(opened, server.url, new FakeClock());
      for (const method of ['GET', 'POST']) {
        assert.equal((await failureOf(() => rest.request({ ...get, method }))).code, 'OCHNO_LOGIN');
      }
      assert.equal(server.lines.length, 1);
    });
  });

  describe('a change whose answer is lost', () => {
    const putAway = { method: 'PUT', path: '/api/hubs/a', body: { name: 'ours' } };

    /** One object; the answers to the first so many changes are lost, after `change` was carried out. */
    const losing = (lost: number, change: (method: string, body: string) => void, read: () => unknown): Handler => {
      let changes = 0;
      return ({ method, body }, response) => {
        if (method === 'GET') return { body: read() };
        changes += 1;
        change(method, body);
        if (changes > lost) return method === 'DELETE' ? { status: 204 } : { body: read() };
        response.destroy();
        return undefined;
      };
    };

    it('C2: a DELETE that is repeated and finds nothing has succeeded', async () => {
      let deletes = 0;
      const { rest, clock } = await startRestAccount(opened, (_, response) => {
        deletes += 1;
        if (deletes > 1) return { status: 404, body: { message: 'There is no "a"' } };
        response.destroy();
        return undefined;
      });
      const response = await pass(clock, rest.request({ method: 'DELETE', path: '/api/hubs/a' }));
      assert.deepEqual([response.statusCode, response.body, deletes], [204, '', 2]);
    });

    it('C2: a DELETE of what was never there is told as that', async () => {
      const { rest } = await startRestAccount(opened, inTurn({ status: 404, body: {} }));
      assert.equal((await failureOf(() => rest.request({ method: 'DELETE', path: '/api/hubs/a' }))).statusCode, 404);
    });

    it('C2: a PUT that was carried out has succeeded, and is not sent again', async () => {
      let object: unknown = { name: 'old' };
      const write = (_: string, body: string): void => {
        object = { ...JSON.parse(body), more: 1 };
      };
      const { rest, clock, calls } = await startRestAccount(
        opened,
        losing(1, write, () => object),
      );
      const response = await pass(clock, rest.request(putAway));
      assert.deepEqual([response.statusCode, response.body], [200, { name: 'ours', more: 1 }]);
      assert.equal(calls().filter(({ method }) => method === 'PUT').length, 1);
    });

    it('C2: a PUT does not overwrite what another wrote meanwhile: its outcome is not known', async () => {
      let object: unknown = { name: 'old' };
      const overtaken = (): void => {
        object = { name: 'theirs' };
      };
      const { rest, clock } = await startRestAccount(
        opened,
        losing(1, overtaken, () => object),
      );
      const error = await failureOf(() => pass(clock, rest.request(putAway)));
      assert.deepEqual([error.code, object], ['OCHNO_TIMEOUT', { name: 'theirs' }]);
      assert.match(error.message, /outcome|not known/);
    });

    it('C2: a PUT that knows what it replaces is sent again where nothing has changed', async () => {
      let object: unknown = { name: 'old' };
      let changes = 0;
      const secondTime = (_: string, body: string): void => {
        changes += 1;
        if (changes === 2) object = JSON.parse(body);
      };
      const { rest, clock } = await startRestAccount(
        opened,
        losing(1, secondTime, () => object),
      );
      await pass(clock, rest.request({ ...putAway, replaces: { name: 'old' } }));
      assert.deepEqual(object, { name: 'ours' });
    });

    it('C2: says of a POST that it is not known whether it was carried out', async () => {
      const { rest, calls } = await startRestAccount(opened, inTurn('hang up'));
      const error = await failureOf(() => rest.request({ method: 'POST', path: '/x', body: {} }));
      assert.match(error.message, /whether it was carried out is not known/);
      assert.equal(calls().length, 1);
    });
  });

  it('C13: a POST never meets a connection that the server is closing', async () => {
    const { rest, server } = await startRestAccount(opened, inTurn({ body: 'ok' }));
    const ports = new Set<string>();
    for (let time = 0; time < 5; time += 1) {
      await rest.request({ method: 'POST', path: '/x', body: {} });
      await rest.request(get);
    }
    for (const { method, headers } of server.seen) if (method === 'POST') ports.add(String(headers.connection));
    assert.deepEqual([...ports], ['close']);
  });

  it('C11: what commands, snapshots and lists read has turns of its own', async () => {
    const { rest, calls } = await startRestAccount(opened, ({ url }) =>
      url === '/state' ? { body: 'now' } : undefined,
    );
    const stop = new AbortController();
    const slow = Array.from({ length: 6 }, () => failureOf(() => rest.request({ ...get, signal: stop.signal })));
    await eventually(() => calls().length === 4);
    assert.equal((await rest.request({ method: 'GET', path: '/state', queue: 'state' })).body, 'now');
    stop.abort();
    await Promise.all(slow);
  });

  describe('the deadline', () => {
    it('ends a call that is not answered, and says so', async () => {
      const { rest, calls, clock } = await startRestAccount(opened, inTurn('silent'));
      const call = failureOf(() => rest.request({ ...get, timeoutMs: 2000 }));
      await eventually(() => calls().length === 1);
      await clock.advance(2000);
      const error = await call;
      assert.deepEqual([error.code, error.reason, error.retryable], ['OCHNO_TIMEOUT', 'timeout', true]);
      assert.match(error.message, /GET \/api\/companies had no answer within 2 s/);
      assert.equal(clock.timers, 0);
    });

    it('says of a change that its outcome is not known', async () => {
      const { rest, calls, clock } = await startRestAccount(opened, inTurn('silent'));
      const call = failureOf(() => rest.request({ method: 'POST', path: '/x', timeoutMs: 2000 }));
      await eventually(() => calls().length === 1);
      await clock.advance(2000);
      assert.match((await call).message, /whether it was carried out is not known/);
    });

    it('counts an answer that drips', async () => {
      const { rest, calls, clock } = await startRestAccount(opened, (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('[');
        return undefined;
      });
      const call = failureOf(() => rest.request({ ...get, timeoutMs: 2000 }));
      await eventually(() => calls().length === 1);
      await clock.advance(2000);
      assert.equal((await call).code, 'OCHNO_TIMEOUT');
    });

    it('counts the waiting for a turn and for a log-in', async () => {
      const { rest, server, clock } = await startRestAccount(opened, inTurn('silent'));
      const timeouts = [2000, 2000, 2000, 2000, 1000, 1000];
      const calls = timeouts.map((timeoutMs) => failureOf(() => rest.request({ ...get, timeoutMs })));
      await eventually(() => server.lines.length === 5);
      await clock.advance(2000);
      assert.deepEqual(
        (await Promise.all(calls)).map(({ code }) => code),
        Array(6).fill('OCHNO_TIMEOUT'),
      );
      assert.equal(server.lines.length, 5);
    });

    it('does not say of a change that never went out that its outcome is not known', async () => {
      const server = opened.add(await startLocalServer(inTurn('silent')));
      const clock = new FakeClock(Date.now());
      const { rest } = restClientFor(opened, server.url, clock);
      const call = failureOf(() => rest.request({ method: 'POST', path: '/x', timeoutMs: 2000 }));
      await eventually(() => server.lines.length === 1);
      await clock.advance(2000);
      const error = await call;
      assert.deepEqual([error.code, error.retryable], ['OCHNO_TIMEOUT', true]);
      assert.match(error.message, /^POST \/x was not sent within 2 s: the log-in or other calls/);
    });
  });

  it('lets four calls run at once and the rest wait', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { rest, calls } = await startRestAccount(opened, async () => {
      await released;
      return { body: [] };
    });
    const all = Promise.all(Array.from({ length: 20 }, () => rest.request(get)));
    await eventually(() => calls().length === 4);
    await settle();
    assert.equal(calls().length, 4);
    release();
    await all;
    assert.equal(calls().length, 20);
  });

  it('lets an urgent call pass', async () => {
    const { rest, calls } = await startRestAccount(opened, ({ url }) =>
      url === '/urgent' ? { body: 'done' } : undefined,
    );
    const stop = new AbortController();
    const all = Array.from({ length: 6 }, () => failureOf(() => rest.request({ ...get, signal: stop.signal })));
    await eventually(() => calls().length === 4);
    assert.equal((await rest.request({ method: 'GET', path: '/urgent', queue: 'none' })).body, 'done');
    stop.abort();
    await Promise.all(all);
  });

  it('gives up calls whose signal is aborted, waiting ones too, and all when it is closed', async () => {
    const { rest, server, clock } = await startRestAccount(opened, inTurn('silent'));
    const stop = new AbortController();
    const all = [1, 2, 3, 4, 5].map((number) =>
      failureOf(() => rest.request(number === 5 ? { ...get, signal: stop.signal } : get)),
    );
    await eventually(() => server.lines.length === 5);
    stop.abort();
    assert.equal((await all[4])?.code, 'OCHNO_CLOSED');
    rest.close();
    for (const error of await Promise.all(all)) assert.equal(error.code, 'OCHNO_CLOSED');
    assert.equal((await failureOf(() => rest.request(get))).code, 'OCHNO_CLOSED');
    assert.equal(clock.timers, 0);
  });

  it('tells of every good answer', async () => {
    const { rest } = await startRestAccount(opened, inTurn({ body: [] }, { status: 404 }, { status: 204 }));
    let heard = 0;
    const off = rest.onAnswer(() => {
      heard += 1;
    });
    await rest.request(get);
    await failureOf(() => rest.request(get));
    assert.equal(heard, 1);
    off();
    await rest.request(get);
    assert.equal(heard, 1);
  });

  describe('the size of answers', () => {
    const large = JSON.stringify('x'.repeat(20_000));

    it('is limited', async () => {
      const { rest, calls } = await startRestAccount(opened, inTurn({ body: Buffer.from(large) }));
      const error = await failureOf(() => rest.request({ ...get, maxAnswerBytes: 10_240 }));
      assert.deepEqual([error.code, error.statusCode, error.cause], ['OCHNO_HTTP', 200, { statusCode: 200 }]);
      assert.match(error.message, /GET \/api\/companies is larger than 10 KiB; ask for less/);
      assert.equal(calls().length, 1);
      assert.equal((await rest.request({ ...get, maxAnswerBytes: 30_000 })).body, 'x'.repeat(20_000));
    });

    it('is limited after decompression, at 16 MB', async () => {
      const bomb = gzipSync(Buffer.alloc(17 * 1024 * 1024, 0x20));
      const { rest } = await startRestAccount(opened, inTurn({ headers: { 'content-encoding': 'gzip' }, body: bomb }));
      await assert.rejects(rest.request(get), ochnoError('OCHNO_HTTP', /larger than 16384 KiB/));
    });
  });

  it('takes an answer that is shorter than it said for a network fault', async () => {
    const { rest, clock, calls } = await startRestAccount(opened, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('[1]', () => response.destroy());
      return undefined;
    });
    const error = await pass(
      clock,
      failureOf(() => rest.request(get)),
    );
    assert.equal(error.code, 'OCHNO_NETWORK');
    assert.equal(calls().length, 5);
  });

  describe('redirects', () => {
    it('are followed for GET on the same origin', async () => {
      const { rest, server } = await startRestAccount(opened, ({ url }) =>
        url === '/api/new?x=1' ? { body: 'here' } : { status: 301, headers: { location: '/api/new?x=1#part' } },
      );
      assert.equal((await rest.request(get)).body, 'here');
      assert.deepEqual(server.lines.slice(1), ['GET /api/companies', 'GET /api/new?x=1']);
      assert.equal(server.seen[2]?.headers.authorization, 'JWT session-token-1');
    });

    it('end after five in a row', async () => {
      const { rest, calls } = await startRestAccount(opened, inTurn({ status: 302, headers: { location: '/api/x' } }));
      const error = await failureOf(() => rest.request(get));
      assert.deepEqual([error.code, error.statusCode, calls().length], ['OCHNO_HTTP', 302, 6]);
      assert.match(error.message, /more than 5 redirects/);
    });

    it('without a place to go, and other answers of 3xx, say so', async () => {
      for (const status of [302, 304]) {
        const { rest } = await startRestAccount(opened, inTurn({ status }));
        const error = await failureOf(() => rest.request(get));
        assert.deepEqual([error.code, error.statusCode], ['OCHNO_HTTP', status]);
        assert.match(error.message, /names no place/);
      }
    });

    it('never carry the token to another origin', async () => {
      const elsewhere = opened.add(await startLocalServer(inTurn({ body: 'caught' })));
      const port = new URL(elsewhere.url).port;
      for (const location of [
        elsewhere.url,
        `//127.0.0.1:${port}/`,
        `http://localhost:${port}/x`,
        'https://127.0.0.1/',
        'http://u:p@127.0.0.1/',
        'http:\\\\evil.example',
        'javascript:1',
        'http://[bad',
      ]) {
        const { rest, calls } = await startRestAccount(opened, inTurn({ status: 307, headers: { location } }));
        const error = await failureOf(() => rest.request(get));
        assert.deepEqual([error.code, error.statusCode], ['OCHNO_HTTP', 307], location);
        assert.match(error.message, /redirects to .*, which is not followed/);
        assert.equal(calls().length, 1);
      }
      assert.deepEqual(elsewhere.lines, []);
    });

    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      it(`are not followed for ${method}`, async () => {
        const { rest, calls } = await startRestAccount(
          opened,
          inTurn({ status: 307, headers: { location: '/api/x' } }),
        );
        const error = await failureOf(() => rest.request({ method, path: '/x' }));
        assert.match(error.message, /followed for GET only/);
        assert.deepEqual([error.statusCode, calls().length], [307, 1]);
      });
    }
  });

  describe('all pages', () => {
    const link = (target: string): Readonly<Record<string, string>> => ({ link: `<${target}>; rel="next"` });
    const all = { ...get, all: true };

    it('are one array', async () => {
      const { rest, server } = await startRestAccount(
        opened,
        inTurn(
          { body: [1, 2], headers: link('/api/companies?page=2') },
          { body: [], headers: link('?page=3') },
          { body: [3] },
        ),
      );
      const response = await rest.request({ ...all, query: { size: 2 } });
      assert.deepEqual(response.body, [1, 2, 3]);
      assert.deepEqual(server.lines.slice(1), [
        'GET /api/companies?size=2',
        'GET /api/companies?page=2',
        'GET /api/companies?page=3',
      ]);
    });

    it('C16: are not given as all where the platform tells of more', async () => {
      for (const reply of [
        { headers: { 'x-total-count': '250' } },
        { headers: { 'content-range': 'items 0-1/250' }, status: 206 },
        { headers: { 'content-range': 'items 0-1/*' }, status: 206 },
      ]) {
        const { rest } = await startRestAccount(opened, inTurn({ body: [1, 2], ...reply }));
        const error = await failureOf(() => rest.request(all));
        assert.equal(error.code, 'OCHNO_HTTP');
        assert.match(error.message, /gave only 2 (of 250 items|items, which it calls a part)/);
        const part = await rest.request({ ...all, allowPart: true });
        assert.deepEqual(part.body, [1, 2]);
        assert.match(part.missing ?? '', /^2 /);
      }
    });

    it('C16: are all where the platform counts as many, and none where the answer has no body', async () => {
      const { rest } = await startRestAccount(
        opened,
        inTurn({ body: [1, 2], headers: { 'x-total-count': '2' } }, { status: 204 }),
      );
      assert.deepEqual((await rest.request(all)).body, [1, 2]);
      assert.deepEqual((await rest.request(all)).body, []);
    });

    it('C6: and redirects stay below the path of the server, and name a scheme that is another', async () => {
      const elsewhere = [
        '/api/companies?page=2',
        '/ochno/../api',
        '/ochno/%2e%2e/api',
        '/ochno/..%2fapi',
        '/ochnox/api',
      ];
      for (const target of elsewhere) {
        for (const reply of [
          { body: [1], headers: link(target) },
          { status: 302, headers: { location: target } },
        ]) {
          const account = await startRestAccount(opened, inTurn(reply), { subPath: '/ochno' });
          const error = await failureOf(() => account.rest.request(all));
          assert.match(error.message, /out of \/ochno on the server/, target);
          assert.deepEqual(account.server.lines.slice(1), ['GET /ochno/api/companies']);
        }
      }
      const { rest, server } = await startRestAccount(
        opened,
        inTurn({ body: [1], headers: link('https://127.0.0.1/x') }),
      );
      const error = await failureOf(() => rest.request(all));
      assert.match(error.message, /leads to https: instead of http:/);
      assert.equal(server.lines.length, 2);
    });

    it('are not followed unless asked for', async () => {
      const { rest, calls } = await startRestAccount(opened, inTurn({ body: [1], headers: link('/x') }));
      assert.deepEqual((await rest.request(get)).body, [1]);
      assert.equal(calls().length, 1);
    });

    it('are retried one by one', async () => {
      const { rest, clock } = await startRestAccount(
        opened,
        inTurn({ body: [1], headers: link('/x?2') }, { status: 503 }, { body: [2] }),
      );
      assert.deepEqual((await pass(clock, rest.request(all))).body, [1, 2]);
    });

    it('leave a single answer that is no list as it is', async () => {
      const { rest } = await startRestAccount(opened, inTurn({ body: { a: 1 } }));
      assert.deepEqual((await rest.request(all)).body, { a: 1 });
    });

    it('are an error where they lead elsewhere, go in circles or are no lists', async () => {
      const elsewhere = opened.add(await startLocalServer(inTurn({ body: [] })));
      const cases: [replies: Reply[], says: RegExp][] = [
        [[{ body: [1], headers: link(`${elsewhere.url}/x`) }], /another server/],
        [[{ body: [1], headers: link('//evil.example/x') }], /another server/],
        [[{ body: [1], headers: link('/api/companies') }], /circle/],
        [
          [
            { body: [1], headers: link('/x') },
            { body: [2], headers: link('/api/companies') },
          ],
          /circle/,
        ],
        [[{ body: [1], headers: link('/x') }, { body: { a: 1 } }], /Page 2 .* not a list/],
        [[{ body: 'text', headers: link('/x') }], /Page 1 .* not a list/],
      ];
      for (const [replies, says] of cases) {
        const { rest } = await startRestAccount(opened, inTurn(...replies));
        const error = await failureOf(() => rest.request(all));
        assert.deepEqual([error.code, error.cause], ['OCHNO_HTTP', { statusCode: 200 }]);
        assert.match(error.message, says);
      }
      assert.deepEqual(elsewhere.lines, []);
    });
  });
});
