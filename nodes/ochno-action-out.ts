import type { ActionOutOptions } from './options';
import type { Runtime, RuntimeNode, SavedNode } from './runtime/node-red';

/** Sends each message it gets as an action to a port, or to several. */
export = function register(RED: Runtime): void {
  function OchnoActionOut(this: RuntimeNode, saved: SavedNode<ActionOutOptions>): void {
    RED.nodes.createNode(this, saved);
    loadBehaviour().sendActions(RED, this, saved);
  }
  RED.nodes.registerType('ochno-action-out', OchnoActionOut);
};

/** Loaded with the first node, not when Node-RED registers the type: most of a start-up is loading. */
function loadBehaviour(): typeof import('./runtime/action-out/send-actions') {
  return require('./runtime/action-out/send-actions');
}
