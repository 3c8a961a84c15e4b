import assert from 'node:assert/strict';
import { Opened } from '../../support/closing';
import type { Reply } from '../../support/local-server';
import { failureOf } from '../../support/ochno-errors';
import { startLogIn } from './log-in-stage';

const opened = new Opened();

describe('a log-in that is refused', () => {
  afterEach(() => opened.close());

  for (const status of [400, 401, 403, 422]) {
    it(`takes ${status} for a refusal and does not try again within 60 s`, async () => {
      const { server, logIn, clock } = await startLogIn(opened, () => ({
        status,
        body: { message: 'Wrong credentials' },
      }));
      const heard: unknown[] = [];
      logIn.onRefused((error) => heard.push(error));
      const error = await failureOf(() => logIn.token());
      assert.deepEqual([error.code, error.statusCode, error.retryable], ['OCHNO_LOGIN', status, false]);
      assert.match(error.message, /"Wrong credentials".*check email and password/);
      await clock.advance(59_999);
      assert.equal(await failureOf(() => logIn.token()), error);
      assert.equal(logIn.refusal, error);
      assert.equal(server.lines.length, 1);
      await clock.advance(1);
      await failureOf(() => logIn.token());
      assert.equal(server.lines.length, 2);
      assert.equal(heard.length, 2);
    });
  }

  const saidOtherwise: object[] = [
    { message: 'The account is locked' },
    { error: 'invalid_credentials', message: 'Forbidden' },
    { code: 'USER_NOT_FOUND' },
    { errors: [{ message: 'Login failed' }] },
  ];
  for (const body of saidOtherwise) {
    it(`A10: takes 403 for a refusal by ${JSON.stringify(body)}`, async () => {
      const { logIn } = await startLogIn(opened, () => ({ status: 403, body }));
      assert.equal((await failureOf(() => logIn.token())).code, 'OCHNO_LOGIN');
    });
  }

  it('forgets a refusal once the log-in is accepted', async () => {
    let status = 401;
    const { logIn, clock } = await startLogIn(opened, () => ({ status, body: { token: 'abc' } }));
    await failureOf(() => logIn.token());
    status = 200;
    await clock.advance(60_000);
    assert.equal(await logIn.token(), 'abc');
    assert.equal(logIn.refusal, undefined);
  });

  const notRefusals: [status: number, retryable: boolean, says: RegExp][] = [
    [404, false, /is an Ochno platform/],
    [301, false, /redirects/],
    [408, true, /408/],
    [429, true, /429/],
    [500, true, /500/],
    [503, true, /503/],
  ];
  for (const [status, retryable, says] of notRefusals) {
    it(`does not take ${status} for a refusal`, async () => {
      const { server, logIn } = await startLogIn(opened, () => ({
        status,
        headers: { location: 'https://elsewhere.example/' },
      }));
      const error = await failureOf(() => logIn.token());
      assert.deepEqual([error.code, error.statusCode, error.retryable], ['OCHNO_HTTP', status, retryable]);
      assert.match(error.message, says);
      assert.equal(logIn.refusal, undefined);
      await failureOf(() => logIn.token());
      assert.equal(server.lines.length, 2);
    });
  }

  const strangers: [what: string, reply: Reply][] = [
    ['a page of a CDN', { status: 403, headers: { 'content-type': 'text/html' }, body: '<title>Attention</title>' }],
    ['plain text of a proxy', { status: 403, body: 'error code: 1020' }],
    ['an answer without a body', { status: 401 }],
    ['JSON that is not an object', { status: 401, body: ['no'] }],
    ['JSON that is cut', { status: 400, headers: { 'content-type': 'application/json' }, body: '{"mess' }],
    ["an API gateway's JSON", { status: 403, body: { message: 'Forbidden' } }],
    ["an authorizer's JSON", { status: 403, body: { Message: 'User is not authorized to access this resource' } }],
    [
      "a CDN's problem of its own",
      {
        status: 403,
        headers: { 'content-type': 'application/problem+json' },
        body: { title: 'Error 1020: Access denied', detail: 'The owner restricts access', error: 'access_denied' },
      },
    ],
    ["a CDN's list of errors", { status: 403, body: { errors: [{ code: 1010, message: 'Banned' }], result: null } }],
    ["a company proxy's JSON", { status: 403, body: { error: 'blocked', user: 'CORP\\anna', policy: 'deny' } }],
    ["a firewall's empty JSON", { status: 403, body: {} }],
  ];
  for (const [what, reply] of strangers) {
    it(`A10: does not take ${what} for a refusal, and tries again minutes later`, async () => {
      let isStranger = true;
      const { server, logIn, clock } = await startLogIn(opened, () =>
        isStranger ? reply : { body: { token: 'abc' } },
      );
      const error = await failureOf(() => logIn.token());
      assert.deepEqual([error.code, error.retryable, logIn.refusal], ['OCHNO_HTTP', true, undefined]);
      assert.match(error.message, /something in between/);
      await clock.advance(119_000);
      await failureOf(() => logIn.token());
      assert.equal(server.lines.length, 1);
      isStranger = false;
      await clock.advance(1000);
      assert.equal(await logIn.token(), 'abc');
    });
  }

  it('waits as long as Retry-After says', async () => {
    const { server, logIn, clock } = await startLogIn(opened, () => ({
      status: 429,
      headers: { 'retry-after': '20' },
    }));
    const error = await failureOf(() => logIn.token());
    await clock.advance(19_000);
    assert.equal(await failureOf(() => logIn.token()), error);
    assert.equal(server.lines.length, 1);
    await clock.advance(1000);
    await failureOf(() => logIn.token());
    assert.equal(server.lines.length, 2);
  });
});
