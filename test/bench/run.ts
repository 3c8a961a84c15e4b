import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Progress } from '../support/progress';
import { Arm } from './arm';
import { BenchBroker } from './bench-broker';
import { byHandFlow, coreFlow, type Interest, ochnoFlow } from './flows';
import { nodeRed } from './node-red-arm';
import { type Contestant, median, medianRatio, pairedSlices } from './paired-slices';
import { publishCost, warmUpPublishing } from './publishing';
import { measureRegistration } from './registration';
import { type BenchRow, report, resultsPage } from './report';
import { receivingTargets, targets } from './targets';
import { tenConnections } from './ten-connections';

/**
 * `npm run bench`: measures what receiving and sending costs, side by side with Node-RED's own MQTT nodes and with bare mqtt.js, as CPU
 * time of the process that does it. Takes about five minutes;
 * `--quick` takes fewer sizes and rounds and writes no page.
 */
const quick = process.argv.includes('--quick');
const rounds = quick ? 5 : 7;
/** Nodes with a port each, and nodes that all want everything: those that something is promised of. */
const sizes = quick ? [1, 50] : [1, 50, 1000, 5000];
const sizesOnEverything = quick ? [] : [200, 5000];
/** Core and bare over TCP are there to compare them with themselves; one size shows it. */
const sizesOverTcp = [1];
/** Each arm has a company, and so events, of its own: one works only while it is measured. */
const companies = {
  ours: 'ours',
  core: 'core',
  bare: 'bare',
  coreTcp: 'core-tcp',
  bareTcp: 'bare-tcp',
  selecting: 'selecting',
  byHand: 'by-hand',
} as const;

async function bareArm(url: string, company: string): Promise<Arm> {
  const arm = new Arm(company, join(__dirname, 'arm-bare.ts'), [url, `/ports/${company}/#`]);
  await arm.ready();
  return arm;
}

interface Size {
  readonly count: number;
  readonly interest: Interest;
}

interface Received {
  readonly rows: readonly BenchRow[];
  readonly heap: { readonly ours: number; readonly core: number };
  /** CPU µs per delivery at QoS 0. */
  readonly oursAtQos0: number;
}

function labelOf({ count, interest }: Size): string {
  const nodes = `${count} ${count === 1 ? 'node' : 'nodes'}`;
  return interest === 'everything' ? `${nodes} on everything` : count === 1 ? nodes : `${nodes}, a port each`;
}

/** Receiving with so many nodes: ours, core's over WebSocket and TCP, and bare mqtt.js over both. */
async function receiving(broker: BenchBroker, size: Size): Promise<Received> {
  const { count, interest } = size;
  const ws = `ws://127.0.0.1:${broker.port}/mqtt`;
  const tcp = `mqtt://127.0.0.1:${broker.tcpPort}`;
  const http = `http://127.0.0.1:${broker.port}`;
  const ours = await nodeRed(companies.ours, count, ochnoFlow(http, companies.ours, count, interest));
  const core = await nodeRed(companies.core, count, coreFlow(ws, companies.core, count, interest));
  const bare = await bareArm(ws, companies.bare);
  const isOverTcp = sizesOverTcp.includes(count);
  const coreTcpFlow = coreFlow(tcp, companies.coreTcp, count, interest);
  const coreTcp = isOverTcp ? [await nodeRed(companies.coreTcp, count, coreTcpFlow)] : [];
  const bareTcp = isOverTcp ? [await bareArm(tcp, companies.bareTcp)] : [];
  try {
    const subacks: BenchRow = {
      what: `start to last SUBACK, ${labelOf(size)}`,
      unit: 'ms',
      ours: (await broker.lastSubackAt(companies.ours)) - ours.startedAt,
      core: (await broker.lastSubackAt(companies.core)) - core.startedAt,
      targets: count === 5000 && interest === 'own port' ? targets.lastSubackOf5000 : [],
    };
    const heap = { ours: await ours.arm.heapBytes(), core: await core.arm.heapBytes() };
    const rows: BenchRow[] = [subacks];
    let oursAtQos0 = Number.NaN;
    for (const qos of [0, 1] as const) {
      const contestant = (arm: Arm, deliveriesPerEvent: number): Contestant => ({
        arm,
        deliveriesPerEvent,
        publish: (events) => broker.publish(arm.name, interest === 'own port' ? count : 50, events, qos),
      });
      const deliveries = interest === 'own port' ? 1 : count;
      const [a = [], b = [], c = [], d = [], e = []] = await pairedSlices(
        [
          ...[ours.arm, core.arm].map((arm) => contestant(arm, deliveries)),
          contestant(bare, 1),
          ...coreTcp.map(({ arm }) => contestant(arm, deliveries)),
          ...bareTcp.map((arm) => contestant(arm, 1)),
        ],
        rounds,
      );
      if (qos === 0) oursAtQos0 = median(a);
      rows.push({
        what: `receiving, ${labelOf(size)}, QoS ${qos}`,
        unit: 'µs CPU a delivery',
        ...{ ours: median(a), core: median(b), bare: median(c) },
        ...{ ratio: medianRatio(a, b), ratioToBare: medianRatio(a, c) },
        targets: receivingTargets(count, interest, qos),
      });
      if (!isOverTcp) continue;
      rows.push({
        what: 'the same over TCP, which AWS IoT does not offer with these credentials',
        unit: 'µs CPU a delivery',
        ...{ core: median(d), bare: median(e) },
      });
    }
    return { rows, heap, oursAtQos0 };
  } finally {
    await Promise.all([ours, core, bare, ...coreTcp, ...bareTcp].map((arm) => arm.stop()));
  }
}

