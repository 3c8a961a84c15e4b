import assert from 'node:assert/strict';
import { Opened } from '../../support/closing';
import { failureOf } from '../../support/ochno-errors';
import { inTurn, startRestAccount } from '../../support/rest-account';

const opened = new Opened();
const get = { method: 'GET', path: '/api/companies' };

describe('the REST client', () => {
  afterEach(() => opened.close());

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

    it('of another call is not a reason to believe one: the token may have been taken back since', async () => {
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

    it('C10: ends the token also for a call that has worked before the forbidden ones brought new tokens', async () => {
      let good = 'JWT session-token-1';
      const { rest } = await startRestAccount(opened, ({ url, headers }) =>
        url === '/good' && headers.authorization === good ? { body: 'ok' } : { status: 401 },
      );
      const request = { method: 'GET', path: '/good' };
      assert.equal((await rest.request(request)).body, 'ok');
      for (let id = 0; id < 6; id += 1) await failureOf(() => rest.request({ ...get, path: `/forbidden/${id}` }));
      good = 'JWT session-token-7';
      assert.equal((await rest.request(request)).body, 'ok');
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
});
