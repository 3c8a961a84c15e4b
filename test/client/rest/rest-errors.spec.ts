import assert from 'node:assert/strict';
import { Opened } from '../../support/closing';
import { failureOf } from '../../support/ochno-errors';
import { inTurn, pass, startRestAccount } from '../../support/rest-account';

const opened = new Opened();
const get = { method: 'GET', path: '/api/companies' };

describe('the REST client', () => {
  afterEach(() => opened.close());

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

    it('A10: do not take the page of a CDN for the platform’s word on a permission, its own JSON and other pages as ever', async () => {
      const page = '<html><title>Attention Required!</title></html>';
      const problemOf = async (status: number, body: unknown): Promise<readonly unknown[]> => {
        const { rest } = await startRestAccount(opened, () => ({ status, body }));
        const { message, problem } = await failureOf(() => rest.request({ ...get, method: 'POST' }));
        return [problem?.key, /something in between/.test(message)];
      };
      for (const status of [401, 403]) assert.deepEqual(await problemOf(status, page), ['server-between', true]);
      assert.deepEqual(await problemOf(403, { message: 'forbidden' }), [undefined, false]);
      assert.deepEqual(await problemOf(404, page), [undefined, false]);
    });

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
});
