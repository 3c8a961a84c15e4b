import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { type UpgradingSocket, watchForRefusal } from '../../../src/client/mqtt/refused-upgrade';
import type { StreamError } from '../../../src/client/mqtt/stream-error';
import { settle } from '../../support/fake-clock';

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
  const socket = new EventEmitter();
  const errors: StreamError[] = [];
  const times = { nowMs: () => nowMs, signedAtMs: answer.signedAtMs ?? nowMs };
  watchForRefusal(socket as UpgradingSocket, times, (error) => errors.push(error));
  const headers = { date: new Date(answer.date ?? nowMs).toUTCString() };
  const response = Object.assign(new PassThrough(), { statusCode: answer.status, headers });
  let isEnded = false;
  const request = {
    destroy: () => {
      isEnded = true;
    },
  };
  socket.emit('unexpected-response', request as ClientRequest, response as unknown as IncomingMessage);
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
    assert.deepEqual([error.remedy, error.reason, error.clockOffsetMs], ['correct clock', 'clock', 10 * minute]);
  });

  it('judges by the time that was signed, not by the clock of now', async () => {
    const corrected = await errorOf({ status: 403, date: nowMs + 10 * minute, signedAtMs: nowMs + 9 * minute });
    assert.equal(corrected.remedy, 'new credentials');
    const outdated = await errorOf({ status: 403, date: nowMs, signedAtMs: nowMs - 30 * minute });
    assert.deepEqual([outdated.remedy, outdated.clockOffsetMs], ['correct clock', 0]);
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

  it('quotes no secret that a gateway repeats, escaped or in part, and no character that could start a line', async () => {
    const token = 'IQoJb3JpZ2luX2VjEJr';
    const said = `refused /mqtt?X-Amz-Security-Token=${token}%2F${token}\u0007\nat once`;
    for (const body of [json(said), json(said).replaceAll('=', '\\u003d').replaceAll('/', '\\/')]) {
      const { message } = await errorOf({ status: 403, body });
      assert.match(message, /\(403: refused … {2}at once\)$/);
    }
  });

  it('is told once, however much is said', async () => {
    const { errors } = await refusal({ status: 403, body: '"message":"'.repeat(100_000) });
    assert.equal(errors.length, 1);
    assert.match(errors[0]?.message ?? '', /\(403\)$/);
  });
});
