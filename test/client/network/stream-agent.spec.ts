import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TlsOptions } from '../../../src/client/network/network-agent';
import { streamAgentFor } from '../../../src/client/network/network-agent';
import { makeAuthority } from '../../support/certificates';
import { Opened } from '../../support/closing';
import { type LocalServer, startLocalServer } from '../../support/local-server';

const run = promisify(execFile);
const answer = (): { body: string } => ({ body: 'hello' });

/** Reaches two URLs as the stream does, in a process that begins with an authority of its own. */
const script = `
  const { get } = require('node:https');
  const { agentFor, streamAgentFor } = require(process.argv[1]);
  const { tls, urls } = JSON.parse(process.argv[2]);
  const outcome = async (agentOf, url) => {
    const agent = await agentOf(new URL(url), { environment: {}, tls });
    return new Promise((resolve) => {
      get(url, { agent }, ({ statusCode }) => resolve(statusCode)).on('error', ({ code }) => resolve(code));
    }).finally(() => agent.destroy());
  };
  (async () => {
    const outcomes = [];
    for (const agentOf of [streamAgentFor, agentFor]) for (const url of urls) outcomes.push(await outcome(agentOf, url));
    process.stdout.write(JSON.stringify(outcomes));
  })();
`;

describe('the agent for the stream', function () {
  this.timeout(20_000);
  const usual = makeAuthority();
  const proxys = makeAuthority('Ochno test proxy');
  const opened = new Opened();

  afterEach(() => opened.close());

  const serverOf = async (authority: typeof usual): Promise<LocalServer> =>
    opened.add(await startLocalServer(answer, authority.issue(['127.0.0.1'])));

  async function statusOf(url: string, tls: TlsOptions): Promise<number | undefined> {
    const agent = await streamAgentFor(new URL(url), { environment: {}, tls });
    opened.add({ close: () => agent.destroy() });
    return new Promise((done, failed) => {
      get(url, { agent }, (response) => done(response.resume().statusCode)).on('error', failed);
    });
  }

  it('A14: asks for no server name, which is the account’s server’s', async () => {
    const { url } = await serverOf(usual);
    assert.equal(await statusOf(url, { ca: usual.ca, servername: 'ochno.intranet.example' }), 200);
  });

  it('A14: trusts the authority of a company’s proxy beside those that Node.js was told of', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ochno-'));
    opened.add({ close: () => rm(folder, { recursive: true }) });
    const file = join(folder, 'extra.pem');
    await writeFile(file, usual.ca);
    const urls = [(await serverOf(usual)).url, (await serverOf(proxys)).url];
    const module = resolve('src/client/network/network-agent.ts');
    const parts = ['--import', 'tsx', '-e', script, module, JSON.stringify({ tls: { ca: proxys.ca }, urls })];
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: file };
    const { stdout } = await run(process.execPath, parts, { env });
    assert.deepEqual(JSON.parse(stdout), [200, 200, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 200]);
  });

  it('A14: trusts several authorities, as a bundle or as a list, and nobody else', async () => {
    const { url } = await serverOf(usual);
    assert.equal(await statusOf(url, { ca: `${proxys.ca}${usual.ca}` }), 200);
    assert.equal(await statusOf(url, { ca: [proxys.ca, usual.ca] }), 200);
    await assert.rejects(statusOf(url, { ca: proxys.ca }));
    await assert.rejects(statusOf(url, { ca: '' }));
  });
});
