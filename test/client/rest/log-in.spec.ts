import assert from 'node:assert/strict';
import { HttpExchange } from '../../../src/client/rest/http-exchange';
import { Session } from '../../../src/client/rest/log-in';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import { Opened } from '../../support/closing';
import { eventually } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { type Handler, type LocalServer, startLocalServer } from '../../support/local-server';
import { failureOf, ochnoError } from '../../support/ochno-errors';

const opened = new Opened();
const password = 'p4ssw0rd "with" quotes';

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.c2ln`;
}

async function setUp(handler: Handler): Promise<{ server: LocalServer; session: Session; clock: FakeClock }> {
  const clock = new FakeClock(Date.now());
  const server = opened.add(await startLocalServer(handler));
  const http = opened.add(new HttpExchange(parseServerUrl(server.url), { environment: {} }));
  const session = new Session({ http, email: 'me@example.com', password, clock, random: () => 0 });
  return { server, session, clock };
}

describe('the session', () => {
  afterEach(() => opened.close());

  it('logs in once for all who wait, and keeps the token', async () => {
    const { server, session } = await setUp(() => ({ body: { token: 'abc' } }));
    assert.deepEqual(await Promise.all([session.token(), session.token(), session.token()]), ['abc', 'abc', 'abc']);
    assert.equal(await session.token(), 'abc');
    assert.deepEqual(server.lines, ['POST /auth/jwt']);
    assert.deepEqual(JSON.parse(server.seen[0]?.body ?? ''), { email: 'me@example.com', password });
    assert.equal(server.seen[0]?.headers['content-type'], 'application/json');
    assert.equal(server.seen[0]?.headers.accept, 'application/json');
  });

  it('logs in again shortly before the token ends', async () => {
    const { server, session, clock } = await setUp(() => ({ body: { token: jwt({ exp: Date.now() / 1000 + 3600 }) } }));
    await session.token();
    await clock.advance(3_500_000);
    await session.token();
    assert.equal(server.lines.length, 1);
    await clock.advance(90_000);
    await session.token();
    assert.equal(server.lines.length, 2);
  });

  it("counts a token's life from the platform's clock, and does not log in for every call when that is far off", async () => {
    const platformMs = Date.now() - 7_200_000;
    const { server, session, clock } = await setUp(() => ({
      headers: { date: new Date(platformMs).toUTCString() },
      body: { token: jwt({ exp: Math.floor(platformMs / 1000) + 3600 }) },
    }));
    await session.token();
    await session.token();
    assert.equal(server.lines.length, 1);
    await clock.advance(3_600_000);
    await session.token();
    assert.equal(server.lines.length, 2);
  });

  it('uses a token that seems over, or tells nothing of its end, until it is refused', async () => {
    for (const token of [jwt({ exp: 5 }), 'opaque']) {
      const { server, session, clock } = await setUp(() => ({ body: { token } }));
      await session.token();
      await clock.advance(86_400_000);
      await session.token();
      assert.equal(server.lines.length, 1);
    }
  });

  it('logs in anew after the token was invalidated, but not for an older token', async () => {
    let count = 0;
    const { server, session } = await setUp(() => {
      count += 1;
      return { body: { token: `token${count}` } };
    });
    const first = await session.token();
    session.invalidate(first);
    assert.equal(await session.token(), 'token2');
    session.invalidate(first);
    assert.equal(await session.token(), 'token2');
    assert.equal(server.lines.length, 2);
  });

  for (const status of [400, 401, 403, 422]) {
    it(`takes ${status} for a refusal and does not try again within 60 s`, async () => {
      const { server, session, clock } = await setUp(() => ({ status, body: { message: 'Wrong credentials' } }));
      const heard: unknown[] = [];
      session.onRefused((error) => heard.push(error));
      const error = await failureOf(() => session.token());
      assert.deepEqual([error.code, error.statusCode, error.retryable], ['OCHNO_LOGIN', status, false]);
      assert.match(error.message, /"Wrong credentials".*check email and password/);
      await clock.advance(59_999);
      assert.equal(await failureOf(() => session.token()), error);
      assert.equal(session.refusal, error);
      assert.equal(server.lines.length, 1);
      await clock.advance(1);
      await failureOf(() => session.token());
      assert.equal(server.lines.length, 2);
      assert.equal(heard.length, 2);
    });
  }

  it('forgets a refusal once the log-in is accepted', async () => {
    let status = 401;
    const { session, clock } = await setUp(() => ({ status, body: { token: 'abc' } }));
    await failureOf(() => session.token());
    status = 200;
    await clock.advance(60_000);
    assert.equal(await session.token(), 'abc');
    assert.equal(session.refusal, undefined);
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
    it(`takes ${status} for no refusal`, async () => {
      const { server, session } = await setUp(() => ({ status, headers: { location: 'https://elsewhere.example/' } }));
      const error = await failureOf(() => session.token());
      assert.deepEqual([error.code, error.statusCode, error.retryable], ['OCHNO_HTTP', status, retryable]);
      assert.match(error.message, says);
      assert.equal(session.refusal, undefined);
      await failureOf(() => session.token());
      assert.equal(server.lines.length, 2);
    });
  }

  it('waits as long as Retry-After says', async () => {
    const { server, session, clock } = await setUp(() => ({ status: 429, headers: { 'retry-after': '20' } }));
    const error = await failureOf(() => session.token());
    await clock.advance(19_000);
    assert.equal(await failureOf(() => session.token()), error);
    assert.equal(server.lines.length, 1);
    await clock.advance(1000);
    await failureOf(() => session.token());
    assert.equal(server.lines.length, 2);
  });

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
      const { session } = await setUp(() => ({
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : body,
      }));
      await assert.rejects(session.token(), ochnoError('OCHNO_HTTP'));
    });
  }

  it('repeats nothing of an answer that breaks off', async () => {
    const { session } = await setUp(() => ({ body: Buffer.from('{"token":"s3cretT0ken","more":') }));
    const error = await failureOf(() => session.token());
    assert.doesNotMatch([error.message, JSON.stringify(error), JSON.stringify(error.cause)].join(), /s3cret/);
  });

  it('refuses an endless answer', async () => {
    const { session } = await setUp(() => ({ body: { token: 'abc', more: 'x'.repeat(100_000) } }));
    await assert.rejects(session.token(), ochnoError('OCHNO_HTTP', /larger than 64 KiB/));
  });

  it('gives up a log-in that is not answered, without stopping the next', async () => {
    let silent = true;
    const { server, session, clock } = await setUp(() => (silent ? undefined : { body: { token: 'abc' } }));
    const first = failureOf(() => session.token());
    await eventually(() => server.lines.length === 1);
    await clock.advance(10_000);
    assert.equal((await first).code, 'OCHNO_TIMEOUT');
    silent = false;
    assert.equal(await session.token(), 'abc');
  });

  it('never repeats the password, even if the platform does', async () => {
    for (const status of [401, 500]) {
      const { session } = await setUp((request) => ({
        status,
        body: { message: `bad: ${request.body}`, sent: request.body },
      }));
      const error = await failureOf(() => session.token());
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

  it('says why a server that is not there cannot be reached', async () => {
    const { server, session } = await setUp(() => ({}));
    await server.close();
    const error = await failureOf(() => session.token());
    assert.deepEqual([error.code, error.reason, error.retryable], ['OCHNO_NETWORK', 'refused', true]);
  });

  describe('logging out', () => {
    it('takes the token back, once', async () => {
      const { server, session } = await setUp(() => ({ body: { token: 'abc' } }));
      await session.token();
      await session.logOut();
      await session.logOut();
      assert.deepEqual(server.lines, ['POST /auth/jwt', 'GET /auth/logout']);
      assert.equal(server.seen[1]?.headers.authorization, 'JWT abc');
      await assert.rejects(session.token(), ochnoError('OCHNO_CLOSED'));
    });

    it('is not done without a token', async () => {
      const fresh = await setUp(() => ({ status: 401 }));
      await fresh.session.logOut();
      assert.deepEqual(fresh.server.lines, []);
      const refused = await setUp(() => ({ status: 401 }));
      await failureOf(() => refused.session.token());
      await refused.session.logOut();
      assert.deepEqual(refused.server.lines, ['POST /auth/jwt']);
    });

    it('waits for a log-in under way, so that no token is left behind', async () => {
      let answer = (): void => undefined;
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const { server, session } = await setUp(async (request) => {
        if (request.url === '/auth/jwt') await answered;
        return { body: { token: 'abc' } };
      });
      const token = session.token();
      await eventually(() => server.lines.length === 1);
      const out = session.logOut();
      answer();
      await out;
      assert.equal(await token, 'abc');
      assert.deepEqual(server.lines, ['POST /auth/jwt', 'GET /auth/logout']);
    });

    it('ends within a second, answered or not', async () => {
      const { server, session, clock } = await setUp((request) =>
        request.url === '/auth/jwt' ? { body: { token: 'abc' } } : undefined,
      );
      await session.token();
      const out = session.logOut();
      await eventually(() => server.lines.length === 2);
      await clock.advance(1000);
      await out;
      assert.equal(clock.timers, 0);
    });

    it('ends a log-in that is never answered', async () => {
      const { server, session, clock } = await setUp(() => undefined);
      const token = failureOf(() => session.token());
      await eventually(() => server.lines.length === 1);
      const out = session.logOut();
      await clock.advance(1000);
      await out;
      assert.equal((await token).code, 'OCHNO_CLOSED');
      assert.equal(clock.timers, 0);
    });

    it('does not mind what comes back', async () => {
      const { session } = await setUp((request, response) => {
        if (request.url === '/auth/jwt') return { body: { token: 'abc' } };
        response.destroy();
        return undefined;
      });
      await session.token();
      await session.logOut();
    });
  });
});
