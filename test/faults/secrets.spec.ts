import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type ConnectionStatus, OchnoAccount, testConnection } from '../../src';
import { Opened } from '../support/closing';
import { EventLog } from '../support/event-log';
import { eventually } from '../support/eventually';
import { type LocalServer, type Reply, startLocalServer } from '../support/local-server';
import { LogLines } from '../support/log-lines';
import { type Script, type ScriptedBroker, startScriptedBroker } from '../support/scripted-broker';
import { steadyRandom } from '../support/steady-random';
import { company } from './stage';

const password = 'correct-horse-battery-staple';
const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';
const secretKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYSECRETKEY';
const sessionToken = 'IQoJb3JpZ2luX2VjEXAMPLESESSIONTOKEN==';

/** What must be nowhere: the secrets themselves, and what only a signed URL holds. */
const forbidden = [
  password,
  token,
  secretKey,
  encodeURIComponent(secretKey),
  sessionToken,
  encodeURIComponent(sessionToken),
  'X-Amz-Signature',
  'X-Amz-Security-Token',
];

interface Case {
  readonly name: string;
  /** What the platform answers, by the end of the path; the rest is as it should be. */
  readonly replies?: Readonly<Record<string, Reply>>;
  readonly script?: Script;
  /** Put over what `iotAccess` answers. */
  readonly access?: Readonly<Record<string, unknown>>;
  readonly endsAs: ConnectionStatus['state'];
}

const cases: readonly Case[] = [
  { name: 'all goes well', endsAs: 'connected' },
  {
    name: 'the log-in is refused, and the answer repeats the password',
    replies: { '/auth/jwt': { status: 401, body: { message: `wrong password ${password}` } } },
    endsAs: 'log-in refused',
  },
  {
    name: 'iotAccess is answered 403, and the answer repeats the token',
    replies: { '/iotAccess': { status: 403, body: { message: `token ${token} is not allowed` } } },
    endsAs: 'disconnected',
  },
  {
    name: 'iotAccess is answered with what is not JSON',
    replies: { '/iotAccess': { body: Buffer.from(`{"secretKey": "${secretKey}", "sessionToken": "${sessionToken}`) } },
    endsAs: 'disconnected',
  },
  { name: 'a secret is not usable text', access: { secretKey: `${secretKey}\n` }, endsAs: 'disconnected' },
  { name: 'the host is a signed URL', access: { host: `x/mqtt?X-Amz-Signature=${secretKey}` }, endsAs: 'disconnected' },
  { name: 'nothing listens at the stream’s host', access: { port: 1 }, endsAs: 'disconnected' },
  { name: 'the stream’s host has no TLS', access: { protocol: 'wss' }, endsAs: 'disconnected' },
  {
    name: 'CONNECT is refused',
    script: { onConnect: (connection) => connection.send({ cmd: 'connack', returnCode: 5, sessionPresent: false }) },
    endsAs: 'disconnected',
  },
  {
    name: 'the stream’s server closes the connection',
    script: { onConnect: (connection) => connection.close() },
    endsAs: 'disconnected',
  },
];

describe('faults of secrecy', () => {
  const opened = new Opened();

  afterEach(() => opened.close());

  async function platform({ replies = {}, access = {} }: Case, broker: ScriptedBroker): Promise<LocalServer> {
    const stream = {
      ...{ accessKeyId: 'ASIAEXAMPLE', secretKey, sessionToken, region: 'eu-west-1' },
      ...{ host: '127.0.0.1', port: broker.port, protocol: 'ws', ...access },
    };
    const usual: Readonly<Record<string, Reply>> = {
      '/auth/jwt': { body: { token } },
      '/auth/logout': { body: {} },
      '/iotAccess': { body: stream },
      '/api/fails': { status: 500, body: { message: `broken for ${token}` } },
    };
    return opened.add(
      await startLocalServer(({ url }) => {
        const end = Object.keys(usual).find((path) => url.endsWith(path)) ?? '';
        return replies[end] ?? usual[end] ?? { status: 404 };
      }),
    );
  }

  /** All that an account shows anyone, as text. */
  async function everythingShown(one: Case): Promise<string> {
    const broker = opened.add(await startScriptedBroker(one.script));
    const server = await platform(one, broker);
    const log = new LogLines();
    const options = { server: server.url, email: 'me@example.com', password, company, network: { environment: {} } };
    const account = opened.add(new OchnoAccount(options, { logger: log, random: steadyRandom(0) }));
    const events = new EventLog();
    account.subscribe({ company }, events);
    await eventually(() => account.status(company).state === one.endsAs, `the stream is ${one.endsAs}`, {
      state: () => inspect([account.status(company), log.lines]),
    });
    const target = { company, location: 'l', hub: 'h', port: 'p' };
    const command = { command: 'lamp', value: 1, confirm: false, timeoutMs: 50 } as const;
    const ends = await Promise.allSettled([
      account.request({ method: 'GET', path: '/api/fails', timeoutMs: 100 }),
      account.request({ method: 'GET', path: '/api/companies', timeoutMs: 100 }),
      account.lists.companies({ maxAgeMs: 0 }),
      account.send({ ...command, targets: [target] }),
      testConnection(options),
    ]);
    const shown = [ends, log.lines, events, account.status(company), account];
    return shown.map((part) => inspect(part, { depth: 12, showHidden: true })).join('\n') + JSON.stringify(shown);
  }

  for (const one of cases) {
    it(`fault 48: no log line, error, status or property holds a secret where ${one.name}`, async () => {
      const shown = await everythingShown(one);
      for (const secret of forbidden) assert.ok(!shown.includes(secret), `${secret} in\n${shown}`);
    });
  }
});
