import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { readCommandLine, UsageError, usage } from './cli-options';
import { faultTable } from './fault-table';
import { until } from './probe/probe';

const root = join(__dirname, '..', '..');

describe("the simulator's command line", () => {
  it('is read into options', () => {
    assert.deepEqual(readCommandLine([]), { port: 4870, rate: 2, faults: [] });
    const line =
      '--port 0 --tls --jwt-ttl 60 --iot-ttl 2.5 --drop-at-expiry --rate 0.5 --companies 1 --locations 3 --hubs 4 --ports 5 --policy {"connections":1} --retain --unlimited-rate --lamp-ramp 0 --exact-lamps --whole-events --numeric-ids --port-ids-per-hub --wide-numbers --fault redeliver --fault rest-error=503';
    assert.deepEqual(readCommandLine(line.split(' ')), {
      port: 0,
      tls: true,
      jwtTtlSeconds: 60,
      iotTtlSeconds: 2.5,
      dropAtExpiry: true,
      rate: 0.5,
      companies: 1,
      locations: 3,
      hubs: 4,
      ports: 5,
      policy: { connections: 1 },
      retain: true,
      connectionRate: 'unlimited',
      lampRampMs: 0,
      lampRounding: false,
      eventContent: 'whole',
      numericIds: true,
      portIdsPerHub: true,
      wideNumbers: true,
      faults: ['redeliver', 'rest-error=503'],
    });
    assert.equal(readCommandLine(['--port', '0', '--help']), 'help');
  });

  it('explains every option and fault', () => {
    for (const name of Object.keys(faultTable)) assert.ok(usage().includes(name));
    for (const option of ['--port', '--tls', '--jwt-ttl', '--iot-ttl', '--drop-at-expiry', '--rate', '--fault']) {
      assert.ok(usage().includes(option));
    }
  });

  for (const [line, message] of [
    ['--port x', /--port takes a whole number from 0, not "x"/],
    ['--port 70000', /--port takes a port up to 65535/],
    ['--rate -1', /--rate/],
    ['--hubs 1.5', /--hubs takes a whole number/],
    ['--iot-ttl 0', /--iot-ttl takes a number from 0.1/],
    ['--fault nonsense', /no fault "nonsense"/],
    ['--policy x', /--policy takes JSON, not "x"/],
    ['--policy []', /must be an object/],
    ['--policy {"connection":1}', /no "connection"/],
    ['--policy {"connections":0}', /"connections" must be a whole number from 1/],
    ['--policy {"subscribe":"x"}', /"subscribe" must be a list of texts/],
    ['--policy {"refusal":"no"}', /"refusal" must be one of close, code, 403/],
    ['--policy {"persistentSessions":1}', /"persistentSessions" must be true or false/],
    ['--nonsense', /--nonsense/],
    ['nonsense', /nonsense/],
  ] as const) {
    it(`refuses "${line}" with a reason`, () => {
      const error = (): unknown => readCommandLine(line.split(' '));
      assert.throws(error, (thrown) => thrown instanceof UsageError && message.test(thrown.message));
    });
  }

  describe('as a program', () => {
    let child: ChildProcessWithoutNullStreams;
    let said: string;

    function run(...args: string[]): void {
      said = '';
      child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'cli.ts'), ...args], { cwd: root });
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => {
          said += chunk.toString();
        });
      }
    }

    async function exitCode(): Promise<unknown> {
      if (child.exitCode === null) await once(child, 'exit');
      return child.exitCode;
    }

    afterEach(() => {
      child.kill('SIGKILL');
    });

    it('prints server, email and password, answers there, and stops at Ctrl-C', async () => {
      run('--port', '0', '--rate', '0');
      await until('it is up', () => said.includes('Ctrl-C'));
      const read = (name: string): string => new RegExp(`^${name} +(.+)$`, 'm').exec(said)?.[1] ?? '';
      const answer = await fetch(`${read('Server URL')}/auth/jwt`, {
        method: 'POST',
        body: JSON.stringify({ email: read('Email'), password: read('Password') }),
      });
      assert.equal(answer.status, 200);
      child.kill('SIGINT');
      assert.equal(await exitCode(), 0);
      assert.match(said, /has stopped/);
    });

    it('ends with 2 and a reason where an option is bad', async () => {
      run('--fault', 'nonsense');
      assert.equal(await exitCode(), 2);
      assert.match(said, /no fault "nonsense"/);
    });

    it('ends with 1 and what to do if its port is taken', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const address: AddressInfo | string | null = server.address();
        assert.ok(address !== null && typeof address === 'object');
        run('--port', String(address.port));
        assert.equal(await exitCode(), 1);
        assert.match(said, /EADDRINUSE.*choose another port with --port/);
      } finally {
        server.close();
      }
    });
  });
});
