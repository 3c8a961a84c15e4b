import assert from 'node:assert/strict';
import type { HttpAnswer } from '../../../src/client/rest/http-answer';
import { LogIn } from '../../../src/client/rest/log-in';
import { Opened } from '../../support/closing';
import { eventually } from '../../support/eventually';
import { FakeClock, settle } from '../../support/fake-clock';
import { LogLines } from '../../support/log-lines';
import { failureOf } from '../../support/ochno-errors';
import { password, startLogIn } from './log-in-stage';

const opened = new Opened();

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.c2ln`;
}

describe('the log-in', () => {
  afterEach(() => opened.close());

  it('logs in once for all who wait, and keeps the token', async () => {
    const { server, logIn } = await startLogIn(opened, () => ({ body: { token: 'abc' } }));
    assert.deepEqual(await Promise.all([logIn.token(), logIn.token(), logIn.token()]), ['abc', 'abc', 'abc']);
    assert.equal(await logIn.token(), 'abc');
    assert.deepEqual(server.lines, ['POST /auth/jwt']);
    assert.deepEqual(JSON.parse(server.seen[0]?.body ?? ''), { email: 'me@example.com', password });
    assert.equal(server.seen[0]?.headers['content-type'], 'application/json');
    assert.equal(server.seen[0]?.headers.accept, 'application/json');
  });

  it('logs in again shortly before the token ends', async () => {
    const { server, logIn, clock } = await startLogIn(opened, () => ({
      body: { token: jwt({ exp: Date.now() / 1000 + 3600 }) },
    }));
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
    const { server, logIn, clock } = await startLogIn(opened, () => ({
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
      const { server, logIn, clock } = await startLogIn(opened, () => ({ body: { token } }));
      await logIn.token();
      await clock.advance(86_400_000);
      await logIn.token();
      assert.equal(server.lines.length, 1);
    }
  });

  it('logs in anew after the token was invalidated, but not for an older token', async () => {
    let count = 0;
    const { server, logIn } = await startLogIn(opened, () => {
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

  it('gives up a log-in that is not answered, without stopping the next', async () => {
    let silent = true;
    const { server, logIn, clock } = await startLogIn(opened, () => (silent ? undefined : { body: { token: 'abc' } }));
    const first = failureOf(() => logIn.token());
    await eventually(() => server.lines.length === 1);
    await clock.advance(10_000);
    assert.equal((await first).code, 'OCHNO_TIMEOUT');
    silent = false;
    assert.equal(await logIn.token(), 'abc');
  });

  it('says why a server that is not there cannot be reached', async () => {
    const { server, logIn } = await startLogIn(opened, () => ({}));
    await server.close();
    const error = await failureOf(() => logIn.token());
    assert.deepEqual([error.code, error.reason, error.retryable], ['OCHNO_NETWORK', 'refused', true]);
  });

  const failures = [
    ['is answered 500', { status: 500 }],
    ['finds another server', { status: 404, body: 'no such page' }],
    ['brings no token', { body: {} }],
  ] as const;
  for (const [what, failure] of failures) {
    it(`that ${what} each time is tried twice a second at most, however many ask, and brings a token soon once it works`, async () => {
      let works = false;
      const { server, logIn, clock } = await startLogIn(opened, () => (works ? { body: { token: 'abc' } } : failure));
      const codes = new Set<string>();
      for (let count = 0; count < 1000; count += 1) {
        codes.add((await failureOf(() => logIn.token())).code);
        await clock.advance(10);
      }
      assert.deepEqual([...codes], ['OCHNO_HTTP']);
      assert.ok(server.lines.length >= 3 && server.lines.length <= 25, `${server.lines.length} log-ins in ten seconds`);
      works = true;
      await clock.advance(2_000);
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
      const logIn = new LogIn({ http, email: 'me@example.com', password, clock, random: () => 0, log });
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
});
