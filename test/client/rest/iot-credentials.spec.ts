import assert from 'node:assert/strict';
import { IotCredentials } from '../../../src/client/rest/iot-credentials';
import type { RestRequest, RestResponse } from '../../../src/client/rest/rest-request';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { Opened } from '../../support/closing';
import { FakeClock } from '../../support/fake-clock';
import { failureOf, ochnoError } from '../../support/ochno-errors';
import { inTurn, startRestAccount } from '../../support/rest-account';

const opened = new Opened();
const hour = 3_600_000;

function answerAt(nowMs: number, more: object = {}): object {
  return {
    accessKeyId: 'ASIAEXAMPLE',
    secretKey: 'secret',
    sessionToken: 'session',
    region: 'eu-west-1',
    host: 'abc.iot.eu-west-1.amazonaws.com',
    expiration: new Date(nowMs + hour).toISOString(),
    ...more,
  };
}

/** Stream credentials over a REST client that answers what `answer` gives, or throws what it throws. */
function setUp(
  answer: () => object | string,
  headers: RestResponse['headers'] = {},
): { iot: IotCredentials; clock: FakeClock; requests: RestRequest[] } {
  const clock = new FakeClock(Date.UTC(2025, 0, 15, 12));
  const requests: RestRequest[] = [];
  const rest = {
    request: async (request: RestRequest): Promise<RestResponse> => {
      requests.push(request);
      await Promise.resolve();
      return { statusCode: 200, headers, body: answer(), method: 'GET', path: request.path };
    },
  };
  return {
    iot: new IotCredentials({ company: 'r2 d2', serverHost: 'operated.ochno.com', rest, clock, random: () => 0 }),
    clock,
    requests,
  };
}

describe('the stream credentials of a company', () => {
  afterEach(() => opened.close());

  it('are fetched once for all callers, with a time limit and a size limit', async () => {
    const { iot, clock, requests } = setUp(() => answerAt(clock.now()));
    const [first, second] = await Promise.all([iot.current(), iot.current(), iot.renew()]);
    assert.equal(first.credentials, second.credentials);
    assert.deepEqual([first.lifeMs, first.renewAtMs], [hour, 0.75 * hour]);
    assert.deepEqual(requests, [
      {
        method: 'GET',
        path: '/api/companies/r2%20d2/iotAccess',
        timeoutMs: 10_000,
        maxAnswerBytes: 65_536,
        queue: 'none',
      },
    ]);
  });

  it('are kept while they live, and no longer', async () => {
    const { iot, clock, requests } = setUp(() => answerAt(clock.now()));
    const first = await iot.current();
    await clock.advance(hour - 1);
    assert.equal((await iot.current()).credentials, first.credentials);
    await clock.advance(1);
    assert.notEqual((await iot.current()).credentials, first.credentials);
    assert.equal(requests.length, 2);
  });

  it('stay when they cannot be renewed', async () => {
    let broken = false;
    const { iot, clock } = setUp(() => {
      if (broken) throw new OchnoError('OCHNO_HTTP', 'later', { statusCode: 503, cause: { statusCode: 503 } });
      return answerAt(clock.now());
    });
    const first = await iot.current();
    broken = true;
    await assert.rejects(iot.renew(), ochnoError('OCHNO_HTTP'));
    assert.equal((await iot.current()).credentials, first.credentials);
  });

  it('stay when what comes in their place is rubbish', async () => {
    let rubbish: object | string | undefined;
    const { iot, clock } = setUp(() => rubbish ?? answerAt(clock.now()));
    const first = await iot.current();
    for (const answer of [
      '<html>',
      '',
      {},
      answerAt(clock.now(), { secretKey: '' }),
      answerAt(clock.now() - 2 * hour),
    ]) {
      rubbish = answer;
      await assert.rejects(iot.renew(), ochnoError('OCHNO_VALUE'));
      assert.equal((await iot.current()).credentials, first.credentials);
    }
  });

  it('that the gateway refused are not given again, but newer ones are', async () => {
    const { iot, clock, requests } = setUp(() => answerAt(clock.now()));
    const first = await iot.current();
    const second = await iot.renew();
    iot.reject(first);
    assert.equal((await iot.current()).credentials, second.credentials);
    iot.reject(second);
    await iot.current();
    assert.equal(requests.length, 3);
  });

  it('that are refused like those before them are given again for a minute', async () => {
    const { iot, clock, requests } = setUp(() => answerAt(clock.now()));
    const refuse = async (): Promise<void> => iot.reject(await iot.current());
    for (let refusals = 0; refusals < 50; refusals += 1) {
      await refuse();
      await clock.advance(1_000);
    }
    assert.equal(requests.length, 2);
    await clock.advance(15_000);
    await refuse();
    await iot.current();
    assert.equal(requests.length, 3);
  });

  it("live by the platform's clock where this computer's is wrong", async () => {
    const platformMs = Date.UTC(2025, 0, 15, 10);
    const { iot } = setUp(() => answerAt(platformMs), { date: new Date(platformMs).toUTCString() });
    assert.equal((await iot.current()).lifeMs, hour);
  });

  it('of a company whose id cannot be one are not asked for', async () => {
    const rest = { request: () => assert.fail('was asked') };
    for (const company of ['..', '', 'a\\..\\b', '%2e%2e']) {
      const iot = new IotCredentials({
        company,
        serverHost: 'localhost',
        rest,
        clock: new FakeClock(),
        random: () => 0,
      });
      await assert.rejects(iot.current(), ochnoError('OCHNO_VALUE'));
    }
  });

  it('that are endless or never come are given up', async () => {
    const huge = await startRestAccount(opened, inTurn({ body: answerAt(Date.now(), { more: 'x'.repeat(70_000) }) }));
    const source = new IotCredentials({
      company: 'a',
      serverHost: 'localhost',
      rest: huge.rest,
      clock: huge.clock,
      random: () => 0,
    });
    const error = await failureOf(() => source.current());
    assert.match(error.message, /larger than 64 KiB/);
  });

  it('that are forbidden say so', async () => {
    const { rest, clock } = await startRestAccount(opened, inTurn({ status: 403 }));
    const error = await failureOf(() =>
      new IotCredentials({ company: 'a', serverHost: 'localhost', rest, clock, random: () => 0 }).current(),
    );
    assert.deepEqual([error.code, error.reason], ['OCHNO_HTTP', 'forbidden']);
  });
});
