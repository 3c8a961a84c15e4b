import { type ChildProcess, fork } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Arm } from './arm';
import type { BrokerAnswer, BrokerRequest } from './broker';
import { coreFlow, type Interest, ochnoFlow, userDirectory } from './flows';
import { type Contestant, median, medianRatio, pairedSlices } from './paired-slices';
import { measureRegistration } from './registration';
import { type BenchRow, report } from './report';

/**
 * Measures what receiving and sending costs, side by side with Node-RED's own MQTT nodes and with bare mqtt.js, as CPU
 * time of the process that does it. `--quick` takes fewer sizes and rounds and writes no page.
 */
const quick = process.argv.includes('--quick');
const rounds = quick ? 5 : 11;
const sizes = quick ? [1, 50, 1000] : [1, 10, 50, 200, 1000, 5000];
/** Each to a lamp of its own; ours keeps to the 100 a second that AWS IoT takes. */
const publishesAtOnce = 300;
/** Each arm has a company, and so events, of its own: one works only while it is measured. */
const companies = { ours: 'ours', core: 'core', bare: 'bare' } as const;

/** The broker's process. */
class Broker {
  readonly #process: ChildProcess;

  constructor() {
    this.#process = fork(join(__dirname, 'broker.ts'), {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  listening(): Promise<number> {
    return this.#answer().then((answer) => (answer.tell === 'listening' ? answer.port : 0));
  }

  publish(company: string, topics: number, count: number, qos: 0 | 1): void {
    this.#ask({ ask: 'publish', company, topics, count, qos });
  }

  async lastSubackAt(company: string): Promise<number> {
    const answer = this.#answer();
    this.#ask({ ask: 'last SUBACK', company });
    const told = await answer;
    return told.tell === 'last SUBACK' ? told.atMs : 0;
  }

  stop(): void {
    this.#process.disconnect();
  }

  #ask(request: BrokerRequest): void {
    this.#process.send(request);
  }

  #answer(): Promise<BrokerAnswer> {
    return new Promise((resolve, reject) => {
      this.#process.once('message', (answer: BrokerAnswer) => resolve(answer));
      this.#process.once('exit', () => reject(new Error('the broker ended')));
    });
  }
}

async function nodeRed(name: string, company: string, users: number, flow: Parameters<typeof userDirectory>[0]) {
  const directory = await userDirectory(flow);
  const arm = new Arm(name, join(__dirname, 'arm-node-red.ts'), [directory, String(users), company]);
  const { startedAt } = await arm.ready();
  const stop = async (): Promise<void> => {
    await arm.stop();
    await rm(directory, { recursive: true, force: true });
  };
  return { arm, startedAt, stop };
}

/** Receiving with `count` nodes over WebSocket: ours, core's, and bare mqtt.js. */
async function receiving(broker: Broker, port: number, count: number, interest: Interest): Promise<BenchRow[]> {
  const ws = `ws://127.0.0.1:${port}/mqtt`;
  const rows: BenchRow[] = [];
  const http = `http://127.0.0.1:${port}`;
  const ours = await nodeRed('ours', companies.ours, count, ochnoFlow(http, companies.ours, count, interest));
  const core = await nodeRed('core', companies.core, count, coreFlow(ws, companies.core, count, interest));
  const bare = new Arm('bare', join(__dirname, 'arm-bare.ts'), [ws, `/ports/${companies.bare}/#`]);
  try {
    await bare.ready();
    const label = `${count} ${count === 1 ? 'node' : 'nodes'}${interest === 'everything' ? ' on everything' : ''}`;
    rows.push({
      what: `start to last SUBACK, ${label}`,
      unit: 'ms',
      ours: (await settled(broker, companies.ours)) - ours.startedAt,
      core: (await settled(broker, companies.core)) - core.startedAt,
    });
    const heap = [await ours.arm.heapBytes(), await core.arm.heapBytes()] as const;
    rows.push({ what: `heap, ${label}`, unit: 'MB', ours: heap[0] / 1e6, core: heap[1] / 1e6 });
    for (const qos of [0, 1] as const) {
      const topics = interest === 'own port' ? count : 50;
      const deliveries = interest === 'own port' ? 1 : count;
      const contestant = (arm: Arm, company: string, deliveriesPerEvent: number): Contestant => ({
        arm,
        deliveriesPerEvent,
        publish: (events) => broker.publish(company, topics, events, qos),
      });
      const [a = [], b = [], c = []] = await pairedSlices(
        [
          contestant(ours.arm, companies.ours, deliveries),
          contestant(core.arm, companies.core, deliveries),
          contestant(bare, companies.bare, 1),
        ],
        rounds,
      );
      rows.push({
        what: `receiving, ${label}, QoS ${qos}`,
        unit: 'µs CPU a delivery',
        ours: median(a),
        core: median(b),
        bare: median(c),
        ratio: medianRatio(a, b),
        ratioToBare: medianRatio(a, c),
      });
    }
  } finally {
    await Promise.all([ours.stop(), core.stop(), bare.stop()]);
  }
  return rows;
}

/** When the last SUBACK left: the moment after which none follows for a while. */
async function settled(broker: Broker, company: string): Promise<number> {
  for (let seen = -1; ; ) {
    const at = await broker.lastSubackAt(company);
    if (at === seen) return at;
    seen = at;
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
}

/** Sending at QoS 1, from a message to its acknowledgement: our action-out against core's `mqtt out`. */
async function publishing(port: number): Promise<BenchRow> {
  const ours = await nodeRed(
    'ours',
    companies.ours,
    1,
    ochnoFlow(`http://127.0.0.1:${port}`, companies.ours, 1, 'own port'),
  );
  const core = await nodeRed(
    'core',
    companies.core,
    1,
    coreFlow(`ws://127.0.0.1:${port}/mqtt`, companies.core, 1, 'own port'),
  );
  try {
    const costs: [number[], number[]] = [[], []];
    for (let round = 0; round < Math.ceil(rounds / 2); round += 1) {
      for (const [index, { arm }] of [ours, core].entries()) {
        const before = await arm.cpu();
        await arm.publish(publishesAtOnce);
        costs[index]?.push(((await arm.cpu()) - before) / publishesAtOnce);
      }
    }
    return {
      what: `publishing ${publishesAtOnce} at once, QoS 1, to the last acknowledgement`,
      unit: 'µs CPU a publish',
      ours: median(costs[0]),
      core: median(costs[1]),
      ratio: medianRatio(costs[0], costs[1]),
    };
  } finally {
    await Promise.all([ours.stop(), core.stop()]);
  }
}

async function main(): Promise<void> {
  const broker = new Broker();
  try {
    const port = await broker.listening();
    const rows: BenchRow[] = [await measureRegistration()];
    for (const count of sizes) rows.push(...(await receiving(broker, port, count, 'own port')));
    for (const count of sizes.slice(1)) rows.push(...(await receiving(broker, port, count, 'everything')));
    rows.push(await publishing(port));
    const text = report(rows);
    console.log(text);
    if (!quick) await writeFile(join(__dirname, 'RESULTS.md'), text);
  } finally {
    broker.stop();
  }
}

void main();
