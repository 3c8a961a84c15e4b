import { OchnoError } from '../../../src/protocol/ochno-error';
import { type AccountNode, accountNodesInSubflows, findAccountNode } from '../account/account-node';
import { readAccountOptions } from '../account/account-options';
import { instanceNameOf, placeOf, savedIdOf } from '../account/node-place';
import { hasFlows, type Runtime } from '../node-red';

/** An account as the sidebar shows it. */
export interface DeployedAccount {
  /** See `accountNodeOf` in the messages of the sidebar. */
  readonly id: string;
  readonly name: string;
  readonly node: AccountNode;
}

/** Every account that is deployed, once. */
export function deployedAccounts(RED: Runtime): readonly DeployedAccount[] {
  if (!hasFlows(RED)) return [];
  const ids: string[] = [];
  RED.nodes.eachNode(({ id, type }) => {
    if (type === 'ochno-config') ids.push(id);
  });
  const outside = ids.flatMap((id) => {
    const node = findAccountNode(RED, id);
    return node === undefined ? [] : [{ id, name: node.name ?? '', node }];
  });
  return [...outside, ...accountsInSubflows(RED)];
}

export function findDeployedAccount(RED: Runtime, id: string): AccountNode | undefined {
  return findAccountNode(RED, id) ?? accountsInSubflows(RED).find((account) => account.id === id)?.node;
}

/**
 * Each instance of a subflow has account nodes of its own. Those that hold the same account are one, under the id that the
 * flows know; what the environment of an instance makes another account stands beside it, with the name of the instance.
 */
function accountsInSubflows(RED: Runtime): readonly DeployedAccount[] {
  const byNode = new Map<string, Map<string, AccountNode>>();
  for (const node of accountNodesInSubflows()) {
    const accounts = byNode.get(savedIdOf(node)) ?? new Map<string, AccountNode>();
    byNode.set(savedIdOf(node), accounts);
    const who = whoLogsIn(RED, node);
    if (!accounts.has(who)) accounts.set(who, node);
  }
  return [...byNode].flatMap(([id, accounts]) =>
    [...accounts.values()].map((node, at) => {
      const names = [node.name ?? '', accounts.size > 1 ? instanceNameOf(node) : ''];
      return { id: at === 0 ? id : `${id} ${placeOf(node)}`, name: names.filter(Boolean).join(' · '), node };
    }),
  );
}

/** What tells accounts apart, or what is wrong with one. */
function whoLogsIn(RED: Runtime, { saved, credentials }: AccountNode): string {
  try {
    const { server, email, company } = readAccountOptions(RED, { options: saved, credentials });
    return JSON.stringify([server, email, company]);
  } catch (error) {
    if (!(error instanceof OchnoError)) throw error;
    return error.message;
  }
}
