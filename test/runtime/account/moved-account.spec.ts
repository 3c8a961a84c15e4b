import assert from 'node:assert/strict';
import { findAccountNode } from '../../../nodes/runtime/account/account-node';
import { readInstanceId } from '../../../nodes/runtime/account/node-place';
import { type Simulator, startSimulator } from '../../simulator';
import { eventually } from '../../support/eventually';
import { inbox, ochnoNode } from '../../support/flow-nodes';
import { type FlowNode, hostFlows, loadFlow, type RunningFlow } from '../../support/node-red';
import { accountAt, credentialsOf, portOf } from '../../support/simulated-office';
import { publishMeanwhile } from '../publish-meanwhile';

const tab = (id: string): FlowNode => ({ id, type: 'tab', label: id });
const instance = (z: string): FlowNode => ({ id: 'instance', type: 'subflow:sub', z, wires: [['out']] });

describe('an account node that moves', () => {
  let simulator: Simulator;

  hostFlows();
  beforeEach(async () => {
    simulator = await startSimulator();
  });
  afterEach(() => simulator.close());

  /** A tab that listens by way of an account in the given tab, or in none. */
  const listening = (accountTab: string): FlowNode[] => [
    tab('listening'),
    accountAt(simulator, accountTab === '' ? {} : { z: accountTab }),
    ochnoNode('in', 'ochno-port-in', { z: 'listening', property: 'data.n' }),
    { ...inbox('out'), z: 'listening' },
  ];

  const load = (flow: FlowNode[]): Promise<RunningFlow> => loadFlow({ flow, credentials: credentialsOf(simulator) });

  /** Publishes while it is deployed: each event has to come once, over sessions of one client id. */
  async function deployWhilePublishing(flow: RunningFlow, deploys: () => Promise<void>): Promise<void> {
    await flow.shows('in', 'connected');
    await publishMeanwhile({ simulator, address: portOf(simulator), flow }, deploys);
    const { connects } = simulator.records;
    assert.equal(new Set(connects.map(({ clientId }) => clientId)).size, 1, 'one client id');
    assert.deepEqual(
      flow.logged('warn').filter((line) => line.startsWith('ochno-')),
      [],
    );
  }

  for (const type of ['full', 'flows', 'nodes'] as const) {
    it(`A7: from a tab to none, to another tab and back (${type}) keeps its session, and each event comes once`, async () => {
      const flow = await load([tab('other'), ...listening('listening')]);
      await deployWhilePublishing(flow, async () => {
        for (const place of ['', 'other', '', 'listening']) {
          const connects = simulator.records.connects.length;
          await flow.deploy([tab('other'), ...listening(place)], type);
          await eventually(() => simulator.records.connects.length > connects, 'a new connection');
          await flow.shows('in', 'connected');
        }
      });
    });
  }

  it('A7: out of a tab that is removed around it keeps its session', async () => {
    const flow = await load([tab('other'), ...listening('other')]);
    await deployWhilePublishing(flow, async () => {
      await flow.deploy(listening(''));
      await flow.shows('in', 'connected');
    });
  });

  it('A7: is the same account within a subflow whose instance moves to another tab', async () => {
    const definition: FlowNode[] = [
      tab('one'),
      tab('two'),
      { id: 'sub', type: 'subflow', name: 'Sub', in: [], out: [{ x: 0, y: 0, wires: [{ id: 'in', port: 0 }] }] },
      accountAt(simulator, { z: 'sub' }),
      ochnoNode('in', 'ochno-port-in', { z: 'sub', wires: [] }),
      { ...inbox('out'), z: 'one' },
    ];
    const flow = await load([...definition, instance('one')]);
    const { connects } = simulator.records;
    await eventually(() => connects.some(({ returnCode }) => returnCode === 0), 'a connection');
    await eventually(() => simulator.records.subscribes.length === 1, 'its subscription');
    await flow.deploy([...definition, instance('two')]);
    await eventually(() => connects[1]?.sessionPresent === true, 'the session again');
    assert.equal(connects[1]?.clientId, connects[0]?.clientId);
  });

  it('A7: is named by OCHNO_INSTANCE, if that is set, in place of the installation', async () => {
    const flow = await load(listening(''));
    const node = findAccountNode(flow.RED, 'acc');
    assert.ok(node);
    assert.equal(readInstanceId(flow.RED, node, { OCHNO_INSTANCE: 'east-wing' }), 'east-wing acc');
    assert.notEqual(readInstanceId(flow.RED, node, {}), readInstanceId(flow.RED, node, { OCHNO_INSTANCE: 'west' }));
  });
});
