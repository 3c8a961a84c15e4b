import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readExample, sharedAccountId } from '../examples/example-files';
import { eventually } from '../support/eventually';
import { ProcessLog } from '../support/process-log';
import { Demo } from './demo';
import { prepareDemoDirectory } from './demo-directory';
import { DemoLock } from './demo-lock';

const root = resolve(__dirname, '../..');
const nowhere = { editor: 'http://127.0.0.1:9/', building: 'http://127.0.0.1:9/' };
const platform = { url: 'http://127.0.0.1:4870', email: 'me@ochno.example', password: 'secret' };

describe('npm start', function () {
  this.timeout(60_000);
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ochno-demo-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  function start(where: string): ChildProcess {
    const script = join(root, 'test/demo/start.ts');
    return spawn(process.execPath, ['--import', 'tsx', script, '--directory', where], { cwd: root });
  }

  /** Sees to it that a port is taken, by this server where it was not yet. */
  function occupy(port: number): Promise<Server> {
    const server = createServer();
    return new Promise((resolve) => {
      server.on('error', () => resolve(server));
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  }

  it('D10: started twice at the same moment opens once, and both end well', async () => {
    const both = [start(directory), start(directory)];
    const logs = both.map((child) => new ProcessLog(child));
    try {
      const second = await Promise.race(
        logs.map(async (log) => ((await log.ended) === 0 ? log : assert.fail(log.text))),
      );
      const first = logs.find((log) => log !== second);
      assert.ok(first);
      const editor = /Editor +(.*)/.exec(first.text)?.[1] ?? '';
      assert.match(second.text, new RegExp(`Already open at[\\s\\S]*${editor}`));
      assert.equal((await fetch(editor)).ok, true);
    } finally {
      for (const child of both) child.kill('SIGKILL');
      await Promise.all(logs.map((log) => log.ended));
    }
  });

  it('says what to do where its directory can not be written to', async () => {
    const file = join(directory, 'a file');
    await writeFile(file, '');
    const log = new ProcessLog(start(join(file, 'demo')));
    assert.equal(await log.ended, 1);
    assert.match(log.text, /can't live in .*a file[\s\S]*--directory <dir>" puts it where you may write/);
  });

  describe('D10: the lock of its directory', () => {
    const file = (): string => join(directory, 'demo-open.json');
    const take = (): Promise<unknown> => DemoLock.take(directory, () => undefined);

    for (const [what, left] of [
      ['of a process that is gone', JSON.stringify({ pid: 2 ** 30 })],
      ['of a process whose number another one has now', JSON.stringify({ pid: process.pid, ...nowhere })],
      ['that was never written out', ''],
    ] as const) {
      it(`D10: is taken over if it is one ${what}`, async () => {
        await writeFile(file(), left);
        const lock = await take();
        assert.ok(lock instanceof DemoLock);
        await lock.release();
        await assert.rejects(stat(file()), { code: 'ENOENT' });
      });
    }

    it('D10: is left to a demo that is held by Ctrl-Z, whose port takes connections and says nothing', async () => {
      const silent = createServer();
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      try {
        const building = `http://127.0.0.1:${Object(silent.address()).port}/`;
        await writeFile(file(), JSON.stringify({ pid: process.pid, editor: building, building }));
        assert.deepEqual(await take(), { editor: building, building });
      } finally {
        silent.close();
      }
    });
  });

  describe('as a process', () => {
    let office: string;
    let started: ChildProcess;
    let log: ProcessLog;
    let usualPort: Server;

    const open = async (): Promise<void> => {
      office = await mkdtemp(join(tmpdir(), 'ochno-demo-'));
      usualPort = await occupy(4870);
      started = start(office);
      log = new ProcessLog(started);
      await log.matches(/Ctrl-C stops everything/, 45_000);
    };
    const end = async (): Promise<void> => {
      started.kill('SIGKILL');
      await log.ended;
      usualPort.close();
      await rm(office, { recursive: true, force: true });
    };

    const printed = (name: string): string => new RegExp(`${name} +(.*)`).exec(log.text)?.[1] ?? '';
    const answers = (url: string): Promise<boolean> =>
      fetch(url).then(
        ({ ok }) => ok,
        () => false,
      );

    describe('that stays open', () => {
      before(open);
      after(end);

      it('prints where the editor is, and there a press of a button sets the lamp', async () => {
        const editor = printed('Editor');
        const button = readExample('A whole demo office').find(({ name }) => name === '100 %');
        await fetch(`${editor}inject/${button?.id}`, { method: 'POST' });
        const server = printed('Server');
        const logIn = await fetch(`${server}/auth/jwt`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ email: printed('E-mail'), password: printed('Password') }),
        });
        const headers = { Authorization: `JWT ${Object(await logIn.json()).token}` };
        await eventually(async () => {
          const port = await fetch(`${server}/api/ports/port1`, { headers });
          return Object(await port.json()).data.device.lamp.level === 100;
        }, 'the lamp at desk 1 is at 100 %');
      });

      it('D10: started once more says where it is open and touches nothing', async () => {
        const flows = async (): Promise<unknown> => (await stat(join(office, 'flows.json'))).mtimeMs;
        const before = await flows();
        const second = new ProcessLog(start(office));
        assert.equal(await second.ended, 0, second.text);
        assert.match(
          second.text,
          new RegExp(`Already open at[\\s\\S]*${printed('Editor')}[\\s\\S]*${printed('Building')}`),
        );
        assert.equal(await flows(), before);
        assert.equal(await answers(printed('Editor')), true);
        assert.equal(await answers(printed('Building')), true);
      });

      it('D10: says which usual port is taken', () => {
        assert.match(log.text, /Port 4870 is taken by another program: the building is at \d+/);
      });
    });

    describe('that is ended', () => {
      beforeEach(open);
      afterEach(end);

      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        it(`stops all of it at ${signal}, with exit code 0`, async () => {
          started.kill(signal);
          assert.equal(await log.ended, 0);
          assert.match(log.text, /The demo office is closed/);
          assert.equal(await answers(printed('Editor')), false);
          assert.equal(await answers(printed('Server')), false);
          assert.match(await readFile(join(office, 'node-red.log'), 'utf8'), /Stopped flows/);
        });
      }

      it('leaves no Node-RED behind even when it is killed', async () => {
        assert.equal(await answers(printed('Editor')), true);
        started.kill('SIGKILL');
        await eventually(async () => !(await answers(printed('Editor'))), 'Node-RED has ended');
      });
    });
  });

  it('says what Node-RED said if it cannot start, and stops the simulator', async () => {
    await writeFile(
      join(directory, 'red.js'),
      `console.error('Unsupported version of Node.js'); process.exitCode = 1;`,
    );
    const demo = new Demo({
      directory,
      fresh: false,
      dashboard: false,
      onTrouble: () => undefined,
      nodeRedDir: directory,
    });
    await assert.rejects(
      demo.start(),
      /Node-RED did not start[\s\S]*node-red\.log[\s\S]*Unsupported version of Node\.js/,
    );
    assert.throws(() => demo.simulator.url, /not listening/);
  });

  describe('in a directory that was used before', () => {
    const prepare = (url: string, fresh = false) =>
      prepareDemoDirectory(directory, { ...platform, url }, { editorPort: 1880, fresh, dashboard: false });
    const read = async (file: string): Promise<{ id: string; server?: string }[]> =>
      JSON.parse(await readFile(join(directory, file), 'utf8'));
    const server = async (): Promise<string | undefined> =>
      (await read('flows.json')).find(({ id }) => id === sharedAccountId)?.server;

    beforeEach(async () => {
      assert.equal(await prepare(platform.url), 'fresh');
    });

    it('lays the demo flow out anew if nothing was changed', async () => {
      assert.equal(await prepare('http://127.0.0.1:4871'), 'fresh');
      assert.equal(await server(), 'http://127.0.0.1:4871');
    });

    it('keeps what was changed, and leads it to where the simulator is now', async () => {
      const flow = await read('flows.json');
      await writeFile(join(directory, 'flows.json'), JSON.stringify([...flow, { id: 'mine', type: 'tab' }]));
      await writeFile(join(directory, 'flows_cred.json'), JSON.stringify({ other: { password: 'theirs' } }));
      assert.equal(await prepare('http://127.0.0.1:4871'), 'kept');
      assert.equal((await read('flows.json')).at(-1)?.id, 'mine');
      assert.equal(await server(), 'http://127.0.0.1:4871');
      const { email, password } = platform;
      assert.deepEqual(await read('flows_cred.json'), {
        other: { password: 'theirs' },
        [sharedAccountId]: { email, password },
      });
      assert.equal(await prepare(platform.url), 'kept');
    });

    it('adds the dashboard if it is wanted, once, and leaves what was changed', async () => {
      const flow = await read('flows.json');
      await writeFile(join(directory, 'flows.json'), JSON.stringify([...flow, { id: 'mine', type: 'tab' }]));
      const layout = { editorPort: 1880, fresh: false, dashboard: true };
      for (const _time of ['first', 'second']) {
        assert.equal(await prepareDemoDirectory(directory, platform, layout), 'kept');
        const ids = (await read('flows.json')).map(({ id }) => id);
        assert.ok(ids.includes('mine'));
        assert.equal(ids.filter((id) => id === 'd0c5a1000000f100').length, 1);
        assert.equal(ids.filter((id) => id === sharedAccountId).length, 1);
      }
    });

    it('puts what was changed aside where fresh flows are wanted', async () => {
      await writeFile(join(directory, 'flows.json'), JSON.stringify([{ id: 'mine', type: 'tab' }]));
      assert.equal(await prepare(platform.url, true), 'fresh');
      assert.deepEqual(await read('flows-before.json'), [{ id: 'mine', type: 'tab' }]);
      assert.equal(await server(), platform.url);
    });
  });
});
