import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A node of a flow as it stands in a flow file. */
export type FlowNode = { readonly id: string; readonly type: string } & Readonly<Record<string, unknown>>;

export type FlowCredentials = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface NodeRedOptions {
  readonly flow?: readonly FlowNode[];
  readonly credentials?: FlowCredentials;
  /** More of `settings.js`, as JSON. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** The folder of the built package. Default: this one. */
  readonly packageDir?: string;
  /** The folder of `node-red`. Default: the one this package develops against. */
  readonly nodeRedDir?: string;
  /** The Node.js to run it with. Default: this one. */
  readonly nodePath?: string;
}

/** A Node-RED of its own: a process with a user directory of its own that has the built package installed. */
export interface NodeRedProcess {
  /** Of the editor and its API, without a slash at the end. */
  readonly url: string;
  readonly userDir: string;
  /** All it has logged so far. */
  log(): string;
  /** Resolves once the log matches; rejects when the process ends first or after 15 s. */
  logged(pattern: RegExp): Promise<void>;
  deploy(flow: readonly FlowNode[], credentials?: FlowCredentials, type?: 'full' | 'flows' | 'nodes'): Promise<void>;
  /** Ends it as a service manager would, and removes its user directory; its exit code. */
  stop(): Promise<number | null>;
}

const patienceMs = 15_000;
const root = resolve(__dirname, '../..');

/** Starts a real Node-RED and resolves when its flows have started. */
export async function startNodeRed(options: NodeRedOptions = {}): Promise<NodeRedProcess> {
  const { flow = [], credentials = {}, settings = {}, environment = {} } = options;
  const { packageDir = root, nodeRedDir = join(root, 'node_modules/node-red'), nodePath = process.execPath } = options;
  const userDir = await mkdtemp(join(tmpdir(), 'ochno-node-red-'));
  const port = await freePort();
  await installPackage(userDir, packageDir);
  await writeFile(join(userDir, 'flows.json'), JSON.stringify(flow));
  await writeFile(join(userDir, 'flows_cred.json'), JSON.stringify(credentials));
  await writeFile(join(userDir, 'settings.js'), `module.exports = ${JSON.stringify({ ...quiet(port), ...settings })};`);
  const child = spawn(nodePath, [join(nodeRedDir, 'red.js'), '-u', userDir, '-s', join(userDir, 'settings.js')], {
    cwd: userDir,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = new ProcessLog(child);
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    const forced = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    const code = await log.ended;
    clearTimeout(forced);
    await rm(userDir, { recursive: true, force: true });
    return code;
  };
  const adminRoot = typeof settings.httpAdminRoot === 'string' ? settings.httpAdminRoot.replace(/\/$/, '') : '';
  const url = `http://127.0.0.1:${port}${adminRoot}`;
  try {
    await log.matches(/Started flows/);
    await log.matches(/Server now running|Editor UI disabled|Admin UI disabled|Headless/i);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    userDir,
    log: () => log.text,
    logged: (pattern) => log.matches(pattern),
    deploy: (newFlow, newCredentials = {}, type = 'full') => deploy(url, newFlow, newCredentials, type),
    stop,
  };
}

/** Settings under which nothing leaves this computer and nothing waits for a user. */
function quiet(port: number): Record<string, unknown> {
  return {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
    externalModules: { palette: { allowInstall: false } },
    editorTheme: { tours: false },
    logging: { console: { level: 'debug' } },
  };
}

async function installPackage(userDir: string, packageDir: string): Promise<void> {
  const link = join(userDir, 'node_modules/@ochno/node-red-ochno');
  await mkdir(dirname(link), { recursive: true });
  await symlink(packageDir, link, 'dir');
  const manifest = { name: 'user-directory', version: '0.0.1', dependencies: { '@ochno/node-red-ochno': '*' } };
  await writeFile(join(userDir, 'package.json'), JSON.stringify(manifest));
}

async function deploy(
  url: string,
  flow: readonly FlowNode[],
  credentials: FlowCredentials,
  type: string,
): Promise<void> {
  const withCredentials = flow.map((node) => ({ ...node, credentials: credentials[node.id] }));
  const answer = await fetch(`${url}/flows`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Node-RED-API-Version': 'v2', 'Node-RED-Deployment-Type': type },
    body: JSON.stringify({ flows: withCredentials }),
  });
  if (!answer.ok) throw new Error(`Deploying answered ${answer.status}: ${await answer.text()}`);
}

/** What a process writes, to be waited for. */
class ProcessLog {
  text = '';
  readonly ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();
  #hasEnded = false;

  constructor(child: ChildProcess) {
    const add = (bytes: Buffer): void => {
      this.text += bytes.toString();
      for (const look of [...this.#waiting]) look();
    };
    child.stdout?.on('data', add);
    child.stderr?.on('data', add);
    this.ended = new Promise((resolve) => {
      child.once('close', (code) => {
        this.#hasEnded = true;
        resolve(code);
        for (const look of [...this.#waiting]) look();
      });
    });
  }

  matches(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        outcome();
      };
      const giveUp = (why: string): void => settle(() => reject(new Error(`${why} ${pattern}:\n${this.text}`)));
      const look = (): void => {
        if (pattern.test(this.text)) settle(resolve);
        else if (this.#hasEnded) giveUp('Node-RED ended before its log showed');
      };
      const timer = setTimeout(() => giveUp('Node-RED did not log'), patienceMs);
      this.#waiting.add(look);
      look();
    });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address) resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}
