import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { type Simulator, startSimulator } from '../index';
import { until } from '../probe/probe';
import { type ApiAnswer, ApiProbe, call, type StreamAccess } from '../probe/probe-api';

const iotAccess = '/api/companies/r2d2i5b43/iotAccess';

describe("the HTTP API's faults", () => {
  let simulator: Simulator;
  let api: ApiProbe;

  beforeEach(async () => {
    simulator = await startSimulator();
    api = await ApiProbe.logIn(simulator);
  });

  afterEach(() => simulator.close());

  function logIn(): Promise<ApiAnswer> {
    const { email, password } = simulator;
    return call(simulator, '/auth/jwt', { method: 'POST', body: { email, password } });
  }

  /** An answer that is not to come; the simulator's end is its end. */
  async function hangs(path: string, request: Promise<ApiAnswer>): Promise<void> {
    const settled = request.then(
      () => 'answered',
      () => 'cut',
    );
    await until('the request is there', () => simulator.records.requests.some((one) => one.path === path));
    await api.status('/api/hubs/hub1');
    await simulator.close();
    assert.equal(await settled, 'cut');
  }

  const answered: readonly (readonly [string, string | number | true, string, number])[] = [
    ['login-refused', true, '/auth/jwt', 401],
    ['login-error', true, '/auth/jwt', 500],
    ['login-error', 503, '/auth/jwt', 503],
    ['logout-error', 502, '/auth/logout', 502],
    ['rest-error', 504, '/api/hubs', 504],
    ['rest-forbidden', true, '/api/hubs', 403],
    ['iot-access-error', true, iotAccess, 500],
    ['iot-access-unauthorized', true, iotAccess, 401],
    ['iot-access-forbidden', true, iotAccess, 403],
    ['iot-access-rate-limited', 7, iotAccess, 429],
  ];
  for (const [name, value, path, status] of answered) {
    it(`${name}${value === true ? '' : `=${value}`} answers ${status} on ${path} until it is switched off`, async () => {
      const ask = (): Promise<ApiAnswer> => (path === '/auth/jwt' ? logIn() : api.call(path));
      simulator.fault(name, value);
      const answer = await ask();
      assert.equal(answer.status, status);
      assert.equal(typeof answer.json<{ message: string }>().message, 'string');
      simulator.fault(name, false);
      assert.equal((await ask()).status, 200);
    });
  }

  it('tokens-revoked makes old tokens worthless and leaves new ones good', async () => {
    simulator.fault('tokens-revoked');
    assert.equal(await api.status('/api/companies'), 401);
    assert.equal(await (await ApiProbe.logIn(simulator)).status('/api/companies'), 200);
  });

  it('rest-error strikes only what its argument says', async () => {
    simulator.fault('rest-error', '500;times=1;path=/hubs');
    assert.equal(await api.status('/api/ports/port1'), 200);
    assert.equal(await api.status('/api/hubs'), 500);
    assert.equal(await api.status('/api/hubs'), 200);
    simulator.fault('rest-error');
    assert.equal(await api.status(iotAccess), 200);
  });

  for (const [name, status] of [
    ['rate-limited', 429],
    ['rest-unavailable', 503],
  ] as const) {
    it(`${name} answers ${status} with Retry-After: seconds, a date, nonsense or none`, async () => {
      const retryAfter = async (value: string | number | true): Promise<unknown> => {
        simulator.fault(name, value);
        const answer = await api.call('/api/ports');
        assert.equal(answer.status, status);
        return answer.headers['retry-after'];
      };
      assert.equal(await retryAfter(true), '1');
      assert.equal(await retryAfter(3), '3');
      assert.equal(await retryAfter('Wed, 21 Oct 2026 07:28:00 GMT'), 'Wed, 21 Oct 2026 07:28:00 GMT');
      assert.equal(await retryAfter('soon'), 'soon');
      assert.equal(await retryAfter('none'), undefined);
    });
  }

  for (const [name, path] of [
    ['rest-slow', '/api/ports/port1'],
    ['iot-access-slow', iotAccess],
    ['login-slow', '/auth/jwt'],
  ] as const) {
    it(`${name} answers as usual, but later`, async () => {
      simulator.fault(name, 30);
      const answer = path === '/auth/jwt' ? await logIn() : await api.call(path);
      assert.equal(answer.status, 200);
    });
  }

  for (const [name, path] of [
    ['rest-hang', '/api/ports'],
    ['iot-access-hang', iotAccess],
    ['logout-hang', '/auth/logout'],
    ['login-hang', '/auth/jwt'],
  ] as const) {
    it(`${name} never answers`, async () => {
      simulator.fault(name, `;times=1`);
      await hangs(path, path === '/auth/jwt' ? logIn() : api.call(path));
    });
  }

  it('rest-reset cuts the connection', async () => {
    simulator.fault('rest-reset');
    await assert.rejects(api.call('/api/ports'), { code: 'ECONNRESET' });
  });

  it('rest-redirect sends elsewhere', async () => {
    simulator.fault('rest-redirect', 'https://elsewhere.example/x');
    const answer = await api.call('/api/ports');
    assert.equal(answer.status, 302);
    assert.equal(answer.headers.location, 'https://elsewhere.example/x');
  });

  for (const [name, path] of [
    ['rest-garbage', '/api/ports'],
    ['iot-access-garbage', iotAccess],
    ['login-garbage', '/auth/jwt'],
  ] as const) {
    it(`${name} answers 200 with what is not JSON, or the wrong one`, async () => {
      const garbage = async (kind: string | true): Promise<ApiAnswer> => {
        simulator.fault(name, kind);
        const answer = path === '/auth/jwt' ? await logIn() : await api.call(path);
        assert.equal(answer.status, 200);
        return answer;
      };
      for (const kind of [true, 'html', 'empty', 'bom'] as const) {
        const answer = await garbage(kind);
        assert.throws(() => answer.json(), SyntaxError, String(kind));
      }
      assert.deepEqual((await garbage('wrong')).json(), { answer: 42 });
      await assert.rejects(garbage('short'), /aborted|terminated|socket hang up/);
    });
  }

  it('rest-garbage=endless never ends', async () => {
    simulator.fault('rest-garbage', 'endless');
    const response = await fetch(`${simulator.url}/api/ports`, { headers: { Authorization: `JWT ${api.token}` } });
    let bytes = 0;
    const reader = response.body?.getReader();
    assert.ok(reader);
    while (bytes < 20_000_000) bytes += (await reader.read()).value?.length ?? 0;
    await reader.cancel();
  });

  it('rest-garbage=drip takes its time', async () => {
    simulator.fault('rest-garbage', 'drip');
    const response = await fetch(`${simulator.url}/api/ports`, { headers: { Authorization: `JWT ${api.token}` } });
    const reader = response.body?.getReader();
    assert.ok(reader);
    const { value } = await reader.read();
    assert.equal(Buffer.from(value ?? []).toString(), '[');
    await reader.cancel();
  });

  it('iot-access-missing-field leaves a field out', async () => {
    simulator.fault('iot-access-missing-field');
    assert.equal((await api.streamAccess()).sessionToken, undefined);
    simulator.fault('iot-access-missing-field', 'region');
    const access = await api.streamAccess();
    assert.equal(access.region, undefined);
    assert.ok(access.sessionToken);
  });

  it('iot-access-fields puts other values in', async () => {
    simulator.fault('iot-access-fields', '{"host": "https://evil.example", "expiration": 1700000000}');
    const access = await api.get<StreamAccess & { expiration: unknown }>(iotAccess);
    assert.equal(access.host, 'https://evil.example');
    assert.equal(access.expiration, 1_700_000_000);
    simulator.fault('iot-access-fields', 'no JSON');
    assert.equal(await api.status(iotAccess), 500);
  });

  it('iot-expiration-past says that the credentials are over', async () => {
    simulator.fault('iot-expiration-past');
    assert.ok(Date.parse((await api.streamAccess()).expiration) < Date.now());
  });

  it('clock-skew moves the Date header, the credentials and the tokens together', async () => {
    simulator.fault('clock-skew', 12);
    const answer = await api.call('/api/companies');
    assert.ok(Date.parse(String(answer.headers.date)) - Date.now() > 11 * 60_000);
    assert.ok(Date.parse((await api.streamAccess()).expiration) - Date.now() > 71 * 60_000);
    simulator.fault('clock-skew', false);
    assert.ok(Date.parse(String((await api.call('/api/companies')).headers.date)) - Date.now() < 60_000);
  });

  it("cdn-page answers with a CDN's page that names another request each time, if the path says so", async () => {
    simulator.fault('cdn-page', '503;path=/auth/jwt');
    const answers = [await logIn(), await logIn()];
    for (const { status, headers, text } of answers) {
      assert.equal(status, 503);
      assert.match(String(headers['content-type']), /^text\/html/);
      assert.ok(text.includes(String(headers['x-request-id'])));
    }
    assert.notEqual(answers[0]?.text, answers[1]?.text);
    assert.equal(await api.status('/api/hubs'), 200);
    simulator.fault('cdn-page');
    assert.equal((await api.call('/api/hubs')).status, 403);
    simulator.fault('cdn-page', false);
    assert.equal((await logIn()).status, 200);
  });

  describe('stale-keep-alive', () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    after(() => agent.destroy());

    function ask(method: string): Promise<number | undefined> {
      return new Promise((resolve, reject) => {
        const headers = { Authorization: `JWT ${api.token}`, 'Content-Type': 'application/json' };
        const sent = request(`${simulator.url}/api/companies`, { agent, method, headers }, (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode));
        });
        sent.on('error', reject);
        sent.end(method === 'POST' ? '{"name": "New"}' : undefined);
      });
    }

    it('stale-keep-alive loses a request on a connection that was idle, unread', async () => {
      simulator.fault('stale-keep-alive');
      assert.equal(await ask('GET'), 200);
      const before = simulator.records.requests.length;
      await assert.rejects(ask('POST'), { code: 'ECONNRESET' });
      assert.equal(simulator.records.requests.length, before);
      assert.equal(await ask('POST'), 201);
      simulator.fault('stale-keep-alive', false);
      assert.equal(await ask('GET'), 200);
    });

    it('stale-keep-alive leaves what was idle for a shorter time', async () => {
      simulator.fault('stale-keep-alive', 60_000);
      for (let call = 0; call < 3; call++) assert.equal(await ask('GET'), 200);
    });
  });
});
