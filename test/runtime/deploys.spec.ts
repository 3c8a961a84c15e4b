import assert from 'node:assert/strict';
import { type Simulator, startSimulator } from '../simulator';
import { eventually } from '../support/eventually';
import { inbox, ochnoNode, tab } from '../support/flow-nodes';
import { type FlowNode, hostFlows, loadFlow, type RunningFlow } from '../support/node-red';
import { accountAt, credentialsOf, lampOf, loadOffice } from '../support/simulated-office';
import { publishMeanwhile } from './publish-meanwhile';

describe('nodes that are deployed anew', () => {
  let simulator: Simulator;

  hostFlows();
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.close());

  const load = (nodes: readonly FlowNode[], options?: object): Promise<RunningFlow> =>
    loadOffice(simulator, nodes, options);

  it('go on with the session of an account inside a subflow, in each instance', async () => {
    const nodes: FlowNode[] = [
      tab,
      { id: 'sub', type: 'subflow', name: 'Sub', in: [], out: [{ x: 0, y: 0, wires: [{ id: 'in', port: 0 }] }] },
      accountAt(simulator, { z: 'sub' }),
      ochnoNode('in', 'ochno-port-in', { z: 'sub', company: '', location: '', hub: '', wires: [] }),
      ...['one', 'two'].map((id) => ({ id, type: 'subflow:sub', z: 'tab', name: id, wires: [['out']] })),
      inbox('out'),
    ];
    const { records } = simulator;
    const flow = await loadFlow({ flow: nodes, credentials: credentialsOf(simulator) });
    await eventually(() => records.subscribes.length === 2, 'two streams');
    await flow.deploy(nodes);
    await eventually(() => records.connects.length === 4 && records.openConnections === 2, 'two new connections');
    await simulator.emit(lampOf(simulator), { button: { pushed: true } });
    await flow.receives('out', 2);
    const ids = records.connects.map(({ clientId }) => clientId);
    assert.deepEqual(new Set(ids.slice(2)), new Set(ids.slice(0, 2)));
    assert.deepEqual(
      records.connects.map(({ sessionPresent }) => sessionPresent),
      [false, false, true, true],
    );
  });

  it('miss nothing in deploys that restart them and not their account', async () => {
    const address = lampOf(simulator);
    const nodesNamed = (name: string): FlowNode[] => [
      tab,
      accountAt(simulator),
      ochnoNode('in', 'ochno-port-in', { ...address, name, property: 'data.n' }),
      inbox('out'),
    ];
    const flow = await load(nodesNamed('0').slice(2));
    await flow.shows('in', 'connected');
    await publishMeanwhile({ simulator, address, flow }, async () => {
      for (const name of ['1', '2', '3', '4', '5']) await flow.deploy(nodesNamed(name), 'nodes');
    });
    const { connects, unsubscribes } = simulator.records;
    assert.deepEqual([connects.length, unsubscribes.length], [1, 0]);
  });

  it('leave one connection after many deploys, and none at the end', async () => {
    const nodes = [ochnoNode('in', 'ochno-port-in'), inbox('out')];
    const flow = await load(nodes);
    for (let keepalive = 31; keepalive < 41; keepalive += 1) {
      await flow.deploy([tab, accountAt(simulator, { keepalive }), ...nodes]);
    }
    await flow.shows('in', 'connected');
    await eventually(() => simulator.records.openConnections === 1, 'one connection');
    await simulator.emit(lampOf(simulator), { t: 1 });
    await flow.receives('out', 1);
    await flow.deploy([tab]);
    await eventually(() => simulator.records.openConnections === 0, 'no connection');
    assert.equal(simulator.records.logOuts, simulator.records.logIns);
  });
});
