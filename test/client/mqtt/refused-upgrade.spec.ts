import assert from 'node:assert/strict';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { readRefusal } from '../../../src/client/mqtt/refused-upgrade';
import type { StreamError } from '../../../src/client/mqtt/stream-error';
import { settle } from '../../support/fake-clock';

const token = 'IQoJb3JpZ2luX2VjEJr/FwoGZXIvYXdzEBYaDK+abc==';
const signature = 'f0e1d2c3b4a5968778695a4b3c2d1e0f';
const url = new URL(
  `wss://iot.example/mqtt?X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F20250115%2Feu-west-1&X-Amz-Signature=${signature}` +
    `&X-Amz-Date=20250115T120000Z&X-Amz-Security-Token=${encodeURIComponent(token)}`,
);
const nowMs = Date.UTC(2025, 0, 15, 12);
const minute = 60_000;

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly date?: number;
  /** The time that the URL was signed with. */
  readonly signedAtMs?: number;
}

/** What comes of an answer to the upgrade, and whether the request was ended. */
async function refusal(answer: Answer): Promise<{ errors: StreamError[]; isEnded: boolean }> {
  const errors: StreamError[] = [];
  const signed = { url, signedAtMs: answer.signedAtMs ?? nowMs };
  const headers = { date: new Date(answer.date ?? nowMs).toUTCString() };
  const response = Object.assign(new PassThrough(), { statusCode: answer.status, headers });
  let isEnded = false;
  const request = {
    destroy: () => {
      isEnded = true;
    },
  };
  const incoming = response as unknown as IncomingMessage;
  readRefusal(request as ClientRequest, incoming, signed, (error) => errors.push(error));
  response.end(answer.body ?? '');
  await settle();
  return { errors, isEnded };
}

async function errorOf(answer: Answer): Promise<StreamError> {
  const { errors, isEnded } = await refusal(answer);
  assert.equal(isEnded, true);
  const [error, ...more] = errors;
  assert.ok(error);
  assert.deepEqual(more, []);
  return error;
}

const json = (message: string): string => JSON.stringify({ message, traceId: 'b8a1…' });

describe('a refused upgrade', () => {
  it('of refused credentials asks for new ones, and quotes what AWS says', async () => {
    const error = await errorOf({ status: 403, body: json('Signature expired: 20190220T022817Z is now earlier') });
    assert.equal(error.remedy, 'new credentials');
    assert.equal(error.reason, 'forbidden');
    assert.match(error.message, /\(403: Signature expired: 20190220T022817Z is now earlier\)$/);
    assert.equal(error.byBroker, false);
  });

  it('because of the time asks for the clock to be corrected, by the server’s own time', async () => {
    const error = await errorOf({ status: 403, date: nowMs + 10 * minute });
    assert.deepEqual([error.remedy, error.reason, error.serverMs], ['correct clock', 'clock', nowMs + 10 * minute]);
  });

  it('judges by the time that was signed, not by the clock of now', async () => {
    const corrected = await errorOf({ status: 403, date: nowMs + 10 * minute, signedAtMs: nowMs + 9 * minute });
    assert.equal(corrected.remedy, 'new credentials');
    const outdated = await errorOf({ status: 403, date: nowMs, signedAtMs: nowMs - 30 * minute });
    assert.deepEqual([outdated.remedy, outdated.serverMs], ['correct clock', nowMs]);
  });

  it('by a proxy that wants a log-in says so', async () => {
    assert.equal((await errorOf({ status: 407 })).reason, 'proxy');
  });

  for (const status of [200, 301, 426, 429, 500, 503]) {
    it(`with ${status} is waited for`, async () => {
      const error = await errorOf({ status, body: '<html>' });
      assert.deepEqual([error.remedy, error.reason], ['wait', undefined]);
      assert.match(error.message, new RegExp(`answered ${status} `));
    });
  }

  it('quotes neither a page, nor what is not a sentence, nor more than a sentence', async () => {
    const bodies = ['<html>403</html>', '"message"', '[1]', 'null', '{"message":5}', json('x '.repeat(200)), ''];
    for (const body of bodies) assert.match((await errorOf({ status: 403, body })).message, /\(403\)$/);
  });

  const echoes: [what: string, body: string][] = [
    ['the whole URL', json(`cannot GET ${url.pathname}${url.search}`)],
    ['the token with its slashes escaped', json(`bad token ${token}`).replaceAll('/', '\\/')],
    ['the token as JSON escapes', json(token.replaceAll('=', '\\u003d'))],
    ['the beginning of the token', json(`bad token ${token.slice(0, 12)}…`)],
    ['a short piece of it between words', json(`bad token ${token.slice(20, 28)} of yours`)],
    ['the signature cut by a gateway', json(`signature ${signature.slice(-10)} does not match`)],
    ['the key id', json('the key ASIAIOSFODNN7EXAMPLE is not known')],
    ['the token beside a sentence that says nothing', JSON.stringify({ message: 'no', query: { token } })],
  ];
  for (const [what, body] of echoes) {
    it(`E2: that repeats ${what} is not quoted`, async () => {
      const { message } = await errorOf({ status: 403, body });
      assert.equal(message, 'the stream refused the credentials (403, and repeats what was sent)');
    });
  }

  it('quotes the time that was signed, and no character that could start a line', async () => {
    const body = json('Signature expired: 20250115T120000Z\u0007\u2028\nat once');
    const { message } = await errorOf({ status: 403, body });
    assert.ok(message.endsWith('(403: Signature expired: 20250115T120000Z\\u0007\\u2028\\nat once)'), message);
  });

  it('is told once, however much is said', async () => {
    const { errors } = await refusal({ status: 403, body: '"message":"'.repeat(100_000) });
    assert.equal(errors.length, 1);
    assert.match(errors[0]?.message ?? '', /\(403\)$/);
  });
});
