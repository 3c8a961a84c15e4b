import assert from 'node:assert/strict';
import { startSimulator } from '../simulator';
import { Opened } from '../support/closing';
import { eventually } from '../support/eventually';
import { ochnoNode, tab } from '../support/flow-nodes';
import { type FlowNode, type NodeRedProcess, startNodeRed } from '../support/node-red';
import { accountAt, company, credentialsOf } from '../support/simulated-office';

describe('three Node-REDs for one building', function () {
  this.timeout(120_000);
  const opened = new Opened();

  afterEach(() => opened.close());

  it('hear each event once, each its own location, with one flow for all', async () => {
    const simulator = opened.add(await startSimulator({ locations: 3 }));
    const ports = [...simulator.building.ports.values()].filter(({ companyId }) => companyId === company);
    const locations = [...new Set(ports.map(({ locationId }) => locationId))];
    assert.equal(locations.length, 3);
    const flow: FlowNode[] = [
      ...[tab, accountAt(simulator)],
      ochnoNode('in', 'ochno-port-in', { location: `\${OCHNO_LOCATION}`, wires: [['log']] }),
      { id: 'log', type: 'debug', z: 'tab', active: true, console: true, complete: 'payload', wires: [] },
    ];
    const credentials = credentialsOf(simulator);
    const nodeReds: NodeRedProcess[] = [];
    for (const [index, location] of locations.entries()) {
      const environment = { OCHNO_LOCATION: location, OCHNO_INSTANCE: `part-${index}` };
      const nodeRed = await startNodeRed({ flow, credentials, environment });
      opened.add({ close: () => nodeRed.stop() });
      await nodeRed.logged(/is connected/);
      nodeReds.push(nodeRed);
    }
    const sent = ports.map(({ locationId, hubId, id }, n) => ({ locationId, hubId, id, text: `event-${n}-` }));
    for (const { locationId, hubId, id, text } of sent) {
      await simulator.publish(`/ports/${company}/${locationId}/${hubId}/${id}`, JSON.stringify(text));
    }
    const heardBy = (text: string): number[] =>
      nodeReds.flatMap((nodeRed, index) => Array(nodeRed.log().split(text).length - 1).fill(index));
    await eventually(() => sent.every(({ text }) => heardBy(text).length > 0), 'every event');
    for (const { locationId, text } of sent) assert.deepEqual(heardBy(text), [locations.indexOf(locationId)], text);
    assert.equal(simulator.records.openConnections, 3);
  });
});
