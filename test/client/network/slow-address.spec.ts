import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import dns from 'node:dns';
import { once } from 'node:events';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { connect, type Socket } from 'node:net';
import { failureReason } from '../../../src/client/network/failure-reason';
import { agentFor, streamAgentFor } from '../../../src/client/network/network-agent';
import { eventually } from '../../support/eventually';

/** A server whose queue of connections can be full: the kernel then answers no more before their next try, a second later. */
const server = `
  const { createServer } = require('node:net');
  const server = createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 407 No\\r\\n\\r\\n'));
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => process.send(server.address().port));
  const stall = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 700);
  process.on('message', () => process.send('stalled', () => setImmediate(stall)));
`;

describe('a host whose first address takes longer to answer than Node.js waits for it', function () {
  this.timeout(20_000);
  const { lookup } = dns;
  let child: ChildProcess;
  let port: number;
  let fillers: Socket[];

  beforeEach(async () => {
    fillers = [];
    child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    [port] = await once(child, 'message');
    child.send('stall');
    await once(child, 'message');
    let connected = 0;
    for (let count = 0; count < 6; count += 1) {
      const filler = connect(port, '127.0.0.1', () => {
        connected += 1;
      });
      fillers.push(filler.on('error', () => undefined));
    }
    await eventually(() => connected >= 2, 'a full queue');
    const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    const slowFirst = (_host: string, _options: unknown, done: (error: null, found: unknown) => void): void =>
      done(null, addresses);
    Object.assign(dns, { lookup: slowFirst });
  });

  afterEach(() => {
    Object.assign(dns, { lookup });
    for (const filler of fillers) filler.destroy();
    child.kill();
  });

  for (const [what, agentOf] of [
    ['REST', agentFor],
    ['the stream', streamAgentFor],
  ] as const) {
    it(`A12: is reached by ${what}`, async () => {
      const url = new URL(`http://two-addresses.example:${port}/`);
      const agent = await agentOf(url, { environment: {} });
      const status = await new Promise((resolve, reject) => {
        httpGet(url, { agent, lookup: dns.lookup }, (answer) => resolve(answer.statusCode)).on('error', reject);
      });
      assert.equal(status, 407);
      agent.destroy();
    });
  }

  it('A12: is reached as a proxy', async () => {
    const url = new URL('https://target.example/');
    const environment = { HTTPS_PROXY: `http://two-addresses.example:${port}` };
    const agent = await agentFor(url, { environment });
    const error = await new Promise((resolve) => {
      httpsGet(url, { agent }).on('error', resolve);
    });
    assert.equal(failureReason(error), 'proxy');
    assert.match(String(error), /refused the connection with status 407/);
    agent.destroy();
  });
});
