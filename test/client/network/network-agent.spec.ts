import assert from 'node:assert/strict';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { failureReason } from '../../../src/client/network/failure-reason';
import type { NetworkOptions, TlsOptions } from '../../../src/client/network/network-agent';
import { agentFor } from '../../../src/client/network/network-agent';
import { TunnelAgent } from '../../../src/client/network/tunnel-agent';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { makeAuthority } from '../../support/certificates';
import { Opened } from '../../support/closing';
import { startConnectProxy } from '../../support/connect-proxy';
import { eventually } from '../../support/eventually';
import { startLocalServer } from '../../support/local-server';
import { ochnoError } from '../../support/ochno-errors';

const opened = new Opened();
const day = 86_400_000;
const tunnel = { keepAlive: true, idleMs: 50 };

/** Asks for a URL over the agent that is made for it; the body of the answer. */
async function fetchText(url: string, options: NetworkOptions): Promise<string> {
  const agent = await agentFor(new URL(url), options);
  const closed = opened.add({ close: () => agent.destroy() });
  try {
    return await new Promise<string>((resolve, reject) => {
      const get = url.startsWith('https') ? httpsGet : httpGet;
      const request = get(url, { agent }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve(text));
      });
      request.on('error', reject);
    });
  } finally {
    closed.close();
  }
}

async function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return failureReason(error);
  }
}

