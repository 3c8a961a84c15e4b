import assert from 'node:assert/strict';
import { silentLogger } from '../../../src/client/logger';
import { PlatformApi, type PlatformApiOptions, SharedLogIns } from '../../../src/client/rest/platform-api';
import { systemClock } from '../../../src/client/time/clock';
import { parseServerUrl } from '../../../src/protocol/rest/server-url';
import { Opened } from '../../support/closing';
import { type LocalServer, startLocalServer } from '../../support/local-server';

const opened = new Opened();

/** A platform where each log-in ends the token before it. */
async function startJealousPlatform(): Promise<LocalServer> {
  let logIns = 0;
  return opened.add(
    await startLocalServer(({ method, url, headers }) => {
      if (method === 'POST' && url === '/auth/jwt') {
        logIns += 1;
        return { body: { token: `the token number ${logIns}`.replaceAll(' ', '-') } };
      }
      return headers.authorization === `JWT the-token-number-${logIns}` ? { body: [] } : { status: 401, body: {} };
    }),
  );
}

function open(server: LocalServer, logIns: SharedLogIns | undefined, password = 'secret password'): PlatformApi {
  const options: PlatformApiOptions = {
    server: parseServerUrl(server.url),
    email: 'me@example.com',
    password,
    network: { environment: {} },
    logIns,
    portNames: async () => () => undefined,
    clock: systemClock,
    random: () => 0,
    log: silentLogger,
    onAnswer: () => undefined,
    onRefused: () => undefined,
  };
  return opened.add(new PlatformApi(options));
}

const list = { method: 'GET', path: '/api/companies' };

describe('the platform’s API for several accounts', () => {
  afterEach(() => opened.close());

  it('C12: logs fifty accounts of one user in once, and out with the last', async () => {
    const server = await startJealousPlatform();
    const logIns = new SharedLogIns();
    const apis = Array.from({ length: 50 }, () => open(server, logIns));
    await Promise.all(apis.map((api) => api.request(list)));
    const count = (line: string): number => server.lines.filter((seen) => seen === line).length;
    assert.deepEqual([count('POST /auth/jwt'), count('GET /api/companies')], [1, 50]);
    await Promise.all(apis.slice(1).map((api) => api.close()));
    assert.equal(count('GET /auth/logout'), 0);
    await apis[0]?.request(list);
    await apis[0]?.close();
    assert.deepEqual([count('POST /auth/jwt'), count('GET /auth/logout')], [1, 1]);
  });

  it('keeps apart the log-ins of those who give other passwords, and begins anew after the last has gone', async () => {
    const server = await startJealousPlatform();
    const logIns = new SharedLogIns();
    for (const password of ['secret password', 'another one', 'secret password']) {
      const api = open(server, logIns, password);
      await api.request(list);
      await api.close();
    }
    assert.equal(server.lines.filter((line) => line === 'POST /auth/jwt').length, 3);
  });

  it('D11: fetches the stream credentials of a company once for all who ask', async () => {
    const server = await startJealousPlatform();
    const api = open(server, undefined);
    assert.equal(api.credentials('c'), api.credentials('c'));
    assert.notEqual(api.credentials('c'), api.credentials('d'));
  });
});
