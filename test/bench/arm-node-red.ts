import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import RED from 'node-red';
import { ArrivalCounter, answerRequests, tell } from './arm-protocol';
import { portsOf, topicOf } from './flows';

/**
 * A real Node-RED with the flow file it is given. The flow's messages end in `bench-sink` nodes, which count them; a
 * `bench-source` node sends what is to be published.
 */
const [userDir = '', expectedUsers = '0', company = ''] = process.argv.slice(2);
const ports = portsOf(company, 1000);
const counter = new ArrivalCounter();
let connectedUsers = 0;
let send: ((message: object) => void) | undefined;
let completed: (() => void) | undefined;

Object.assign(globalThis, {
  benchSink: () => counter.arrived(),
  benchSource: (source: (message: object) => void) => {
    send = source;
  },
  benchComplete: () => completed?.(),
});

async function start(): Promise<void> {
  const nodesDir = join(userDir, 'bench-nodes');
  await mkdir(nodesDir);
  await writeFile(join(nodesDir, 'bench-nodes.js'), benchNodes);
  await writeFile(join(nodesDir, 'bench-nodes.html'), benchTemplates);
  RED.init(createServer(), {
    uiHost: '127.0.0.1',
    uiPort: 0,
    userDir,
    nodesDir,
    flowFile: 'flows.json',
    credentialSecret: false,
    httpAdminRoot: false,
    httpNodeRoot: false,
    functionGlobalContext: {},
    logging: { console: { level: 'off', metrics: false, audit: false } },
  });
  let startedAt = 0;
  RED.events.once('flows:starting', () => {
    startedAt = Date.now();
  });
  // A node is served once its status says so; that is the same measure for every arm.
  const connected = new Promise<void>((resolve) => {
    if (Number(expectedUsers) === 0) resolve();
    const seen = new Set<string>();
    RED.events.on('node-status', ({ id, status }: { id: string; status?: { fill?: string } }) => {
      if (status?.fill !== 'green' || seen.has(id)) return;
      seen.add(id);
      connectedUsers += 1;
      if (connectedUsers === Number(expectedUsers)) resolve();
    });
  });
  await RED.start();
  await connected;
  tell({ tell: 'ready', startedAt, connectedAt: Date.now() });
}

function publish(count: number): Promise<void> {
  return new Promise((resolve) => {
    let remaining = count;
    completed = () => {
      remaining -= 1;
      if (remaining === 0) resolve();
    };
    for (let index = 0; index < count; index += 1) {
      const address = ports[index % ports.length];
      if (address !== undefined) send?.({ payload: index % 100, ochno: address, topic: topicOf(address) });
    }
  });
}

/** Node-RED loads no node without the page that belongs to it. */
const benchTemplates = ['bench-sink', 'bench-source', 'bench-complete']
  .map((type) => `<script type="text/html" data-template-name="${type}"></script>`)
  .join('\n');

const benchNodes = `module.exports = (RED) => {
  RED.nodes.registerType('bench-sink', function (saved) {
    RED.nodes.createNode(this, saved);
    this.on('input', (msg, send, done) => { benchSink(); done(); });
  });
  RED.nodes.registerType('bench-source', function (saved) {
    RED.nodes.createNode(this, saved);
    benchSource((message) => this.send(message));
  });
  RED.nodes.registerType('bench-complete', function (saved) {
    RED.nodes.createNode(this, saved);
    this.on('input', (msg, send, done) => { benchComplete(); done(); });
  });
};
`;

answerRequests(counter, publish);
void start();
