import assert from 'node:assert/strict';
import { Opened } from '../../support/closing';
import type { Handler } from '../../support/local-server';
import { failureOf } from '../../support/ochno-errors';
import { inTurn, pass, startRestAccount } from '../../support/rest-account';

const opened = new Opened();

describe('the REST client', () => {
  afterEach(() => opened.close());

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
      assert.deepEqual([response.statusCode, response.body, response.headers, deletes], [204, '', {}, 2]);
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

    it('C2: a PUT that knows what it replaces is sent again if nothing has changed', async () => {
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
});
