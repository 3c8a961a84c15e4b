import assert from 'node:assert/strict';
import { type Handler, type LocalServer, type Reply, startLocalServer } from '../../support/local-server';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../../support/node-red';

/** What a platform's web server adds to its answers, for browsers of its own pages. */
const platformHeaders = {
  etag: '"abc"',
  'strict-transport-security': 'max-age=1',
  'content-security-policy': "default-src 'none'",
  'access-control-allow-origin': 'https://platform.example',
  'cache-control': 'max-age=999',
  'set-cookie': 'session=1',
  link: ['</api/hubs?page=2>; rel="next"', '</api/hubs>; rel="first"'],
};

describe('a flow from http in over ochno-rest to http response', () => {
  let platform: LocalServer;
  let nodeRed: NodeRedProcess;
  /** How the platform answers all but the log-in. */
  let answer: Handler;

  const node = (id: string, type: string, options: object, ...next: string[]): FlowNode => ({
    ...{ id, type, z: 'tab', x: 0, y: 0, wires: [next] },
    ...options,
  });
  const rest = (id: string, method: 'GET' | 'POST', path: string, next: string): FlowNode => {
    const request = { resource: 'custom', operation: 'request', method, path, timeout: '3' };
    return node(id, 'ochno-rest', { account: 'acc', ...request }, next);
  };
  const tell = 'msg.payload = { code: msg.error.code, statusCode: msg.statusCode, headers: msg.headers }; return msg;';

  before(async () => {
    platform = await startLocalServer((request, response) =>
      request.url === '/auth/jwt' ? { body: { token: 'session-token-1' } } : answer(request, response),
    );
    nodeRed = await startNodeRed({
      flow: [
        { id: 'tab', type: 'tab', label: 'Tab' },
        { id: 'acc', type: 'ochno-config', server: platform.url, company: 'c1' },
        node('one', 'http in', { url: '/one', method: 'get' }, 'call'),
        rest('call', 'GET', '/api/hubs', 'answer'),
        // What fails is not sent again: the failure is told, and not that the time for repeating it has passed.
        node('once', 'http in', { url: '/once', method: 'get' }, 'post'),
        rest('post', 'POST', '/api/hubs', 'answer'),
        node('two', 'http in', { url: '/two', method: 'get' }, 'first'),
        rest('first', 'GET', '/api/hubs', 'second'),
        rest('second', 'POST', '/api/lost', 'answer'),
        node('failed', 'catch', { scope: null }, 'tell'),
        node('tell', 'function', { func: tell, outputs: 1 }, 'answer'),
        node('answer', 'http response', {}),
      ],
      credentials: { acc: { email: 'me', password: 'secret password' } },
    });
  });
  after(async () => {
    await nodeRed?.stop();
    await platform.close();
  });

  const get = (path: string, headers = {}): Promise<Response> => fetch(`${nodeRed.url}${path}`, { headers });

  it("C8: gives the browser the answer, and none of the platform's headers", async () => {
    answer = () => ({ body: [{ id: 'h1' }], headers: platformHeaders });
    const response = await get('/one', { 'if-none-match': platformHeaders.etag });
    assert.deepEqual([response.status, await response.json()], [200, [{ id: 'h1' }]]);
    for (const [name, value] of Object.entries(platformHeaders)) {
      assert.notEqual(response.headers.get(name), String(value), name);
    }
  });

  const failures: readonly [what: string, reply: Reply | 'hang up' | 'silent', status: number, code: string][] = [
    ['a refusal', { status: 404, body: { message: 'none' }, headers: platformHeaders }, 404, 'OCHNO_HTTP'],
    ['a failure', { status: 503, headers: { 'retry-after': '9' } }, 503, 'OCHNO_HTTP'],
    ['a page that says it is JSON', { body: Buffer.from('<html>') }, 200, 'OCHNO_HTTP'],
    ['an end in the middle', 'hang up', 200, 'OCHNO_NETWORK'],
    ['silence', 'silent', 200, 'OCHNO_TIMEOUT'],
  ];
  for (const [what, reply, status, code] of failures) {
    it(`C8: answers always, ${what} of the platform included`, async () => {
      answer = (_, response) => {
        if (reply === 'hang up') response.destroy();
        return reply === 'hang up' || reply === 'silent' ? undefined : reply;
      };
      const response = await get('/once');
      assert.equal(response.status, status);
      assert.equal((await response.json()).code, code);
      assert.equal(response.headers.get('strict-transport-security'), null);
    });
  }

  it('C5: leaves nothing of an earlier answer if there was none', async () => {
    answer = ({ url }, response) => {
      if (url === '/api/hubs') return { body: [], headers: platformHeaders };
      response.destroy();
      return undefined;
    };
    assert.deepEqual(await (await get('/two')).json(), { code: 'OCHNO_NETWORK' });
  });

  it('C5: leaves no headers of an earlier answer with another one that is an error', async () => {
    answer = ({ url }) => (url === '/api/hubs' ? { body: [], headers: platformHeaders } : { status: 404, body: {} });
    const response = await get('/two');
    assert.equal(response.status, 404);
    assert.deepEqual(await response.json(), { code: 'OCHNO_HTTP', statusCode: 404 });
  });
});
