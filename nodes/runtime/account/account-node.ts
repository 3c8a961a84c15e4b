import type { ConfigCredentials, ConfigOptions } from '../../options';
import { isNewer, migrated, newerWarning } from '../../versions';
import { findNode, type Runtime, type RuntimeNode, type SavedNode } from '../node-red';
import { readAccountOptions } from './account-options';
import { isDeployed, readInstanceId, savedIdOf } from './node-place';
import { openAccount } from './open-account';
import { type AccountUser, type OpenAccount, SharedAccount } from './shared-account';

/** An `ochno-config` node as the runtime holds it. */
export interface AccountNode extends RuntimeNode {
  readonly credentials: Partial<ConfigCredentials>;
  /** Its options as they were deployed, those of an older version as this one has them. */
  readonly saved: SavedNode<ConfigOptions>;
  readonly shared: SharedAccount;
  /** The runtime hands this node's errors to the flows of these. */
  readonly users: Record<string, RuntimeNode>;
}

/** By the id of the account's node, each as long as it has a node or users. */
const accounts = new Map<string, SharedAccount>();

/** Those that the runtime has made, under ids of its own, for the instances of subflows. */
const inSubflows = new Set<AccountNode>();

export function accountNodesInSubflows(): Iterable<AccountNode> {
  return inSubflows;
}

/** The account node of that id, unless there is none or it is disabled. */
export function findAccountNode(RED: Runtime, id: string): AccountNode | undefined {
  const node = findNode(RED, id);
  return node && isAccountNode(node) ? node : undefined;
}

function isAccountNode(node: RuntimeNode): node is AccountNode {
  return 'shared' in node && node.shared instanceof SharedAccount;
}

/** Turns a node the runtime has just made into an account that its users share until it is closed. */
export function becomeAccount(
  RED: Runtime,
  node: RuntimeNode,
  deployed: SavedNode<ConfigOptions>,
  open?: OpenAccount,
): void {
  if (isNewer(deployed)) node.warn(newerWarning(deployed));
  const saved = migrated(node.type, deployed);
  const openSaved: OpenAccount = (logger) => {
    const options = readAccountOptions(RED, { options: saved, credentials: node.credentials });
    return openAccount({ ...options, instanceId: readInstanceId(RED, node) }, { logger });
  };
  const shared = accountOf(node.id);
  Object.assign(node, { saved, shared });
  Object.defineProperty(node, 'users', { get: () => shared.users });
  if (isAccountNode(node) && savedIdOf(node) !== node.id) inSubflows.add(node);
  node.on('close', (removed: boolean, done: () => void) => {
    if (isAccountNode(node)) inSubflows.delete(node);
    const isGone = removed && !isDeployed(RED, node);
    shared
      .detach(isGone)
      .finally(() => forget(shared))
      .then(done, done);
  });
  shared.attach({ node, open: open ?? openSaved });
}

/** Uses the account of that id, whether or not it is deployed yet, until `leaveAccount`. */
export function joinAccount(id: string, user: AccountUser): SharedAccount {
  const shared = accountOf(id);
  shared.register(user);
  return shared;
}

export function leaveAccount(shared: SharedAccount, user: AccountUser): void {
  shared.deregister(user);
  forget(shared);
}

function accountOf(id: string): SharedAccount {
  const shared = accounts.get(id) ?? new SharedAccount(id);
  accounts.set(id, shared);
  return shared;
}

function forget(shared: SharedAccount): void {
  if (shared.isOver && accounts.get(shared.id) === shared) accounts.delete(shared.id);
}
