import type { AccountOptions } from '../../../src/client/account-options';
import type { AccountDependencies, OchnoAccount, SharedLogIns } from '../../../src/client/ochno-account';
import { SessionMemory } from '../../../src/client/stream/port-stream';

/** What lets an account that a deploy closes and opens anew go on with its streams' sessions. */
const sessions = new SessionMemory();
let logIns: SharedLogIns | undefined;

/**
 * The client of an account, ready to be used; nothing is sent yet.
 *
 * @throws OchnoError `OCHNO_VALUE` naming the option that is missing or unusable
 */
export function openAccount(options: AccountOptions, dependencies: AccountDependencies): OchnoAccount {
  const { OchnoAccount } = loadClient();
  return new OchnoAccount(options, { sessions, logIns: sharedLogIns(), ...dependencies });
}

/** One log-in for all account nodes that are the same user, such as those of a subflow's instances. */
function sharedLogIns(): SharedLogIns {
  const { SharedLogIns } = loadClient();
  logIns ??= new SharedLogIns();
  return logIns;
}

/** Loaded with the first account, not when Node-RED registers the node types: most of a start-up is loading. */
function loadClient(): typeof import('../../../src/client/ochno-account') {
  return require('../../../src/client/ochno-account');
}
