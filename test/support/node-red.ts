import helper from 'node-red-node-test-helper';
import registerActionOut from '../../nodes/ochno-action-out';
import registerConfig from '../../nodes/ochno-config';
import registerPortIn from '../../nodes/ochno-port-in';
import registerRest from '../../nodes/ochno-rest';
import type { ConfigOptions } from '../../nodes/options';
import { becomeAccount } from '../../nodes/runtime/account/account-node';
import type { OpenAccount } from '../../nodes/runtime/account/shared-account';
import type { Message, Runtime, RuntimeNode, SavedNode, Status } from '../../nodes/runtime/node-red';
import { eventually } from './eventually';
import type { FlowCredentials, FlowNode } from './node-red-process';

export {
  type FlowCredentials,
  type FlowNode,
  type NodeRedOptions,
  type NodeRedProcess,
  startNodeRed,
} from './node-red-process';

type NodeModule = (RED: Runtime) => void;

/** Node-RED's own `tls-config`, for flows that hold one. */
export const registerTlsConfig: NodeModule = require('@node-red/nodes/core/network/05-tls.js');

export interface FlowOptions {
  readonly flow: readonly FlowNode[];
  readonly credentials?: FlowCredentials;
  /** Makes the accounts' clients in place of the real one. */
  readonly open?: OpenAccount;
  /** More node modules the flow needs. */
  readonly modules?: readonly NodeModule[];
}

/** A flow that runs in this process, in Node-RED's real runtime. */
export interface RunningFlow {
  readonly RED: Runtime;
  node(id: string): RuntimeNode;
  /** All statuses a node has shown, in order. */
  statuses(id: string): readonly Status[];
  /** What a node of type `helper` has received. */
  received(id: string): readonly Message[];
  /** Resolves with what a node of type `helper` has received once it is so many messages. */
  receives(id: string, count: number): Promise<readonly Message[]>;
  /** The codes of these, each change once: the runtime is told again what a node has said before all were started. */
  codes(id: string): readonly (string | undefined)[];
  /** Resolves once the node shows a status of this code. */
  shows(id: string, code: string): Promise<void>;
  /** Log lines of a level as `type: text`. */
  logged(level: 'error' | 'warn' | 'info'): readonly string[];
  deploy(flow: readonly FlowNode[], type?: 'full' | 'flows' | 'nodes', credentials?: FlowCredentials): Promise<void>;
}

/** Node-RED's runtime for the tests of a `describe`: the flow that a test loads ends with the test. */
export function hostFlows(): void {
  before(() => helper.startServer());
  after(() => helper.stopServer());
  afterEach(unloadFlow);
}

let endRecording: () => void = () => undefined;

/** Loads a flow; `unloadFlow` has to follow. */
export async function loadFlow({ flow, credentials = {}, open, modules = [] }: FlowOptions): Promise<RunningFlow> {
  const statuses = new Map<string, Status[]>();
  const inboxes = new Map<string, Message[]>();
  let RED: Runtime | undefined;
  const record: NodeModule = (runtime) => {
    RED = runtime;
    const listener = ({ id, status }: { id: string; status: Status }): void => {
      statuses.set(id, [...(statuses.get(id) ?? []), status]);
    };
    runtime.events.on('node-status', listener);
    endRecording = () => runtime.events.off('node-status', listener);
  };
  const fill = (nodes: readonly FlowNode[]): void => {
    for (const { id, type } of nodes) {
      if (type !== 'helper') continue;
      const inbox = inboxes.get(id) ?? [];
      inboxes.set(id, inbox);
      helper.getNode(id).on('input', (msg) => inbox.push(msg));
    }
  };
  const config = open ? configWith(open) : registerConfig;
  await helper.load([record, config, registerPortIn, registerActionOut, registerRest, ...modules], placed(flow), {
    ...credentials,
  });
  fill(flow);
  if (!RED) throw new Error('no module was loaded');
  const codes = (id: string): readonly (string | undefined)[] =>
    (statuses.get(id) ?? [])
      .map(({ code }) => code)
      .filter((code, index, all) => index === 0 || code !== all[index - 1]);
  const received = (id: string): readonly Message[] => inboxes.get(id) ?? [];
  return {
    RED,
    node: (id) => helper.getNode(id),
    statuses: (id) => statuses.get(id) ?? [],
    codes,
    received,
    receives: async (id, count) => {
      await eventually(() => received(id).length >= count, `${count} messages at ${id}`);
      return received(id);
    },
    shows: async (id, code) => {
      const state = (): string => `It shows ${JSON.stringify(statuses.get(id))}`;
      await eventually(() => codes(id).at(-1) === code, `${code} under ${id}`, { state });
    },
    logged: (level) => logLines(level),
    deploy: async (newFlow, type = 'full', newCredentials = credentials) => {
      await helper.setFlows(placed(newFlow), type, { ...newCredentials });
      fill(newFlow);
    },
  };
}

/** The runtime takes a node without a place in the editor for a config node. */
function placed(flow: readonly FlowNode[]): FlowNode[] {
  return flow.map((node) => ('wires' in node ? { x: 0, y: 0, ...node } : node));
}

/** Stops the flow and forgets its node types. */
export async function unloadFlow(): Promise<void> {
  await helper.unload();
  endRecording();
}

/** The account's node as it is but for the client it makes. */
function configWith(open: OpenAccount): NodeModule {
  return (RED) => {
    function OchnoConfig(this: RuntimeNode, saved: SavedNode<ConfigOptions>): void {
      RED.nodes.createNode(this, saved);
      becomeAccount(RED, this, saved, open);
    }
    RED.nodes.registerType('ochno-config', OchnoConfig, {
      credentials: { email: { type: 'text' }, password: { type: 'password' } },
    });
  };
}

function logLines(level: 'error' | 'warn' | 'info'): readonly string[] {
  const numbers = { error: 20, warn: 30, info: 40 };
  return helper
    .log()
    .args.map(([line]) => line)
    .filter((line) => line.level === numbers[level])
    .map((line) => `${line.type}: ${line.msg}`);
}
