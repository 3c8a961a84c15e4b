import assert from 'node:assert/strict';
import type { HttpAnswer } from '../../../src/client/rest/http-answer';
import { HttpExchange } from '../../../src/client/rest/http-exchange';
import { LogIn } from '../../../src/client/rest/log-in';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import { Opened } from '../../support/closing';
import { eventually } from '../../support/eventually';
import { FakeClock, settle } from '../../support/fake-clock';
import { type Handler, type LocalServer, type Reply, startLocalServer } from '../../support/local-server';
import { LogLines } from '../../support/log-lines';
import { failureOf, ochnoError } from '../../support/ochno-errors';

const opened = new Opened();
const password = 'p4ssw0rd "with" quotes';

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.c2ln`;
}

async function setUp(handler: Handler): Promise<{ server: LocalServer; logIn: LogIn; clock: FakeClock }> {
  const clock = new FakeClock(Date.now());
  const server = opened.add(await startLocalServer(handler));
  const http = opened.add(new HttpExchange(parseServerUrl(server.url), { environment: {} }));
  const logIn = new LogIn({ http, email: 'me@example.com', password, clock, random: () => 0 });
  return { server, logIn, clock };
}

describe('the log-in', () => {
  afterEach(() => opened.close());

  it('logs in once for all who wait, and keeps the token', async () => {
    const { server, logIn } = await setUp(() => ({ body: { token: 'abc' } }));
    assert.deepEqual(await Promise.all([logIn.token(), logIn.token(), logIn.token()]), ['abc', 'abc', 'abc']);
    assert.equal(await logIn.token(), 'abc');
    assert.deepEqual(server.lines, ['POST /auth/jwt']);
    assert.deepEqual(JSON.parse(server.seen[0]?.body ?? ''), { email: 'me@example.com', password });
    assert.equal(server.seen[0]?.headers['content-type'], 'application/json');
    assert.equal(server.seen[0]?.headers.accept, 'application/json');
  });

  it('logs in again shortly before the token ends', async () => {
    const { server, logIn, clock } = await setUp(() => ({ body: { token: jwt({ exp: Date.now() / 1000 + 3600 }) } }));
    await logIn.token();
    await clock.advance(3_500_000);
    await logIn.token();
    assert.equal(server.lines.length, 1);
    await clock.advance(90_000);
    await logIn.token();
    assert.equal(server.lines.length, 2);
  });

  it("counts a token's life from the platform's clock, and does not log in for every call when that is far off", async () => {
    const platformMs = Date.now() - 7_200_000;
    const { server, logIn, clock } = await setUp(() => ({
      headers: { date: new Date(platformMs).toUTCString() },
      body: { token: jwt({ exp: Math.floor(platformMs / 1000) + 3600 }) },
    }));
    await logIn.token();
    await logIn.token();
    assert.equal(server.lines.length, 1);
    await clock.advance(3_600_000);
    await logIn.token();
    assert.equal(server.lines.length, 2);
  });

  it('uses a token that seems over, or tells nothing of its end, until it is refused', async () => {
    for (const token of [jwt({ exp: 5 }), 'opaque']) {
      const { server, logIn, clock } = await setUp(() => ({ body: { token } }));
      await logIn.token();
      await clock.advance(86_400_000);
      await logIn.token();
      assert.equal(server.lines.length, 1);
    }
  });

  it('logs in anew after the token was invalidated, but not for an older token', async () => {
    let count = 0;
    const { server, logIn } = await setUp(() => {
      count += 1;
      return { body: { token: `token${count}` } };
    });
    const first = await logIn.token();
    logIn.invalidate(first);
    assert.equal(await logIn.token(), 'token2');
    logIn.invalidate(first);
    assert.equal(await logIn.token(), 'token2');
    assert.equal(server.lines.length, 2);
  });

  for (const status of [400, 401, 403, 422]) {
    it(`takes ${status} for a refusal and does not try again within 60 s`, async () => {
      const { server, logIn, clock } = await setUp(() => ({ status, body: { message: 'Wrong credentials' } }));
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
      const { logIn } = await setUp(() => ({ status: 403, body }));
      assert.equal((await failureOf(() => logIn.token())).code, 'OCHNO_LOGIN');
    });
  }

  it('forgets a refusal once the log-in is accepted', async () => {
    let status = 401;
    const { logIn, clock } = await setUp(() => ({ status, body: { token: 'abc' } }));
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
    it(`takes ${status} for no refusal`, async () => {
      const { server, logIn } = await setUp(() => ({ status, headers: { location: 'https://elsewhere.example/' } }));
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
      const { server, logIn, clock } = await setUp(() => (isStranger ? reply : { body: { token: 'abc' } }));
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

  describe('of a user whose tokens somebody else keeps ending', () => {
    const startQuarrel = () => {
      let count = 0;
      const clock = new FakeClock();
      const log = new LogLines();
      const send = async (): Promise<HttpAnswer> => {
        count += 1;
        return { statusCode: 200, headers: {}, body: Buffer.from(JSON.stringify({ token: `token${count}` })) };
      };
      const http = { server: new URL('https://platform.example'), send };
      const logIn = new LogIn({ http, email: 'me@example.com', password, clock, random: () => 0, logger: log });
      /** A token that is ended before its time; how long it took to get it. */
      const endOne = async (): Promise<number> => {
        const startMs = clock.monotonicMs();
        let token = '';
        logIn.token().then((got) => {
          token = got;
        });
        await settle();
        while (token === '') await clock.advance(500);
        logIn.invalidate(token);
        logIn.endedEarly(token);
        return clock.monotonicMs() - startMs;
      };
      return { clock, log, endOne };
    };

    it('C12: says so once, and logs in ever more slowly', async () => {
      const { log, endOne } = startQuarrel();
      const waits: number[] = [];
      for (let time = 0; time < 12; time += 1) waits.push(await endOne());
      assert.equal(log.at('warn').length, 1);
      assert.match(log.at('warn')[0] ?? '', /another client logs in as the same user/);
      assert.deepEqual(waits.slice(0, 3), [0, 0, 0]);
      assert.ok((waits[5] ?? 0) >= 4000 && (waits[11] ?? 0) >= 30_000, waits.join());
    });

    it('C12: does not mind tokens that end now and then', async () => {
      const { clock, log, endOne } = startQuarrel();
      for (let time = 0; time < 12; time += 1) {
        assert.equal(await endOne(), 0);
        await clock.advance(301_000);
      }
      assert.deepEqual(log.lines, []);
    });
  });

  it('waits as long as Retry-After says', async () => {
    const { server, logIn, clock } = await setUp(() => ({ status: 429, headers: { 'retry-after': '20' } }));
    const error = await failureOf(() => logIn.token());
    await clock.advance(19_000);
    assert.equal(await failureOf(() => logIn.token()), error);
    assert.equal(server.lines.length, 1);
    await clock.advance(1000);
    await failureOf(() => logIn.token());
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
      const { logIn } = await setUp(() => ({
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : body,
      }));
      await assert.rejects(logIn.token(), ochnoError('OCHNO_HTTP'));
    });
  }

  it('repeats nothing of an answer that breaks off', async () => {
    const { logIn } = await setUp(() => ({ body: Buffer.from('{"token":"s3cretT0ken","more":') }));
    const error = await failureOf(() => logIn.token());
    assert.doesNotMatch([error.message, JSON.stringify(error), JSON.stringify(error.cause)].join(), /s3cret/);
  });

  it('refuses an endless answer', async () => {
    const { logIn } = await setUp(() => ({ body: { token: 'abc', more: 'x'.repeat(100_000) } }));
    await assert.rejects(logIn.token(), ochnoError('OCHNO_HTTP', /larger than 64 KiB/));
  });

  it('gives up a log-in that is not answered, without stopping the next', async () => {
    let silent = true;
    const { server, logIn, clock } = await setUp(() => (silent ? undefined : { body: { token: 'abc' } }));
    const first = failureOf(() => logIn.token());
    await eventually(() => server.lines.length === 1);
    await clock.advance(10_000);
    assert.equal((await first).code, 'OCHNO_TIMEOUT');
    silent = false;
    assert.equal(await logIn.token(), 'abc');
  });

  it('never repeats the password, even if the platform does', async () => {
    for (const status of [401, 500]) {
      const { logIn } = await setUp((request) => ({
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

  it('says why a server that is not there cannot be reached', async () => {
    const { server, logIn } = await setUp(() => ({}));
    await server.close();
    const error = await failureOf(() => logIn.token());
    assert.deepEqual([error.code, error.reason, error.retryable], ['OCHNO_NETWORK', 'refused', true]);
  });

  describe('logging out', () => {
    it('takes the token back, once', async () => {
      const { server, logIn } = await setUp(() => ({ body: { token: 'abc' } }));
      await logIn.token();
      await logIn.logOut();
      await logIn.logOut();
      assert.deepEqual(server.lines, ['POST /auth/jwt', 'GET /auth/logout']);
      assert.equal(server.seen[1]?.headers.authorization, 'JWT abc');
      await assert.rejects(logIn.token(), ochnoError('OCHNO_CLOSED'));
    });

    it('is not done without a token', async () => {
      const fresh = await setUp(() => ({ status: 401 }));
      await fresh.logIn.logOut();
      assert.deepEqual(fresh.server.lines, []);
      const refused = await setUp(() => ({ status: 401 }));
      await failureOf(() => refused.logIn.token());
      await refused.logIn.logOut();
      assert.deepEqual(refused.server.lines, ['POST /auth/jwt']);
    });

    it('waits for a log-in under way, so that no token is left behind', async () => {
      let answer = (): void => undefined;
      const answered = new Promise<void>((resolve) => {
        answer = resolve;
      });
      const { server, logIn } = await setUp(async (request) => {
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
      const { server, logIn, clock } = await setUp((request) =>
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
      const { server, logIn, clock } = await setUp(() => undefined);
      const token = failureOf(() => logIn.token());
      await eventually(() => server.lines.length === 1);
      const out = logIn.logOut();
      await clock.advance(1000);
      await out;
      assert.equal((await token).code, 'OCHNO_CLOSED');
      assert.equal(clock.timers, 0);
    });

    it('does not mind what comes back', async () => {
      const { logIn } = await setUp((request, response) => {
        if (request.url === '/auth/jwt') return { body: { token: 'abc' } };
        response.destroy();
        return undefined;
      });
      await logIn.token();
      await logIn.logOut();
    });
  });
});
