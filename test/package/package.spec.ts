import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exampleNames, readExample } from '../examples/example-files';
import { startSimulator } from '../simulator';
import { checkNodeSets, runMainPath } from '../support/main-path';
import { type NodeRedOptions, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { installInto, type PackedPackage, packPackage } from '../support/scratch-node-red';
import { registeredTypes } from './registered-types';

const run = promisify(execFile);
const nodeSets = ['ochno-config', 'ochno-port-in', 'ochno-action-out', 'ochno-rest'];
const { satisfies }: { satisfies(version: string, range: string): boolean } = require('semver');
const bcrypt: { hashSync(text: string, rounds: number): string } = require('bcryptjs');

describe('the package as it is published', function () {
  this.timeout(300_000);
  let scratch: string;
  let userDir: string;
  let installed: string;
  let packed: PackedPackage;

  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'ochno-package-'));
    userDir = join(scratch, 'user');
    installed = join(userDir, 'node_modules/@ochno/node-red-ochno');
    packed = await packPackage(scratch);
    await installInto(userDir, packed.file);
  });
  after(() => rm(scratch, { recursive: true, force: true }));

  const read = (file: string): Promise<string> => readFile(join(installed, file), 'utf8');
  const manifest = async () => JSON.parse(await read('package.json'));

  it('holds what is built, the examples, the documentation and the papers, and nothing else', () => {
    const rooms = packed.contents.map((path) => /^(dist\/(?:src|nodes)|docs|examples)\//.exec(path)?.[1] ?? path);
    const papers = ['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'];
    assert.deepEqual([...new Set(rooms)].sort(), [...papers, 'dist/nodes', 'dist/src', 'docs', 'examples'].sort());
    for (const path of packed.contents) assert.doesNotMatch(path, /\.(tsbuildinfo|ts)$(?<!\.d\.ts)|\.spec\./);
  });

  it('types the library, and keeps the types of what is private to itself', () => {
    const typed = packed.contents.filter((path) => path.endsWith('.d.ts'));
    assert.ok(typed.includes('dist/src/index.d.ts'));
    assert.deepEqual(
      typed.filter((path) => !path.startsWith('dist/src/')),
      [],
    );
  });

  it('holds every page and picture that its README leads to', async () => {
    const linked = [...(await read('README.md')).matchAll(/\]\((docs\/[^)#]+)/g)].map(([, path = '']) => path);
    assert.ok(linked.length > 10);
    assert.deepEqual(
      linked.filter((path) => !packed.contents.includes(path)),
      [],
    );
  });

  it('holds each node with its dialog, texts, help and icon', () => {
    for (const node of nodeSets) {
      for (const file of [`${node}.js`, `${node}.html`, `locales/en-US/${node}.json`, `locales/en-US/${node}.html`]) {
        assert.ok(packed.contents.includes(`dist/nodes/${file}`), file);
      }
      assert.ok(packed.contents.includes(`dist/nodes/icons/${node}.svg`), `icon of ${node}`);
    }
  });

  it('holds the sidebar with its texts, where Node-RED looks for them', async () => {
    const plugins: Record<string, string> = (await manifest())['node-red'].plugins;
    assert.deepEqual(plugins, { 'ochno-sidebar': 'dist/nodes/plugins/ochno-sidebar.js' });
    for (const file of ['ochno-sidebar.js', 'ochno-sidebar.html', 'locales/en-US/ochno-sidebar.json']) {
      assert.ok(packed.contents.includes(`dist/nodes/plugins/${file}`), file);
    }
  });

  it('runs nothing when it is installed', async () => {
    const { scripts } = await manifest();
    for (const name of ['preinstall', 'install', 'postinstall']) assert.equal(scripts?.[name], undefined);
  });

  it('registers its node types without loading mqtt, axios or the signer', async () => {
    const program = `
      const RED = {
        nodes: { registerType: () => undefined },
        httpAdmin: { post: () => undefined },
        auth: { needsPermission: () => undefined },
      };
      for (const set of ${JSON.stringify(nodeSets)}) require('@ochno/node-red-ochno/dist/nodes/' + set)(RED);
      console.log(JSON.stringify(Object.keys(require.cache)));`;
    const { stdout } = await run(process.execPath, ['-e', program], { cwd: userDir });
    const files: string[] = JSON.parse(stdout);
    assert.ok(files.length >= nodeSets.length);
    assert.deepEqual(
      files.filter((file) => !file.startsWith(installed)),
      [],
    );
  });

  it('is a library too, typed, without Node-RED', async () => {
    const { main, types } = await manifest();
    assert.ok(packed.contents.includes(main));
    assert.ok(packed.contents.includes(types));
    const library: object = createRequire(join(userDir, 'index.js'))('@ochno/node-red-ochno');
    assert.ok('OchnoAccount' in library && 'OchnoError' in library);
  });

  describe('by the rules of the flow library', () => {
    it('has a licence, a place for its source and its bugs, a scope and the keyword', async () => {
      const { name, license, repository, bugs, keywords } = await manifest();
      assert.match(name, /^@[\w-]+\/node-red-/);
      assert.equal(license, 'MIT');
      assert.match(repository.url, /^git\+https:/);
      assert.match(bugs.url, /^https:/);
      assert.ok(keywords.includes('node-red'));
    });

    it('runs on Node-RED 4 and 5 and on the Node.js that the newest one asks for', async () => {
      const { 'node-red': nodeRed, engines } = await manifest();
      for (const version of ['4.0.0', '4.1.15', '5.0.7']) assert.ok(satisfies(version, nodeRed.version), version);
      for (const version of ['20.0.0', '22.9.0', '24.0.0']) assert.ok(satisfies(version, engines.node), version);
      assert.ok(!satisfies('3.1.15', nodeRed.version));
    });

    it('has four dependencies at most, and they can be required', async () => {
      const dependencies = Object.keys((await manifest()).dependencies);
      assert.ok(dependencies.length <= 4, dependencies.join());
      const requireInstalled = createRequire(join(installed, 'index.js'));
      for (const name of dependencies) assert.ok(requireInstalled(name), name);
    });

    it('registers one type for each node set, written out where tools can read it', async () => {
      const sets: Record<string, string> = (await manifest())['node-red'].nodes;
      assert.deepEqual(Object.keys(sets), nodeSets);
      for (const [set, file] of Object.entries(sets)) {
        const html = await read(file.replace('.js', '.html'));
        const category = set === 'ochno-config' ? 'config' : 'Ochno';
        assert.deepEqual(registeredTypes(html), [{ type: set, category }]);
      }
    });

    it('shows every node in an example, each of which is one JSON array', async () => {
      const examples = packed.contents.filter((path) => path.startsWith('examples/'));
      const types = new Set<string>();
      for (const path of examples) {
        assert.match(path, /^examples\/[^/]+\.json$/);
        const flow: unknown = JSON.parse(await read(path));
        assert.ok(Array.isArray(flow), path);
        for (const { type } of flow) types.add(type);
      }
      for (const node of nodeSets) assert.ok(types.has(node), node);
    });
  });

  describe('in a Node-RED it was installed into', () => {
    let nodeRed: NodeRedProcess | undefined;

    afterEach(async () => {
      await nodeRed?.stop();
      nodeRed = undefined;
    });
    const start = async (options: NodeRedOptions = {}): Promise<NodeRedProcess> => {
      nodeRed = await startNodeRed({ userDir, ...options });
      return nodeRed;
    };

    it('runs the demo flow, deployed through the admin API, and leaves in good order', async () => {
      const simulator = await startSimulator();
      try {
        const running = await start();
        await checkNodeSets(running);
        await runMainPath(running, simulator);
        assert.equal(await running.stop(), 0);
        const { logOuts, openConnections, disconnects } = simulator.records;
        assert.deepEqual([logOuts, openConnections, disconnects], [1, 0, 1]);
      } finally {
        await simulator.close();
      }
    });

    it('offers its examples in the import menu', async () => {
      const { url } = await start();
      const menu = `${url}/library/examples/flows/@ochno/node-red-ochno`;
      const offered: unknown = await (await fetch(menu)).json();
      assert.deepEqual(
        offered,
        exampleNames.map((fn) => ({ fn })),
      );
      const example: unknown = await (await fetch(`${menu}/Set a lamp`)).json();
      assert.deepEqual(example, readExample('Set a lamp'));
    });

    it('answers its dialogs under another admin root, and only those who may change flows', async () => {
      const simulator = await startSimulator();
      try {
        const users = [{ username: 'me', password: bcrypt.hashSync('secret', 4), permissions: '*' }];
        const settings = { httpAdminRoot: '/office/red', adminAuth: { type: 'credentials', users } };
        const running = await start({ settings });
        const form = {
          client_id: 'node-red-admin',
          grant_type: 'password',
          scope: '*',
          username: 'me',
          password: 'secret',
        };
        const logIn = await fetch(`${running.url}/auth/token`, { method: 'POST', body: new URLSearchParams(form) });
        const headers = { Authorization: `Bearer ${Object(await logIn.json()).access_token}` };
        await checkNodeSets(running, headers);
        const { url: server, email, password } = simulator;
        const body = JSON.stringify({ account: { id: 'new', server, email, password } });
        const ask = (authorization: object) =>
          fetch(`${running.url}/ochno/places`, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', ...authorization },
            body,
          });
        assert.equal((await ask({})).status, 401);
        const places = Object(await (await ask(headers)).json());
        assert.deepEqual([places.state, places.companies?.length], ['ok', 2]);
      } finally {
        await simulator.close();
      }
    });
  });
});