/** One node that sends on the changes of one property: ours, and what users build of core's `mqtt in` and a function. */
async function selecting(broker: BenchBroker): Promise<BenchRow[]> {
  const ws = `ws://127.0.0.1:${broker.port}/mqtt`;
  const http = `http://127.0.0.1:${broker.port}`;
  const { selecting: company } = companies;
  const ours = await nodeRed(
    company,
    1,
    ochnoFlow(http, company, 1, 'own port', { selection: 'changes of a property' }),
  );
  const byHand = await nodeRed(companies.byHand, 1, byHandFlow(ws, companies.byHand, 1));
  try {
    const rows: BenchRow[] = [];
    for (const qos of [0, 1] as const) {
      const contestants = [ours.arm, byHand.arm].map((arm) => ({
        arm,
        deliveriesPerEvent: 1,
        publish: (events: number) => broker.publish(arm.name, 1, events, qos),
      }));
      const [a = [], b = []] = await pairedSlices(contestants, rounds);
      rows.push({
        what: `receiving the changes of a property with its address, 1 node, QoS ${qos}`,
        unit: 'µs CPU a delivery',
        ...{ ours: median(a), byHand: median(b), ratioToByHand: medianRatio(a, b) },
        targets: targets.besideByHand,
      });
    }
    return rows;
  } finally {
    await Promise.all([ours.stop(), byHand.stop()]);
  }
}

/** What the sizes tell only together: heap per node, and the cost of many ports beside that of one. */
function together(measured: ReadonlyMap<number, Received>): BenchRow[] {
  const [least, most] = [Math.min(...measured.keys()), Math.max(...measured.keys())];
  const [few, many] = [measured.get(least), measured.get(most)];
  if (few === undefined || many === undefined) return [];
  const perNode = (arm: 'ours' | 'core'): number => (many.heap[arm] - few.heap[arm]) / (most - least) / 1000;
  return [
    {
      what: `heap per node, from ${least} to ${most} nodes`,
      unit: 'kB',
      ...{ ours: perNode('ours'), core: perNode('core') },
      targets: targets.heapPerNode,
    },
    {
      what: `receiving, ${most} nodes with a port each beside 1 node, QoS 0`,
      unit: 'times our own cost',
      ours: many.oursAtQos0 / few.oursAtQos0,
      targets: targets.manyAsOne,
    },
  ];
}

/** Sending at QoS 1, from a message to its acknowledgement: our action-out against core's `mqtt out`. */
async function publishing(broker: BenchBroker): Promise<BenchRow> {
  const http = `http://127.0.0.1:${broker.port}`;
  const ws = `ws://127.0.0.1:${broker.port}/mqtt`;
  const ours = await nodeRed(companies.ours, 1, ochnoFlow(http, companies.ours, 1, 'own port'));
  const core = await nodeRed(companies.core, 1, coreFlow(ws, companies.core, 1, 'own port'));
  try {
    const costs: [number[], number[]] = [[], []];
    await Promise.all([ours, core].map(({ arm }) => warmUpPublishing(arm)));
    for (let round = 0; round < rounds; round += 1) {
      // At the same time, since little of it is work: what else the machine does then is the same for both.
      const [a, b] = await Promise.all([publishCost(ours.arm), publishCost(core.arm)]);
      costs[0].push(a);
      costs[1].push(b);
    }
    return {
      what: 'publishing 100 a second once warm, QoS 1, to the acknowledgement',
      unit: 'µs CPU a publish',
      ...{ ours: median(costs[0]), core: median(costs[1]), ratio: medianRatio(costs[0], costs[1]) },
      targets: targets.publishing,
    };
  } finally {
    await Promise.all([ours.stop(), core.stop()]);
  }
}

/** What is measured, in this order, each under the words that say so meanwhile. */
function steps(broker: BenchBroker): readonly (readonly [string, () => Promise<readonly BenchRow[]>])[] {
  const ownPorts = new Map<number, Received>();
  return [
    ['registering the node types', measureRegistration],
    ...sizes.map((count) => {
      const size: Size = { count, interest: 'own port' };
      const measure = async (): Promise<readonly BenchRow[]> => {
        const received = await receiving(broker, size);
        ownPorts.set(count, received);
        return received.rows;
      };
      return [`receiving, ${labelOf(size)}`, measure] as const;
    }),
    ['heap per node', () => Promise.resolve(together(ownPorts))],
    ...sizesOnEverything.map((count) => {
      const size: Size = { count, interest: 'everything' };
      return [`receiving, ${labelOf(size)}`, async () => (await receiving(broker, size)).rows] as const;
    }),
    ['receiving the changes of a property', () => selecting(broker)],
    ['receiving on ten connections', () => tenConnections(broker, 2 * rounds)],
    ['publishing', async () => [await publishing(broker)]],
  ];
}

async function main(): Promise<void> {
  const broker = await BenchBroker.start();
  try {
    const plan = steps(broker);
    const progress = new Progress(`${plan.length} steps`);
    const rows: BenchRow[] = [];
    for (const [index, [what, measure]] of plan.entries()) {
      progress.show(`step ${index + 1}`, `${what} · ${progress.elapsed}`);
      rows.push(...(await measure()));
    }
    progress.clear();
    console.log(report(rows));
    if (quick) return;
    const page = join(__dirname, 'RESULTS.md');
    await writeFile(page, resultsPage(await readFile(page, 'utf8'), rows));
  } finally {
    broker.stop();
  }
}

void main();
