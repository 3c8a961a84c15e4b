import type { Arm } from './arm';
import type { BenchBroker } from './bench-broker';
import { overTls } from './broker-protocol';
import { ochnoFlow } from './flows';
import { type NodeRedArm, nodeRed } from './node-red-arm';
import { median, medianRatio, pairedSlices } from './paired-slices';
import type { BenchRow } from './report';
import { targets } from './targets';

/** As many as share ten connections. */
const spreadNodes = 50;
/** What ten connections are for: more events than AWS IoT passes on one (100 a second), and fewer than on ten. */
const floodPerSecond = 700;
const floodSeconds = 2;
const companies = { one: `one-connection${overTls}`, ten: `ten-connections${overTls}` } as const;

/** The same nodes on ten connections and on one. */
export async function tenConnections(broker: BenchBroker, rounds: number): Promise<BenchRow[]> {
  const http = `http://127.0.0.1:${broker.port}`;
  const start = (company: string, connections: number): Promise<NodeRedArm> => {
    const flow = ochnoFlow(http, company, spreadNodes, 'own port', { connections });
    return nodeRed(company, spreadNodes, flow, broker.authority);
  };
  const one = await start(companies.one, 1);
  const ten = await start(companies.ten, 10);
  try {
    // The first connection is there before the others.
    await broker.lastSubackAt(companies.ten);
    const rows: BenchRow[] = [];
    for (const qos of [0, 1] as const) {
      const contestants = [ten.arm, one.arm].map((arm) => ({
        arm,
        deliveriesPerEvent: 1,
        publish: (events: number) => broker.publish(arm.name, spreadNodes, events, qos),
      }));
      const [a = [], b = []] = await pairedSlices(contestants, rounds);
      rows.push({
        what: `receiving over TLS on 10 connections beside 1, ${spreadNodes} nodes, a port each, QoS ${qos}`,
        unit: 'times our own cost',
        ours: medianRatio(a, b),
        targets: targets.tenConnections,
      });
      rows.push(await atPace(broker, rounds, ten.arm, one.arm, qos));
    }
    return rows;
  } finally {
    await Promise.all([one.stop(), ten.stop()]);
  }
}

/** What the same two cost where as many events come as a large building sends, each on its own. */
async function atPace(broker: BenchBroker, rounds: number, ten: Arm, one: Arm, qos: 0 | 1): Promise<BenchRow> {
  const events = floodPerSecond * floodSeconds;
  const costOf = async (arm: Arm): Promise<number> => {
    const before = await arm.cpu();
    await arm.expect(events, () => broker.publish(arm.name, spreadNodes, events, qos, floodPerSecond));
    return ((await arm.cpu()) - before) / events;
  };
  const ratios: number[] = [];
  await Promise.all([costOf(ten), costOf(one)]);
  for (let round = 0; round < rounds; round += 1) {
    // At the same time, since little of it is work: what else the machine does then is the same for both.
    const [a, b] = await Promise.all([costOf(ten), costOf(one)]);
    ratios.push(a / b);
  }
  return {
    what: `the same at ${floodPerSecond} events a second, QoS ${qos}`,
    unit: 'times our own cost',
    ours: median(ratios),
    targets: targets.tenConnections,
  };
}
