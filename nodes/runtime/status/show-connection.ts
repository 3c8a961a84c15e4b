import { worstStatus } from '../../../src/client/stream/stream-status';
import type { Account } from '../account/account';
import { connectionStatus } from './status';
import type { StatusLight } from './status-light';

/**
 * Shows the state of these companies' streams under a node, the worst of them, and keeps it up to date; with no company
 * it is the account as REST sees it.
 *
 * @returns ends it
 */
export function showConnection(account: Account, companies: readonly string[], light: StatusLight): () => void {
  const show = (): void => {
    const [first, ...others] = companies.map((company) => account.status(company));
    light.connection(connectionStatus(first ? worstStatus(first, ...others) : account.status()));
  };
  show();
  return account.onStatus(show);
}
