import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { startSimulator } from '../simulator';
import { Opened } from '../support/closing';

/** Connects, and ends once it is connected. */
const program = `
  const { OchnoAccount } = require('./src');
  const [server, email, password] = process.argv.slice(1);
  const account = new OchnoAccount({ server, email, password });
  account.use('r2d2i5b43');
  account.onStatus(() => {
    if (account.status('r2d2i5b43').state === 'connected') void account.close().then(() => process.exit(0));
  });
`;

describe('the debug output of the libraries underneath', () => {
  const opened = new Opened();

  afterEach(() => opened.close());

  it('holds no signed URL, whatever DEBUG asks for', async () => {
    const simulator = opened.add(await startSimulator());
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '-e', program, simulator.url, simulator.email, simulator.password],
      { cwd: resolve(__dirname, '../..'), env: { ...process.env, DEBUG: '*' }, maxBuffer: 64 * 1024 * 1024 },
    );
    const output = stdout + stderr;
    assert.match(output, /mqttjs/);
    assert.doesNotMatch(output, /X-Amz-|Signature|Security-Token/i);
    assert.ok(!output.includes(simulator.password));
  });
});
