import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import helper from 'node-red-node-test-helper';
import { DeployPhase } from '../../nodes/runtime/deploy-phase';
import { hasFlows, type Runtime, type RuntimeNode } from '../../nodes/runtime/node-red';
import { deployedAccounts } from '../../nodes/runtime/sidebar/deployed-accounts';
import { registerSidebar } from '../../nodes/runtime/sidebar/sidebar';
import { startSimulator } from '../simulator';
import { eventually } from '../support/eventually';
import { FakeClock, settle } from '../support/fake-clock';
import { tab } from '../support/flow-nodes';
import { hostFlows, loadFlow } from '../support/node-red';
import { accountAt, company, credentialsOf } from '../support/simulated-office';
import { callRoute, typedAccount } from './dialogs/dialog-calls';

/** A runtime that has read its flows, or has not. */
function runtimeOf(read: boolean) {
  const events = new EventEmitter();
  const eachNode = (): void => {
    if (!read) throw new TypeError("Cannot read properties of null (reading 'allNodes')");
  };
  return { events, RED: { events, nodes: { eachNode, getNode: () => null } } as never };
}

const slow = { id: 'slow', type: 'slow', z: 'tab', x: 100, y: 100, wires: [] };

describe('the phase of a deploy', () => {
  it('is the time between the stop and the start of the flows', () => {
    const { RED, events } = runtimeOf(true);
    const deploy = new DeployPhase(RED);
    const phases: boolean[] = [deploy.isUnderWay];
    for (const event of ['flows:stopping', 'flows:stopped', 'flows:starting', 'flows:started']) {
      events.emit(event);
      phases.push(deploy.isUnderWay);
    }
    assert.deepEqual(phases, [false, true, true, true, false]);
  });

  it('is also the time before flows are started for the first time, but not after an installation into running ones', () => {
    const { RED, events } = runtimeOf(false);
    const deploy = new DeployPhase(RED);
    assert.equal(deploy.isUnderWay, true);
    events.emit('flows:started');
    assert.equal(deploy.isUnderWay, false);
    assert.equal(new DeployPhase(runtimeOf(true).RED).isUnderWay, false);
  });

  it('is waited for by all who ask meanwhile, and by nobody else', async () => {
    const { RED, events } = runtimeOf(true);
    const clock = new FakeClock();
    const deploy = new DeployPhase(RED, clock);
    await deploy.over();
    events.emit('flows:stopping');
    const over: string[] = [];
    for (const who of ['one', 'other']) void deploy.over().then(() => over.push(who));
    await clock.advance(15_000);
    assert.deepEqual(over, []);
    events.emit('flows:started');
    await settle();
    assert.deepEqual(over, ['one', 'other']);
    assert.equal(clock.timers, 0);
  });

  it('is waited for no longer than a node may take to close', async () => {
    const clock = new FakeClock();
    const deploy = new DeployPhase(runtimeOf(false).RED, clock);
    const over = deploy.over();
    await clock.advance(20_000);
    await over;
    assert.equal(deploy.isUnderWay, false);
  });

  for (const payload of [
    { state: 'stop', error: 'missing-types', type: 'warning' },
    { state: 'safe', error: 'safe-mode', type: 'warning' },
    { error: 'credentials_load_failed', type: 'warning' },
    { state: 'stop' },
  ]) {
    it(`is over if the flows are not started: ${JSON.stringify(payload)}`, () => {
      const { RED, events } = runtimeOf(false);
      const deploy = new DeployPhase(RED);
      events.emit('runtime-event', { id: 'runtime-state', payload, retain: true });
      assert.equal(deploy.isUnderWay, false);
    });
  }

  it('goes on when the runtime tells that the flows were stopped for it, or of something else', () => {
    const { RED, events } = runtimeOf(true);
    const deploy = new DeployPhase(RED);
    events.emit('flows:stopping');
    for (const notice of [
      { id: 'runtime-state', payload: { state: 'stop', deploy: true }, retain: true },
      { id: 'runtime-state', retain: true },
      { id: 'project-update', payload: { error: 'something' } },
    ])
      events.emit('runtime-event', notice);
    assert.equal(deploy.isUnderWay, true);
  });

  it('has no accounts while flows can’t be read, as with a credential secret that was lost', () => {
    const { RED } = runtimeOf(false);
    assert.equal(hasFlows(RED), false);
    assert.deepEqual(deployedAccounts(RED), []);
  });

  describe('in Node-RED', () => {
    hostFlows();

    /** A node that takes its time to close, the first time, until it is told to. */
    function slowNode() {
      let close: (() => void) | undefined;
      const register = (RED: Runtime): void => {
        RED.nodes.registerType('slow', function (this: RuntimeNode, saved) {
          RED.nodes.createNode(this, saved);
          this.on('close', (done: () => void) => {
            if (close) done();
            else close = done;
          });
        });
      };
      return { register, isClosing: () => close !== undefined, close: () => close?.() };
    }

    it('goes on while a node takes its time to close', async () => {
      let deploy: DeployPhase | undefined;
      const node = slowNode();
      const watch = (RED: Runtime): void => {
        deploy = new DeployPhase(RED);
      };
      const flow = await loadFlow({ flow: [tab, slow], modules: [watch, node.register] });
      await eventually(() => deploy?.isUnderWay === false, 'the flows have started');
      const deployed = flow.deploy([tab, { ...slow, name: 'changed' }]);
      await eventually(node.isClosing, 'the flows are being stopped');
      assert.equal(deploy?.isUnderWay, true);
      node.close();
      await deployed;
      await eventually(() => deploy?.isUnderWay === false, 'the flows have started again');
    });

    it('is waited for by a dialog that uses the stored password, and by what is done in the sidebar', async () => {
      const simulator = await startSimulator();
      try {
        const node = slowNode();
        const nodes = [tab, slow, accountAt(simulator)];
        const modules = [node.register, registerSidebar];
        const flow = await loadFlow({ flow: nodes, modules, credentials: credentialsOf(simulator) });
        const deployed = flow.deploy(nodes.map((one) => ({ ...one, name: 'changed' })));
        await eventually(node.isClosing, 'the flows are being stopped');
        const account = typedAccount(simulator, { id: 'acc', password: '__PWRD__' });
        const address = { account: 'acc', company, location: 'loc1', hub: 'hub1', port: 'port1' };
        const answered: string[] = [];
        const calls = Object.entries({
          places: { account, company },
          act: { act: 'lamp', address, value: { level: 40 } },
        });
        const answers = calls.map(async ([route, body]) => {
          const { state } = await callRoute(simulator, route, body);
          answered.push(`${route}: ${state}`);
        });
        // Longer than an answer takes that waits for nothing.
        for (let round = 0; round < 10; round += 1) await helper.request().get('/ochno/nothing');
        assert.deepEqual(answered, []);
        node.close();
        await Promise.all([deployed, ...answers]);
        assert.deepEqual(answered.toSorted(), ['act: ok', 'places: ok']);
      } finally {
        await simulator.close();
      }
    });
  });
});
