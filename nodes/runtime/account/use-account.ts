import { quoted } from '../../../src/protocol/json/quoted';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { Runtime, RuntimeNode } from '../node-red';
import { type Reading, reading, readText } from '../options/option-reading';
import type { Account } from './account';
import { type AccountNode, findAccountNode } from './account-node';
import type { GapNotice } from './gap-notice';

/** The account a node uses, and what its users share besides. */
export interface AccountUse {
  readonly account: Account;
  readonly gaps: GapNotice;
}

/**
 * Finds the account a node was given and uses it until the node is closed. Where that can't be, the log says so: the
 * node for an account that is missing, the account itself and once for all its users where its options are unusable.
 */
export function useAccount(RED: Runtime, node: RuntimeNode, savedId: unknown): Reading<AccountUse> {
  const found = reading(() => findChosen(RED, savedId));
  if (!found.ok) {
    node.error(`Not configured: ${found.problem.message}`);
    return found;
  }
  const { shared } = found.value;
  const opened = shared.register(node);
  node.on('close', () => shared.deregister(node));
  return opened.ok ? { ok: true, value: { account: opened.value, gaps: shared.gaps } } : opened;
}

function findChosen(RED: Runtime, savedId: unknown): AccountNode {
  const id = readText('account', savedId);
  if (id === '') throw new OchnoError('OCHNO_VALUE', 'No account is chosen: open the node and choose one');
  const node = findAccountNode(RED, id);
  if (node) return node;
  throw new OchnoError('OCHNO_VALUE', `The account ${quoted(id)} is missing or disabled: choose another`);
}
