import type { PortInOptions } from './options';
import type { Runtime, RuntimeNode, SavedNode } from './runtime/node-red';

/** Events of the ports it selects, each as one message. */
export = function register(RED: Runtime): void {
  function OchnoPortIn(this: RuntimeNode, saved: SavedNode<PortInOptions>): void {
    RED.nodes.createNode(this, saved);
    loadBehaviour().listenToPorts(RED, this, saved);
  }
  RED.nodes.registerType('ochno-port-in', OchnoPortIn);
};

/** Loaded with the first node, not when Node-RED registers the type: most of a start-up is loading. */
function loadBehaviour(): typeof import('./runtime/port-in/listen-to-ports') {
  return require('./runtime/port-in/listen-to-ports');
}
