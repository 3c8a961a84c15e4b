import assert from 'node:assert/strict';
import { Opened } from '../../support/closing';
import { eventually } from '../../support/eventually';
import { FakeClock, settle } from '../../support/fake-clock';
import { startLocalServer } from '../../support/local-server';
import { failureOf } from '../../support/ochno-errors';
import { inTurn, restClientFor, startRestAccount } from '../../support/rest-account';

const opened = new Opened();
const get = { method: 'GET', path: '/api/companies' };

describe('the REST client', () => {
  afterEach(() => opened.close());

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
});
