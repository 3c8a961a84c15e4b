import type { ConfigOptions } from './options';
import { registerAdminRoutes } from './runtime/dialogs/admin-routes';
import type { Runtime, RuntimeNode, SavedNode } from './runtime/node-red';

/** The account: one log-in and one stream per company for all nodes that use it. */
export = function register(RED: Runtime): void {
  function OchnoConfig(this: RuntimeNode, saved: SavedNode<ConfigOptions>): void {
    RED.nodes.createNode(this, saved);
    loadBehaviour().becomeAccount(RED, this, saved);
  }
  RED.nodes.registerType('ochno-config', OchnoConfig, {
    credentials: { email: { type: 'text' }, password: { type: 'password' } },
  });
  registerAdminRoutes(RED);
};

/** Loaded with the first node, not when Node-RED registers the type: most of a start-up is loading. */
function loadBehaviour(): typeof import('./runtime/account/account-node') {
  return require('./runtime/account/account-node');
}
