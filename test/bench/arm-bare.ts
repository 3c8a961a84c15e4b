import { connect } from 'mqtt';
import { ArrivalCounter, answerRequests, tell } from './arm-protocol';

/** mqtt.js and `JSON.parse`, and nothing else: what no client built on mqtt.js can be far below. */
const [url = '', filter = ''] = process.argv.slice(2);
const counter = new ArrivalCounter();
const startedAt = Date.now();
const client = connect(url, { protocolVersion: 4 });
client.on('message', (_topic, payload) => {
  JSON.parse(payload.toString());
  counter.arrived();
});
client.on('connect', () => {
  client.subscribe(filter, { qos: 1 }, () => {
    tell({ tell: 'ready', startedAt, connectedAt: Date.now() });
  });
});
answerRequests(counter, () => Promise.resolve());
