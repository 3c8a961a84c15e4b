import assert from 'node:assert/strict';
import { type Simulator, type SimulatorOptions, startSimulator } from '../index';
import { until } from '../probe/probe';
import { ApiProbe, call } from '../probe/probe-api';

interface Problem {
  readonly message: string;
}

describe("log-in and log-out at the simulator's HTTP API", () => {
  let simulator: Simulator;
  let api: ApiProbe;

  async function start(options?: SimulatorOptions): Promise<void> {
    simulator = await startSimulator(options);
    api = await ApiProbe.logIn(simulator);
  }

  afterEach(() => simulator.close());

  it('gives a JWT with its expiry for the right password', async () => {
    await start({ jwtTtlSeconds: 600 });
    const claims = JSON.parse(Buffer.from(api.token.split('.')[1] ?? '', 'base64url').toString());
    assert.ok(Number.isInteger(claims.exp));
    assert.ok(Math.abs(claims.exp - Date.now() / 1000 - 600) < 60);
    assert.equal(simulator.records.logIns, 1);
  });

  it('answers 401 to a wrong password and 400 to a bad body', async () => {
    await start();
    const post = (body: unknown): Promise<number> =>
      call(simulator, '/auth/jwt', { method: 'POST', body }).then(({ status }) => status);
    assert.equal(await post({ email: simulator.email, password: 'wrong' }), 401);
    assert.equal(await post({ email: simulator.email }), 400);
    assert.equal(await post('{"email": '), 400);
    assert.equal(await post([1]), 400);
    assert.equal((await call(simulator, '/auth/jwt')).status, 405);
    assert.equal(simulator.records.refusedLogIns, 1);
  });

  it('answers 401 without a token, with a forged one, with a removed one and with an expired one', async () => {
    await start({ jwtTtlSeconds: 0.2 });
    const status = async (authorization?: string): Promise<number> => {
      const headers: Record<string, string> = authorization === undefined ? {} : { Authorization: authorization };
      return (await call(simulator, '/api/companies', { headers })).status;
    };
    assert.equal(await status(), 401);
    assert.equal(await status(`Bearer ${api.token}`), 401);
    assert.equal(await status('JWT a.b.c'), 401);
    const [header, claims] = api.token.split('.');
    assert.equal(await status(`JWT ${header}.${claims}.${'x'.repeat(43)}`), 401);
    let expired = false;
    await until('the token expires', () => {
      void api.status('/api/companies').then((code) => {
        expired = code === 401;
      });
      return expired;
    });
  });

  it('removes the token at log-out, and only that one', async () => {
    await start();
    const other = await ApiProbe.logIn(simulator);
    assert.equal(await api.status('/auth/logout'), 200);
    const answer = await api.call('/api/companies');
    assert.equal(answer.status, 401);
    assert.equal(answer.json<Problem>().message, 'The token has been removed');
    assert.equal(await other.status('/api/companies'), 200);
    assert.equal(simulator.records.logOuts, 1);
  });
});
