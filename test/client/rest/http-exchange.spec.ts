import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HttpExchange, type HttpRequest } from '../../../src/client/rest/http-exchange';
import { type Identity, makeAuthority } from '../../support/certificates';
import { Opened } from '../../support/closing';
import { startConnectProxy } from '../../support/connect-proxy';
import { eventually } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { startLocalServer } from '../../support/local-server';
import { failureOf, ochnoError } from '../../support/ochno-errors';
import { inTurn, restClientFor } from '../../support/rest-account';

const opened = new Opened();
const authority = makeAuthority();
const localhost = authority.issue(['localhost', '127.0.0.1']);
const run = promisify(execFile);

function get(url: URL): HttpRequest {
  return { method: 'GET', url, maxAnswerBytes: 1000, signal: new AbortController().signal };
}

/** Asks for a URL in a process of its own, with these variables set. */
async function askElsewhere(url: string, environment: Record<string, string>): Promise<string> {
  const program = join(__dirname, '../../support/one-request.ts');
  const { HTTPS_PROXY: _, https_proxy: __, ...inherited } = process.env;
  const options = { env: { ...inherited, ...environment } };
  const { stdout } = await run(process.execPath, ['--require', 'tsx', program, url], options);
  return stdout;
}

describe('the HTTP exchange', () => {
  afterEach(() => opened.close());

  it('sends to its own origin only, and nothing once it is closed', async () => {
    const server = opened.add(await startLocalServer(inTurn({ body: 'ok' })));
    const elsewhere = opened.add(await startLocalServer(inTurn({ body: 'caught' })));
    const http = new HttpExchange(new URL(server.url), { environment: {} });
    assert.equal((await http.send(get(new URL('/x', server.url)))).body.toString(), 'ok');
    await assert.rejects(http.send(get(new URL(elsewhere.url))), ochnoError('OCHNO_VALUE', /not the account's server/));
    http.close();
    await assert.rejects(http.send(get(new URL(server.url))), ochnoError('OCHNO_CLOSED'));
    assert.deepEqual(elsewhere.lines, []);
  });

  it('takes no answer of any status for an error', async () => {
    const server = opened.add(await startLocalServer(inTurn({ status: 503, body: 'later' })));
    const http = opened.add(new HttpExchange(new URL(server.url), { environment: {} }));
    const answer = await http.send(get(new URL(server.url)));
    assert.deepEqual([answer.statusCode, answer.body.toString()], [503, 'later']);
  });

  it('heeds no proxy settings but those it was given', async () => {
    const server = opened.add(await startLocalServer(inTurn({ body: 'ok' })));
    const before = process.env.http_proxy;
    process.env.http_proxy = 'http://127.0.0.1:1';
    try {
      const http = opened.add(new HttpExchange(new URL(server.url), { environment: {} }));
      assert.equal((await http.send(get(new URL(server.url)))).statusCode, 200);
    } finally {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
  });

  it('gives REST a CONNECT proxy and TLS options', async () => {
    const server = opened.add(await startLocalServer(inTurn({ body: { token: 'abc' } }, { body: [1] }), localhost));
    const proxy = opened.add(await startConnectProxy());
    const network = { environment: { HTTPS_PROXY: proxy.url }, tls: { ca: authority.ca } };
    const { rest } = restClientFor(opened, server.url, new FakeClock(), { network });
    assert.deepEqual((await rest.request({ method: 'GET', path: '/api/ports' })).body, [1]);
    const target = `127.0.0.1:${server.port}`;
    // The log-in is a POST, which has a connection of its own.
    assert.deepEqual(proxy.asked, [target, target]);
    assert.deepEqual(server.lines, ['POST /auth/jwt', 'GET /api/ports']);
  });

  it("takes the proxy's refusal for a network failure, and sends neither password nor token", async () => {
    const server = opened.add(await startLocalServer(inTurn({ body: 'ok' }), localhost));
    const proxy = opened.add(await startConnectProxy(() => 407));
    const network = { environment: { HTTPS_PROXY: proxy.url }, tls: { ca: authority.ca } };
    const { rest } = restClientFor(opened, server.url, new FakeClock(), { network });
    const error = await failureOf(() => rest.request({ method: 'POST', path: '/x' }));
    assert.deepEqual([error.code, error.reason], ['OCHNO_NETWORK', 'proxy']);
    assert.deepEqual(server.lines, []);
  });

  it('says of a certificate it does not trust that it is TLS, and does not try again', async () => {
    const server = opened.add(await startLocalServer(inTurn({ body: 'ok' }), localhost));
    const { rest } = restClientFor(opened, server.url, new FakeClock());
    const error = await failureOf(() => rest.request({ method: 'GET', path: '/x' }));
    assert.deepEqual([error.code, error.reason, error.retryable], ['OCHNO_NETWORK', 'tls', false]);
    assert.match(error.message, /certificate.*\(UNABLE_TO_VERIFY_LEAF_SIGNATURE\)/);
  });

  it("D7: tells a client certificate that is missed, or does not fit its key, from the server's certificate", async () => {
    const demands = { ...localhost, ca: authority.ca, requestCert: true, rejectUnauthorized: true };
    const server = opened.add(await startLocalServer(inTurn({ body: 'ok' }), demands));
    const proxy = opened.add(await startConnectProxy());
    const problemWith = async (client: Partial<Identity>, environment = {}): Promise<readonly unknown[]> => {
      const network = { environment, tls: { ca: authority.ca, ...client } };
      const http = opened.add(new HttpExchange(new URL(server.url), network));
      const { reason, problem, message } = await failureOf(() => http.send(get(new URL(server.url))));
      return [reason, problem, /its certificate was not accepted/.test(message)];
    };
    assert.deepEqual(await problemWith({}), ['tls', { field: 'tls', key: 'tls-client' }, false]);
    const mixed = { cert: localhost.cert, key: makeAuthority().issue(['me']).key };
    for (const environment of [{}, { HTTPS_PROXY: proxy.url }])
      assert.deepEqual(await problemWith(mixed, environment), ['tls', { field: 'tls', key: 'tls-pair' }, false]);
    await eventually(() => proxy.open.size === 0, 'nothing is left open at the proxy');
  });

  it('trusts what NODE_EXTRA_CA_CERTS adds, direct and through a proxy, which may speak TLS itself', async () => {
    const server = opened.add(await startLocalServer(inTurn({ body: 'ok' }), localhost));
    const proxy = opened.add(await startConnectProxy());
    const secureProxy = opened.add(await startConnectProxy(() => 200, localhost));
    const folder = await mkdtemp(join(tmpdir(), 'ochno-ca-'));
    opened.add({ close: () => rm(folder, { recursive: true }) });
    const file = join(folder, 'ca.pem');
    await writeFile(file, authority.ca);
    const answers = await Promise.all([
      askElsewhere(server.url, {}),
      askElsewhere(server.url, { NODE_EXTRA_CA_CERTS: file }),
      askElsewhere(server.url, { NODE_EXTRA_CA_CERTS: file, HTTPS_PROXY: proxy.url }),
      askElsewhere(server.url, { NODE_EXTRA_CA_CERTS: file, HTTPS_PROXY: secureProxy.url }),
    ]);
    assert.deepEqual(answers, ['tls', '200 ok', '200 ok', '200 ok']);
    assert.deepEqual([proxy.asked.length, secureProxy.asked.length], [1, 1]);
  }).timeout(90_000);
});
