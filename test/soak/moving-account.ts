import { configDefaults, portInDefaults } from '../../nodes/options';
import { portTopic } from '../../src';
import { type PortIds, type Simulator, startSimulator } from '../simulator';
import { eventually } from '../support/eventually';
import { Ledger } from '../support/ledger';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red-process';
import { SteadyPublisher } from '../support/steady-publisher';
import { company, credentialsSeconds } from './world';

const account = 'account1';
const heard = 'heard';
const eventsPerSecond = 20;

/** The flow, with the account in a tab's scope or in the global one. */
function flowOf(server: string, tab: string): readonly FlowNode[] {
  return [
    { id: 'tab1', type: 'tab', label: 'Moving' },
    { id: account, type: 'ochno-config', ...configDefaults, server, company, z: tab },
    { id: 'events1', type: 'ochno-port-in', ...portInDefaults, z: 'tab1', account, wires: [['shown1']] },
    {
      id: 'shown1',
      type: 'debug',
      name: heard,
      z: 'tab1',
      active: true,
      console: 'true',
      complete: 'payload',
      wires: [],
    },
  ];
}

/** A Node-RED whose account is moved between the scopes of a tab and of all flows while events come, and their ledger. */
export class MovingAccount {
  readonly name = 'moving';
  readonly simulator: Simulator;
  readonly ledger = new Ledger();
  readonly publisher: SteadyPublisher;
  readonly #nodeRed: NodeRedProcess;
  readonly #ports: readonly PortIds[];
  readonly #note: (line: string) => void;
  #tab = '';
  #read = 0;

  private constructor(simulator: Simulator, nodeRed: NodeRedProcess, log: (line: string) => void) {
    this.simulator = simulator;
    this.#nodeRed = nodeRed;
    this.#note = (line) => log(`${this.name}: ${line}`);
    this.#ports = [...simulator.building.ports.keys()]
      .map((key) => simulator.building.address(key))
      .filter((port) => port.company === company);
    this.publisher = new SteadyPublisher(eventsPerSecond, (index) => this.#publish(index));
  }

  static async start(log: (line: string) => void): Promise<MovingAccount> {
    const simulator = await startSimulator({ iotTtlSeconds: credentialsSeconds });
    try {
      const { url, email, password } = simulator;
      // A message on its way between two nodes is dropped by Node-RED at a deploy, whoever sent it: none is on its way.
      const settings = { runtimeSyncDelivery: true };
      const credentials = { [account]: { email, password } };
      const nodeRed = await startNodeRed({ flow: flowOf(url, ''), credentials, settings });
      return new MovingAccount(simulator, nodeRed, log);
    } catch (error) {
      await simulator.close();
      throw error;
    }
  }

  connected(timeoutMs = 60_000): Promise<unknown> {
    const isConnected = (): boolean => this.simulator.records.subscribes.length > 0;
    return eventually(isConnected, `${this.name} is connected`, { timeoutMs });
  }

  /** Moves the account to the other scope, by a deploy of everything. */
  async move(): Promise<void> {
    const { url, email, password } = this.simulator;
    this.#tab = this.#tab === '' ? 'tab1' : '';
    await this.#nodeRed.deploy(flowOf(url, this.#tab), { [account]: { email, password } });
    this.#note(`the account is in ${this.#tab === '' ? 'the global scope' : 'its tab'}`);
  }

  /** Strikes the balance for what is older than this. */
  settle(olderThanMs: number): void {
    this.takeStock();
    this.ledger.settle(Date.now() - olderThanMs, []);
  }

  /** Reads what the flow has shown since the last time. */
  takeStock(): void {
    const log = this.#nodeRed.log();
    const end = log.lastIndexOf('\n') + 1;
    const text = log.slice(this.#read, end);
    this.#read = end;
    for (const [, number = ''] of text.matchAll(/\[debug:heard\] (\d+)$/gm)) {
      const before = this.ledger.balance.doubled.length;
      this.ledger.received(number);
      if (this.ledger.balance.doubled.length > before) this.#note(`doubled ${number}`);
    }
    for (const line of text.split('\n')) if (/\[(?:warn|error)\]|stream of company/.test(line)) this.#note(line);
  }

  /** Gaps and warnings so far: nothing happens to this world that would be a reason for one. */
  get complaints(): readonly string[] {
    return this.#nodeRed
      .log()
      .split('\n')
      .filter((line) => /\[(?:warn|error)\].*\bochno/i.test(line));
  }

  async close(): Promise<void> {
    await this.publisher.stop().catch(() => undefined);
    await this.#nodeRed.stop();
    await this.simulator.close();
  }

  async #publish(index: number): Promise<void> {
    const port = this.#ports[index % this.#ports.length];
    if (port === undefined) throw new Error('the building has no ports');
    this.ledger.published(String(index));
    await this.simulator.publish(portTopic(port), String(index));
  }
}