describe('the network agent', function () {
  this.timeout(20_000);
  const authority = makeAuthority();
  const localhost = authority.issue(['localhost', '127.0.0.1']);
  const trusted: TlsOptions = { ca: authority.ca };
  const hello = (): { body: string } => ({ body: 'hello' });

  afterEach(() => opened.close());

  it('goes direct without a proxy, plainly and with TLS', async () => {
    const plain = opened.add(await startLocalServer(hello));
    assert.equal(await fetchText(plain.url, { environment: {} }), 'hello');
    const secure = opened.add(await startLocalServer(hello, localhost));
    assert.equal(await fetchText(secure.url, { environment: {}, tls: trusted }), 'hello');
  });

  it('goes through the proxy that the environment names, with the TLS options for the target', async () => {
    const server = opened.add(await startLocalServer(hello, localhost));
    const proxy = opened.add(await startConnectProxy());
    const environment = { HTTPS_PROXY: proxy.url.replace('http://', 'http://us%40er:p%3Ass@') };
    for (const host of ['127.0.0.1', 'localhost']) {
      assert.equal(await fetchText(`https://${host}:${server.port}/`, { environment, tls: trusted }), 'hello');
    }
    assert.deepEqual(proxy.asked, [`127.0.0.1:${server.port}`, `localhost:${server.port}`]);
    assert.equal(proxy.authorizations[0], `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`);
  });

  it('takes what is not percent-encoded in a proxy’s password as it stands', async () => {
    const server = opened.add(await startLocalServer(hello, localhost));
    const proxy = opened.add(await startConnectProxy());
    const environment = { HTTPS_PROXY: proxy.url.replace('http://', 'http://user:50%zz@') };
    assert.equal(await fetchText(`https://127.0.0.1:${server.port}/`, { environment, tls: trusted }), 'hello');
    assert.equal(proxy.authorizations[0], `Basic ${Buffer.from('user:50%zz').toString('base64')}`);
  });

  it('takes a proxy without a scheme for http', async () => {
    const server = opened.add(await startLocalServer(hello, localhost));
    const proxy = opened.add(await startConnectProxy());
    const environment = { https_proxy: proxy.url.replace('http://', '') };
    assert.equal(await fetchText(server.url, { environment, tls: trusted }), 'hello');
    assert.equal(proxy.asked.length, 1);
  });

  it('goes direct where NO_PROXY says so, and plain HTTP follows http_proxy', async () => {
    const proxy = opened.add(await startConnectProxy());
    const secure = opened.add(await startLocalServer(hello, localhost));
    const plain = opened.add(await startLocalServer(hello));
    const environment = { HTTPS_PROXY: proxy.url, NO_PROXY: '127.0.0.1' };
    assert.equal(await fetchText(secure.url, { environment, tls: trusted }), 'hello');
    assert.equal(
      await fetchText(plain.url, { environment: { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url } }),
      'hello',
    );
    assert.deepEqual(proxy.asked, []);
    assert.equal(await fetchText(plain.url, { environment: { http_proxy: proxy.url } }), 'hello');
    assert.deepEqual(proxy.asked, [`127.0.0.1:${plain.port}`]);
  });

  it('shows its own certificate if the server asks for one', async () => {
    const client = authority.issue(['client.example']);
    const server = opened.add(
      await startLocalServer(hello, { ...localhost, ca: authority.ca, requestCert: true, rejectUnauthorized: true }),
    );
    const proxy = opened.add(await startConnectProxy());
    for (const environment of [{}, { HTTPS_PROXY: proxy.url }]) {
      assert.equal(await fetchText(server.url, { environment, tls: { ...trusted, ...client } }), 'hello');
      await assert.rejects(fetchText(server.url, { environment, tls: trusted }));
    }
  });

  describe('refuses, direct and through a proxy,', () => {
    const cases: [what: string, hosts: string[], tls: TlsOptions, validity?: { from: Date; to: Date }][] = [
      ['a certificate of nobody it knows', ['127.0.0.1'], {}],
      ['a certificate for another host', ['other.example'], trusted],
      ['a certificate that is only for the proxy', ['localhost'], trusted],
      [
        'a certificate that has expired',
        ['127.0.0.1'],
        trusted,
        { from: new Date(Date.now() - 2 * day), to: new Date(Date.now() - day) },
      ],
      ['a certificate that lacks the name asked for', ['127.0.0.1'], { ...trusted, servername: 'named.example' }],
    ];
    for (const [what, hosts, tls, validity] of cases) {
      it(what, async () => {
        const server = opened.add(await startLocalServer(hello, authority.issue(hosts, validity)));
        const proxy = opened.add(await startConnectProxy());
        const byName = proxy.url.replace('127.0.0.1', 'localhost');
        for (const environment of [{}, { HTTPS_PROXY: proxy.url }, { HTTPS_PROXY: byName }]) {
          assert.equal(await reasonOf(fetchText(server.url, { environment, tls })), 'tls');
        }
        assert.deepEqual(server.lines, []);
      });
    }
  });

  it('checks the certificate against the name it was told to', async () => {
    const server = opened.add(await startLocalServer(hello, authority.issue(['named.example'])));
    const proxy = opened.add(await startConnectProxy());
    for (const environment of [{}, { HTTPS_PROXY: proxy.url }]) {
      assert.equal(
        await fetchText(server.url, { environment, tls: { ...trusted, servername: 'named.example' } }),
        'hello',
      );
    }
  });

  it('accepts any certificate only where told to', async () => {
    const server = opened.add(await startLocalServer(hello, authority.issue(['other.example'])));
    const proxy = opened.add(await startConnectProxy());
    for (const environment of [{}, { HTTPS_PROXY: proxy.url }]) {
      assert.equal(await fetchText(server.url, { environment, tls: { rejectUnauthorized: false } }), 'hello');
    }
  });

  for (const status of [403, 407, 502]) {
    it(`says that the proxy refused with ${status}, and sends the request to nobody`, async () => {
      const server = opened.add(await startLocalServer(hello, localhost));
      const proxy = opened.add(await startConnectProxy(() => status));
      const secret = proxy.url.replace('http://', 'http://user:s3cret@');
      const fetched = fetchText(server.url, { environment: { HTTPS_PROXY: secret }, tls: trusted });
      await assert.rejects(fetched, (error: unknown) => {
        assert.ok(error instanceof OchnoError);
        assert.deepEqual([error.code, error.reason], ['OCHNO_NETWORK', 'proxy']);
        assert.match(error.message, new RegExp(`status ${status}.*HTTPS_PROXY`));
        assert.doesNotMatch(error.message, /s3cret/);
        return true;
      });
      assert.deepEqual(server.lines, []);
    });
  }

  it('says that the proxy is not there', async () => {
    const proxy = await startConnectProxy();
    await proxy.close();
    const fetched = fetchText('https://127.0.0.1:1/', { environment: { HTTPS_PROXY: proxy.url } });
    await assert.rejects(
      fetched,
      ochnoError('OCHNO_NETWORK', /proxy 127\.0\.0\.1:\d+ could not be used \(ECONNREFUSED\)/),
    );
    assert.equal(
      await reasonOf(fetchText('https://127.0.0.1:1/', { environment: { HTTPS_PROXY: proxy.url } })),
      'proxy',
    );
  });

  for (const proxy of [
    'http://',
    'socks5://proxy.example',
    'http://s3cret host',
    'ftp://user:s3cret@proxy.example',
    ':::',
  ]) {
    it(`refuses ${proxy} as a proxy`, () => {
      assert.throws(
        () => agentFor(new URL('https://operated.ochno.com'), { environment: { HTTPS_PROXY: proxy } }),
        (error: unknown) => {
          assert.ok(error instanceof OchnoError);
          assert.deepEqual([error.code, error.reason], ['OCHNO_NETWORK', 'proxy']);
          assert.doesNotMatch(error.message, /s3cret/);
          return true;
        },
      );
    });
  }

  it('leaves no connection behind when it is destroyed while the proxy is silent', async () => {
    const proxy = opened.add(await startConnectProxy(() => 'silent'));
    const url = new URL('https://127.0.0.1:1/');
    const agent = await agentFor(url, { environment: { HTTPS_PROXY: proxy.url } });
    const failed = new Promise((resolve) => httpsGet(url, { agent }).on('error', resolve));
    await eventually(() => proxy.asked.length === 1);
    agent.destroy();
    assert.equal(failureReason(await failed), 'proxy');
    await eventually(() => proxy.open.size === 0);
  });

  it('does not wait for a silent proxy for ever, not for a request that was given up either', async () => {
    const proxy = opened.add(await startConnectProxy(() => 'silent'));
    const url = new URL('https://127.0.0.1:1/');
    const agent = new TunnelAgent(new URL(proxy.url), { ...tunnel, tls: {}, answerMs: 50 });
    opened.add({ close: () => agent.destroy() });
    const waiting = new Promise((resolve) => httpsGet(url, { agent }).on('error', resolve));
    httpsGet(url, { agent })
      .on('error', () => undefined)
      .destroy();
    await assert.rejects(waiting.then(Promise.reject.bind(Promise)), ochnoError('OCHNO_NETWORK', /did not answer/));
    await eventually(() => proxy.asked.length === 2 && proxy.open.size === 0);
  });

  it('keeps a tunnel open for the next request', async () => {
    const server = opened.add(await startLocalServer(hello, localhost));
    const proxy = opened.add(await startConnectProxy());
    const url = new URL(server.url);
    const agent = await agentFor(url, { environment: { HTTPS_PROXY: proxy.url }, tls: trusted });
    opened.add({ close: () => agent.destroy() });
    for (let time = 0; time < 3; time += 1) {
      await new Promise<void>((resolve, reject) => {
        httpsGet(url, { agent }, (response) => response.resume().on('close', resolve)).on('error', reject);
      });
    }
    assert.equal(proxy.asked.length, 1);
  });

  it('closes a tunnel that nobody uses any more', async () => {
    const server = opened.add(await startLocalServer(hello, localhost));
    const proxy = opened.add(await startConnectProxy());
    const agent = new TunnelAgent(new URL(proxy.url), { ...tunnel, tls: trusted });
    opened.add({ close: () => agent.destroy() });
    await new Promise<void>((resolve, reject) => {
      httpsGet(server.url, { agent }, (response) => response.resume().on('close', resolve)).on('error', reject);
    });
    assert.equal(proxy.asked.length, 1);
    await eventually(() => proxy.open.size === 0);
  });

  it('speaks TLS to a proxy that wants it', async () => {
    const server = opened.add(await startLocalServer(hello, localhost));
    const proxy = opened.add(await startConnectProxy(() => 200, localhost));
    const environment = { HTTPS_PROXY: proxy.url };
    assert.equal(await reasonOf(fetchText(server.url, { environment, tls: trusted })), 'proxy');
    assert.deepEqual(proxy.asked, []);
  });
});
