import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface PortAddress {
  readonly company: string;
  readonly location: string;
  readonly hub: string;
  readonly port: string;
}

/** The ports of the bench: four to a hub, at the company an arm has for itself. */
export function portsOf(company: string, count: number): readonly PortAddress[] {
  return Array.from({ length: count }, (_, index) => ({
    company,
    location: 'loc1',
    hub: `hub${Math.floor(index / 4)}`,
    port: `port${index}`,
  }));
}

/** Which events the nodes of a flow want: each those of a port of its own, or all of them everything. */
export type Interest = 'own port' | 'everything';

type Flow = readonly Readonly<Record<string, unknown>>[];

const tab = { id: 'tab1', type: 'tab', label: 'bench' };
const sink = { id: 'sink1', type: 'bench-sink', z: 'tab1', wires: [] };
const publishing = [
  { id: 'source1', type: 'bench-source', z: 'tab1', wires: [['out1']] },
  { id: 'complete1', type: 'complete', z: 'tab1', scope: ['out1'], wires: [['done1']] },
  { id: 'done1', type: 'bench-complete', z: 'tab1', wires: [] },
];

export function topicOf({ company, location, hub, port }: PortAddress): string {
  return `/ports/${company}/${location}/${hub}/${port}`;
}

/** What of the events the nodes of a flow send on: all of them as they are, or the changes of one property. */
export type Selection = 'whole events' | 'changes of a property';

/** In the bench's events it is another one each time. */
const property = 'data.device.sensor.motion';

/** `count` port-in nodes, and an action-out that is told by each message which lamp it is for. */
export function ochnoFlow(
  server: string,
  company: string,
  count: number,
  interest: Interest,
  { selection = 'whole events', connections = 1 }: { selection?: Selection; connections?: number } = {},
): Flow {
  const selects = selection === 'changes of a property';
  const account = {
    id: 'account1',
    type: 'ochno-config',
    server,
    company,
    keepalive: 30,
    connections,
    version: 1,
  };
  const nodes = portsOf(company, count).map((address, index) => ({
    id: `in${index}`,
    type: 'ochno-port-in',
    z: 'tab1',
    account: 'account1',
    ...(interest === 'own port' ? address : { company: address.company, location: '', hub: '', port: '' }),
    property: selects ? property : '',
    emit: selects ? 'change' : 'every',
    deadband: '',
    initial: 'none',
    version: 1,
    wires: [['sink1']],
  }));
  const out = {
    id: 'out1',
    type: 'ochno-action-out',
    z: 'tab1',
    account: 'account1',
    company,
    location: '',
    hub: '',
    port: '',
    command: 'lamp',
    value: 'payload',
    valueType: 'msg',
    confirm: false,
    timeout: 60,
    version: 1,
    wires: [[]],
  };
  return [tab, sink, account, ...nodes, out, ...publishing];
}

/** What users write behind `mqtt in` to have what port-in gives: the address, one property, its changes only. */
const byHand = `const [, , company, location, hub, port] = msg.topic.split('/');
const value = msg.payload?.data?.device?.sensor?.motion;
if (value === undefined || value === context.get(port)) return null;
context.set(port, value);
msg.ochno = { company, location, hub, port, event: 'event', receivedAt: Date.now(), data: msg.payload };
msg.payload = value;
return msg;`;

/** `coreFlow` with a function node behind each `mqtt in`, which makes of its messages what port-in sends. */
export function byHandFlow(url: string, company: string, count: number): Flow {
  const functions = portsOf(company, count).map((_, index) => ({
    id: `function${index}`,
    type: 'function',
    z: 'tab1',
    func: byHand,
    outputs: 1,
    libs: [],
    wires: [['sink1']],
  }));
  const flow = coreFlow(url, company, count, 'own port').map((node) =>
    node.type === 'mqtt in' ? { ...node, wires: [[String(node.id).replace('in', 'function')]] } : node,
  );
  return [...flow, ...functions];
}

/** The same with Node-RED's own nodes: `mqtt in` with JSON output, and `mqtt out`. */
export function coreFlow(url: string, company: string, count: number, interest: Interest): Flow {
  const broker = {
    id: 'broker1',
    type: 'mqtt-broker',
    broker: url,
    port: '',
    clientid: '',
    autoConnect: true,
    usetls: false,
    protocolVersion: '4',
    keepalive: '30',
    cleansession: true,
  };
  const nodes = portsOf(company, count).map((address, index) => ({
    id: `in${index}`,
    type: 'mqtt in',
    z: 'tab1',
    topic: interest === 'own port' ? topicOf(address) : `/ports/${company}/#`,
    qos: '1',
    datatype: 'json',
    broker: 'broker1',
    nl: false,
    rap: true,
    rh: 0,
    inputs: 0,
    wires: [['sink1']],
  }));
  const out = { id: 'out1', type: 'mqtt out', z: 'tab1', topic: '', qos: '1', broker: 'broker1', wires: [] };
  return [tab, sink, broker, ...nodes, out, ...publishing];
}

/** A user directory with this package in it and the flow as its flow file. */
export async function userDirectory(flow: Flow): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'ochno-bench-'));
  await mkdir(join(directory, 'node_modules', '@ochno'), { recursive: true });
  await symlink(resolve(__dirname, '../..'), join(directory, 'node_modules', '@ochno', 'node-red-ochno'));
  const dependencies = { '@ochno/node-red-ochno': '*' };
  await writeFile(join(directory, 'package.json'), JSON.stringify({ name: 'bench', private: true, dependencies }));
  await writeFile(join(directory, 'flows.json'), JSON.stringify(flow));
  const credentials = { account1: { email: 'bench', password: 'bench' } };
  await writeFile(join(directory, 'flows_cred.json'), JSON.stringify(credentials));
  return directory;
}
