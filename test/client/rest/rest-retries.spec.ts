import assert from 'node:assert/strict';
import { Opened } from '../../support/closing';
import { FakeClock } from '../../support/fake-clock';
import { startLocalServer } from '../../support/local-server';
import { failureOf } from '../../support/ochno-errors';
import { inTurn, pass, restClientFor, startRestAccount } from '../../support/rest-account';

const opened = new Opened();
const get = { method: 'GET', path: '/api/companies' };

describe('the REST client', () => {
  afterEach(() => opened.close());

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
});
