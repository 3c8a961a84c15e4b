import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { hasFlows, type RuntimeNode } from '../../../nodes/runtime/node-red';
import { DeployPhase } from '../../../nodes/runtime/sidebar/deploy-phase';
import { deployedAccounts } from '../../../nodes/runtime/sidebar/deployed-accounts';
import { eventually } from '../../support/eventually';
import { tab } from '../../support/flow-nodes';
import { hostFlows, loadFlow } from '../../support/node-red';

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

  it('ends when it is not waited for any longer', () => {
    const deploy = new DeployPhase(runtimeOf(false).RED);
    deploy.end();
    assert.equal(deploy.isUnderWay, false);
  });

  it('has no accounts while flows can’t be read, as with a credential secret that was lost', () => {
    const { RED } = runtimeOf(false);
    assert.equal(hasFlows(RED), false);
    assert.deepEqual(deployedAccounts(RED), []);
  });

  describe('in Node-RED', () => {
    hostFlows();

    it('goes on while a node takes its time to close', async () => {
      let deploy: DeployPhase | undefined;
      let close: (() => void) | undefined;
      const flow = await loadFlow({
        flow: [tab, slow],
        modules: [
          (RED) => {
            deploy = new DeployPhase(RED);
            RED.nodes.registerType('slow', function (this: RuntimeNode, saved) {
              RED.nodes.createNode(this, saved);
              this.on('close', (done: () => void) => {
                // The second one, at the end of the test, does not take its time.
                if (close) done();
                else close = done;
              });
            });
          },
        ],
      });
      await eventually(() => deploy?.isUnderWay === false, 'the flows have started');
      const deployed = flow.deploy([tab, { ...slow, name: 'changed' }]);
      await eventually(() => deploy?.isUnderWay === true, 'the flows are being stopped');
      close?.();
      await deployed;
      await eventually(() => deploy?.isUnderWay === false, 'the flows have started again');
    });
  });
});
