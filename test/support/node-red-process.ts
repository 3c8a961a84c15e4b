import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './free-port';
import { NodeRedChild, type NodeRedLaunch } from './node-red-child';
import {
  type FlowCredentials,
  type FlowNode,
  linkPackage,
  quietSettings,
  turnOffTips,
  writeFlow,
  writeSettings,
} from './user-directory';

export type { FlowCredentials, FlowNode } from './user-directory';

export interface NodeRedOptions extends Partial<NodeRedLaunch> {
  readonly flow?: readonly FlowNode[];
  readonly credentials?: FlowCredentials;
  /** More of `settings.js`, as JSON. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The folder of the built package. Default: this one. */
  readonly packageDir?: string;
  /** A user directory that has a package installed already; it is left in the end. Default: a new one. */
  readonly userDir?: string;
}

/** A Node-RED of its own: a process with a user directory of its own that has the built package installed. */
export interface NodeRedProcess {
  /** Of the editor and its API, without a slash at the end. */
  readonly url: string;
  readonly userDir: string;
  /** All it has logged so far. */
  log(): string;
  /** Resolves once the log matches; rejects when the process ends first or after a minute. */
  logged(pattern: RegExp): Promise<void>;
  deploy(flow: readonly FlowNode[], credentials?: FlowCredentials, type?: 'full' | 'flows' | 'nodes'): Promise<void>;
  /** Ends it as a service manager would, and removes its user directory; its exit code. */
  stop(): Promise<number | null>;
}

const root = resolve(__dirname, '../..');

/** Starts a real Node-RED and resolves when its flows have started. */
export async function startNodeRed(options: NodeRedOptions = {}): Promise<NodeRedProcess> {
  const { flow = [], credentials = {}, settings = {}, packageDir = root } = options;
  const userDir = options.userDir ?? (await mkdtemp(join(tmpdir(), 'ochno-node-red-')));
  const port = await freePort();
  if (options.userDir === undefined) {
    await linkPackage(userDir, packageDir);
    await turnOffTips(userDir);
  }
  await writeFlow(userDir, flow, credentials);
  const logging = { console: { level: 'debug' } };
  await writeSettings(userDir, { ...quietSettings(port), logging, ...settings });
  const child = new NodeRedChild({ ...options, userDir });
  const stop = async (): Promise<number | null> => {
    const code = await child.stop();
    if (options.userDir === undefined) await rm(userDir, { recursive: true, force: true });
    return code;
  };
  const adminRoot = typeof settings.httpAdminRoot === 'string' ? settings.httpAdminRoot.replace(/\/$/, '') : '';
  const url = `http://127.0.0.1:${port}${adminRoot}`;
  try {
    await child.started();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    userDir,
    log: () => child.log.text,
    logged: (pattern) => child.log.matches(pattern),
    deploy: (newFlow, newCredentials = {}, type = 'full') => deploy(url, newFlow, newCredentials, type),
    stop,
  };
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
