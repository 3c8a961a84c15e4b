import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { type Simulator, startSimulator } from '../simulator';
import { type LocalServer, startLocalServer } from '../support/local-server';

const root = resolve(__dirname, '../..');

/** The built account, in a process where nothing is loaded yet, with a subscription: tells its log and what it loads. */
const account = `
  const Module = require('node:module');
  const load = Module._load;
  Module._load = function (name, ...rest) {
    if (name === process.env.BROKEN) throw new Error(name + ' is broken');
    if (['axios', 'mqtt', '@aws-sdk/signature-v4'].includes(name)) console.log('loads ' + name);
    return load.call(this, name, ...rest);
  };
  const { OchnoAccount } = require('./dist/src/client/ochno-account');
  const say = (message) => console.log('log: ' + message);
  const options = { server: process.env.SERVER, email: process.env.EMAIL, password: process.env.PASSWORD };
  const account = new OchnoAccount(options, { logger: { debug() {}, info: say, warn: say, error: say } });
  console.log('made');
  account.subscribe({ company: 'r2d2i5b43' }, { initial: 'none', onEvent() {}, onGap() {}, onUnreadable() {}, onRefused() {} });
`;

describe('what a connection is made with', () => {
  let child: ChildProcess;
  let server: LocalServer | Simulator | undefined;

  afterEach(async () => {
    const ended = once(child, 'exit');
    child.kill();
    await ended;
    await server?.close();
  });

  /** What it has told up to a line that holds this. */
  async function toldUpTo(text: string, environment: Readonly<Record<string, string>>): Promise<string> {
    const env = { ...process.env, ...environment };
    child = spawn(process.execPath, ['-e', account], { cwd: root, env });
    let told = '';
    for await (const chunk of child.stdout ?? []) {
      told += String(chunk);
      if (told.includes(text)) break;
    }
    return told;
  }

  it('is loaded while the log-in is on its way, and not before a stream is wanted', async () => {
    server = await startLocalServer(() => new Promise(() => undefined));
    const told = await toldUpTo('loads mqtt', { SERVER: server.url, EMAIL: 'a@b.c', PASSWORD: 'p' });
    const [before = '', after = ''] = told.split('made');
    assert.doesNotMatch(before, /loads/);
    assert.match(after, /loads axios.*loads @aws-sdk\/signature-v4.*loads mqtt/s);
  });

  for (const BROKEN of ['mqtt', '@aws-sdk/signature-v4', 'axios']) {
    it(`is named in the log if it can't be loaded: ${BROKEN}`, async () => {
      const simulator = await startSimulator();
      server = simulator;
      const { url: SERVER, email: EMAIL, password: PASSWORD } = simulator;
      const told = await toldUpTo('log: ', { BROKEN, SERVER, EMAIL, PASSWORD });
      assert.match(told, new RegExp(`can't be reached: ${BROKEN} is broken; trying again`));
    });
  }
});
