import assert from 'node:assert/strict';
import { Opened } from '../../support/closing';
import { eventually } from '../../support/eventually';
import { failureOf, ochnoError } from '../../support/ochno-errors';
import { startLogIn } from './log-in-stage';

const opened = new Opened();

describe('the log-out', () => {
  afterEach(() => opened.close());

  it('takes the token back, once', async () => {
    const { server, logIn } = await startLogIn(opened, () => ({ body: { token: 'abc' } }));
    await logIn.token();
    await logIn.logOut();
    await logIn.logOut();
    assert.deepEqual(server.lines, ['POST /auth/jwt', 'GET /auth/logout']);
    assert.equal(server.seen[1]?.headers.authorization, 'JWT abc');
    await assert.rejects(logIn.token(), ochnoError('OCHNO_CLOSED'));
  });

  it('is not done without a token', async () => {
    const fresh = await startLogIn(opened, () => ({ status: 401 }));
    await fresh.logIn.logOut();
    assert.deepEqual(fresh.server.lines, []);
    const refused = await startLogIn(opened, () => ({ status: 401 }));
    await failureOf(() => refused.logIn.token());
    await refused.logIn.logOut();
    assert.deepEqual(refused.server.lines, ['POST /auth/jwt']);
  });

  it('waits for a log-in under way, so that no token is left behind', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { server, logIn } = await startLogIn(opened, async (request) => {
      if (request.url === '/auth/jwt') await answered;
      return { body: { token: 'abc' } };
    });
    const token = logIn.token();
    await eventually(() => server.lines.length === 1);
    const out = logIn.logOut();
    answer();
    await out;
    assert.equal(await token, 'abc');
    assert.deepEqual(server.lines, ['POST /auth/jwt', 'GET /auth/logout']);
  });

  it('ends within a second, answered or not', async () => {
    const { server, logIn, clock } = await startLogIn(opened, (request) =>
      request.url === '/auth/jwt' ? { body: { token: 'abc' } } : undefined,
    );
    await logIn.token();
    const out = logIn.logOut();
    await eventually(() => server.lines.length === 2);
    await clock.advance(1000);
    await out;
    assert.equal(clock.timers, 0);
  });

  it('ends a log-in that is never answered', async () => {
    const { server, logIn, clock } = await startLogIn(opened, () => undefined);
    const token = failureOf(() => logIn.token());
    await eventually(() => server.lines.length === 1);
    const out = logIn.logOut();
    await clock.advance(1000);
    await out;
    assert.equal((await token).code, 'OCHNO_CLOSED');
    assert.equal(clock.timers, 0);
  });

  it('does not mind what comes back', async () => {
    const { logIn } = await startLogIn(opened, (request, response) => {
      if (request.url === '/auth/jwt') return { body: { token: 'abc' } };
      response.destroy();
      return undefined;
    });
    await logIn.token();
    await logIn.logOut();
  });
});
