import assert from 'node:assert/strict';
import { Opened } from '../../support/closing';
import { failureOf, ochnoError } from '../../support/ochno-errors';
import { startLogIn } from './log-in-stage';

const opened = new Opened();

describe('the answer to a log-in', () => {
  afterEach(() => opened.close());

  for (const body of [
    {},
    { token: '' },
    { token: 5 },
    { token: 'a b' },
    { token: 'a\r\nX-Evil: 1' },
    { token: 'ö' },
    { token: 'x'.repeat(20_000) },
    [],
    'abc',
    '',
    '{"token":"ab',
  ]) {
    it(`refuses a token like ${JSON.stringify(body).slice(0, 40)}`, async () => {
      const { logIn } = await startLogIn(opened, () => ({
        headers: { 'content-type': 'application/json' },
        body,
      }));
      await assert.rejects(logIn.token(), ochnoError('OCHNO_HTTP'));
    });
  }

  it('repeats nothing of an answer that breaks off', async () => {
    const { logIn } = await startLogIn(opened, () => ({ body: Buffer.from('{"token":"s3cretT0ken","more":') }));
    const error = await failureOf(() => logIn.token());
    assert.doesNotMatch([error.message, JSON.stringify(error), JSON.stringify(error.cause)].join(), /s3cret/);
  });

  it('refuses an endless answer', async () => {
    const { logIn } = await startLogIn(opened, () => ({ body: { token: 'abc', more: 'x'.repeat(100_000) } }));
    await assert.rejects(logIn.token(), ochnoError('OCHNO_HTTP', /larger than 64 KiB/));
  });

  it('never repeats the password, even if the platform does', async () => {
    for (const status of [401, 500]) {
      const { logIn } = await startLogIn(opened, (request) => ({
        status,
        body: { message: `bad: ${request.body}`, sent: request.body },
      }));
      const error = await failureOf(() => logIn.token());
      const all = [
        error.message,
        JSON.stringify(error),
        JSON.stringify(error.cause),
        JSON.stringify(error.response),
        error.stack,
      ].join();
      assert.doesNotMatch(all, /p4ssw0rd/);
      assert.match(error.message, new RegExp(String(status)));
    }
  });
});
