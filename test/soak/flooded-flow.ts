import { configDefaults, portInDefaults } from '../../nodes/options';
import type { Simulator } from '../simulator';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import type { LogWatch } from './log-watch';
import { company } from './world';

/** What the flow has got since it was asked the last time. */
export interface Taken {
  /** Topic and payload of each event. */
  readonly events: readonly (readonly [topic: string, payload: string])[];
  /** The reason of each gap that the tab's Catch node was told of, or another error's text. */
  readonly gaps: readonly string[];
}

const account = 'account1';
const on = { z: 'tab1' };

const keepEvent = `global.get('taken').events.push([msg.topic, String(msg.payload)]);`;
const keepError = `global.get('taken').gaps.push(msg.ochno?.gap?.reason ?? msg.error.message);`;
const giveAway = `
msg.payload = global.get('taken');
global.set('taken', { events: [], gaps: [] });
return msg;`;

/** A node for each hub, and `GET /taken`, which tells what they have emitted since the last time. */
function flowOf(server: string, hubs: readonly string[], connections: number): readonly FlowNode[] {
  const nodes = hubs.map((hub) => ({
    ...{ id: `of ${hub}`, type: 'ochno-port-in', ...portInDefaults, ...on, account, hub, wires: [['event1']] },
  }));
  return [
    { id: 'tab1', type: 'tab', label: 'Flood' },
    { id: account, type: 'ochno-config', ...configDefaults, server, company, connections },
    ...nodes,
    { id: 'event1', type: 'function', ...on, func: keepEvent, outputs: 0, wires: [] },
    { id: 'catch1', type: 'catch', ...on, wires: [['error1']] },
    { id: 'error1', type: 'function', ...on, func: keepError, outputs: 0, wires: [] },
    { id: 'ask1', type: 'http in', ...on, url: '/taken', method: 'get', wires: [['take1']] },
    {
      ...{ id: 'take1', type: 'function', ...on, func: giveAway, wires: [['answer1']] },
      initialize: `global.set('taken', { events: [], gaps: [] });`,
    },
    { id: 'answer1', type: 'http response', ...on, wires: [] },
  ];
}

/** A Node-RED with a port-in for each of these hubs, on so many connections. */
export class FloodedFlow {
  readonly #nodeRed: NodeRedProcess;
  readonly #log: LogWatch;
  #read = 0;

  private constructor(nodeRed: NodeRedProcess, log: LogWatch) {
    this.#nodeRed = nodeRed;
    this.#log = log;
  }

  /** The log watch gets each line that is the package's. */
  static async start(
    { url, email, password }: Simulator,
    hubs: readonly string[],
    connections: number,
    log: LogWatch,
  ): Promise<FloodedFlow> {
    const flow = flowOf(url, hubs, connections);
    return new FloodedFlow(await startNodeRed({ flow, credentials: { [account]: { email, password } } }), log);
  }

  /** What came since the last time, and reads on in the log. */
  async take(): Promise<Taken> {
    this.#readLog();
    const answer = await fetch(`${this.#nodeRed.url}/taken`);
    return (await answer.json()) as Taken;
  }

  async close(): Promise<void> {
    await this.#nodeRed.stop();
    this.#readLog();
  }

  #readLog(): void {
    const log = this.#nodeRed.log();
    const end = log.lastIndexOf('\n') + 1;
    const lines = log.slice(this.#read, end).matchAll(/\[(\w+)\] (\[ochno-.*)$/gm);
    this.#read = end;
    for (const [, level = '', line = ''] of lines) {
      if (level === 'warn' || level === 'error') this.#log.warn(line);
      else this.#log.info(line);
    }
  }
}
