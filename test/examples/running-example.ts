import { createServer, type Server } from 'node:http';
import type { Status } from '../../nodes/runtime/node-red';
import { type Simulator, startSimulator } from '../simulator';
import { eventually } from '../support/eventually';
import { type FlowNode, loadFlow, type RunningFlow } from '../support/node-red';
import { readExample, sharedAccountId } from './example-files';

type NodeModule = (RED: RunningFlow['RED']) => void;

const coreModules: Readonly<Record<string, string>> = {
  inject: 'common/20-inject',
  comment: 'common/90-comment',
  function: 'function/10-function',
  switch: 'function/10-switch',
  change: 'function/15-change',
  template: 'function/80-template',
  delay: 'function/89-delay',
  trigger: 'function/89-trigger',
  rbe: 'function/rbe',
  'link call': 'common/60-link',
  csv: 'parsers/70-CSV',
  'http in': 'network/21-httpin',
};

/** The core nodes a flow may use; those of the test helper's own choice come by themselves. */
function coreModulesOf(flow: readonly FlowNode[]): NodeModule[] {
  const types = new Set(flow.map(({ type }) => type));
  return Object.entries(coreModules)
    .filter(([type]) => types.has(type))
    .map(([, file]) => require(`@node-red/nodes/core/${file}.js`));
}

/** An example in the runtime of `hostFlows`, against a simulated platform; its debug nodes keep what they get. */
export class RunningExample {
  readonly simulator: Simulator;
  readonly #flow: RunningFlow;
  readonly #nodes: readonly FlowNode[];
  #pages: Server | undefined;

  private constructor(simulator: Simulator, flow: RunningFlow, nodes: readonly FlowNode[]) {
    this.simulator = simulator;
    this.#flow = flow;
    this.#nodes = nodes;
  }

  /**
   * @param name of the example
   * @param changed options to change before it runs, by a node's name: what takes minutes is not waited for
   */
  static async start(name: string, changed: Readonly<Record<string, object>> = {}): Promise<RunningExample> {
    const simulator = await startSimulator();
    try {
      const { url: server, email, password } = simulator;
      const nodes = readExample(name).map((node) => ({
        ...node,
        ...(node.id === sharedAccountId ? { server } : {}),
        ...(node.type === 'debug' ? { type: 'helper' } : {}),
        ...changed[String(node.name ?? node.label)],
      }));
      const credentials = { [sharedAccountId]: { email, password } };
      const flow = await loadFlow({ flow: nodes, credentials, modules: coreModulesOf(nodes) });
      return new RunningExample(simulator, flow, nodes);
    } catch (error) {
      await simulator.close();
      throw error;
    }
  }

  /** Resolves once every node that has a stream is connected and has read the present state, where it wants that. */
  async connected(): Promise<void> {
    const streaming = this.#nodes.filter(({ type }) => type === 'ochno-port-in' || type === 'ochno-action-out');
    await Promise.all(streaming.map(({ id }) => this.#flow.shows(id, 'connected')));
    if (!streaming.some(({ initial = 'none' }) => initial !== 'none')) return;
    const { requests } = this.simulator.records;
    await eventually(
      () => requests.some(({ path, statusCode }) => path === '/api/ports' && statusCode === 200),
      'the present state has been read',
    );
  }

  /** Presses the button of an inject node. */
  press(name: string): void {
    this.#flow.node(this.#find('inject', name).id).receive({});
  }

  /** Hands a node a message, as another node would. */
  hand(type: string, name: string, msg: Readonly<Record<string, unknown>>): void {
    this.#flow.node(this.#find(type, name).id).receive(msg);
  }

  /** What stands under a node. */
  status(type: string, name: string): Status | undefined {
    return this.#flow.statuses(this.#find(type, name).id).at(-1);
  }

  /** What a debug node has got so far, by what it would show: `payload` unless the node says otherwise. */
  told(name: string): readonly unknown[] {
    const { id, complete } = this.#find('helper', name);
    return this.#flow.received(id).map((msg) => (complete === 'true' ? msg : partOf(msg, String(complete))));
  }

  /** Resolves with what a debug node showed last once it has shown so many things. */
  async tells(name: string, count = 1): Promise<unknown> {
    await eventually(
      () => this.told(name).length >= count,
      `${count} at "${name}", not ${JSON.stringify(this.told(name))}`,
    );
    return this.told(name).at(-1);
  }

  /** The lamp at a port, as the building has it. */
  lamp(port: string): Readonly<Record<string, unknown>> {
    return this.simulator.building.port(port).data.device?.lamp ?? {};
  }

  async lampReaches(port: string, level: number): Promise<void> {
    await eventually(() => this.lamp(port).level === level, `level ${level} at ${port}`);
  }

  /** Serves the pages of the flow's own *http in* nodes, as Node-RED would; their address without a slash at the end. */
  async servePages(): Promise<string> {
    const server = createServer(this.#flow.RED.httpNode);
    this.#pages = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (typeof address !== 'object' || !address) throw new Error('the pages have no port');
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#pages?.closeAllConnections();
    this.#pages?.close();
    await this.simulator.close();
  }

  #find(type: string, name: string): FlowNode {
    const [found, another] = this.#nodes.filter((node) => node.type === type && node.name === name);
    if (!found || another)
      throw new Error(`${found ? 'several nodes are' : 'no node is'} of type ${type} named "${name}"`);
    return found;
  }
}

function partOf(msg: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => Object(value)[key], msg);
}
