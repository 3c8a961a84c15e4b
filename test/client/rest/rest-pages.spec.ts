import assert from 'node:assert/strict';
import { Opened } from '../../support/closing';
import { type Reply, startLocalServer } from '../../support/local-server';
import { failureOf } from '../../support/ochno-errors';
import { inTurn, pass, startRestAccount } from '../../support/rest-account';

const opened = new Opened();
const get = { method: 'GET', path: '/api/companies' };

describe('the REST client', () => {
  afterEach(() => opened.close());

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
        assert.match(error.message, /names no address/);
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

    it('C16: are not given as all if the platform tells of more', async () => {
      for (const reply of [
        { headers: { 'x-total-count': '250' } },
        { headers: { 'x-total': '250' } },
        { headers: { 'total-count': '250' } },
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

    it('C16: are all if the platform counts as many, and none if the answer has no body', async () => {
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

    it('leave a single answer that is not a list as it is', async () => {
      const { rest } = await startRestAccount(opened, inTurn({ body: { a: 1 } }));
      assert.deepEqual((await rest.request(all)).body, { a: 1 });
    });

    it('are an error where they lead elsewhere, go in circles or are not lists', async () => {
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
