import type { RestOptions } from './options';
import type { Runtime, RuntimeNode, SavedNode } from './runtime/node-red';

/** Makes a call of the platform's HTTP API for each message it gets. */
export = function register(RED: Runtime): void {
  function OchnoRest(this: RuntimeNode, saved: SavedNode<RestOptions>): void {
    RED.nodes.createNode(this, saved);
    loadBehaviour().makeCalls(RED, this, saved);
  }
  RED.nodes.registerType('ochno-rest', OchnoRest);
};

/** Loaded with the first node, not when Node-RED registers the type: most of a start-up is loading. */
function loadBehaviour(): typeof import('./runtime/rest/make-calls') {
  return require('./runtime/rest/make-calls');
}
