import { OchnoError } from '../../../src/protocol/ochno-error';
import type { AccountSummary, ConnectionSummary, Failure, Named } from '../../sidebar-messages';
import type { Account } from '../account/shared-account';
import type { Runtime } from '../node-red';
import type { Reading } from '../options/option-reading';
import { type DeployedAccount, deployedAccounts } from './deployed-accounts';
import { connectionSummary } from './stream-health';

/** One account while somebody looks: kept open, its companies followed. */
interface Followed extends DeployedAccount {
  readonly opened: Reading<Account>;
  companies: AccountSummary['companies'];
  end(): void;
}

/** The deployed accounts, their companies and how each is connected. */
export class AccountOverview {
  readonly #RED: Runtime;
  readonly #onChange: () => void;
  readonly #followed = new Map<string, Followed>();

  /** @param onChange something that `summaries` tells has changed; may be called often */
  constructor(RED: Runtime, onChange: () => void) {
    this.#RED = RED;
    this.#onChange = onChange;
    this.refresh();
  }

  /** After a deploy: accounts may have gone, come, or been made anew. */
  refresh(): void {
    const present = new Map(deployedAccounts(this.#RED).map((account) => [account.id, account]));
    for (const [id, followed] of this.#followed) {
      if (present.get(id)?.node === followed.node) continue;
      followed.end();
      this.#followed.delete(id);
    }
    for (const [id, account] of present) if (!this.#followed.has(id)) this.#followed.set(id, this.#follow(account));
  }

  /** The client of an account that can be used. */
  account(id: string): Account | undefined {
    const opened = this.#followed.get(id)?.opened;
    return opened?.ok ? opened.value : undefined;
  }

  get accounts(): readonly { readonly id: string; readonly name: string; readonly account: Account }[] {
    return [...this.#followed.values()].flatMap(({ id, name, opened }) =>
      opened.ok ? [{ id, name, account: opened.value }] : [],
    );
  }

  get summaries(): readonly AccountSummary[] {
    return [...this.#followed.values()].map(({ id, name, opened, companies }) => ({
      id,
      name,
      defaultCompany: opened.ok ? (opened.value.company ?? '') : '',
      companies,
      connections: opened.ok
        ? connectionsOf(opened.value, companies)
        : [{ company: '', state: 'not configured', detail: opened.problem.message }],
    }));
  }

  close(): void {
    for (const { end } of this.#followed.values()) end();
    this.#followed.clear();
  }

  #follow(deployed: DeployedAccount): Followed {
    const opened = deployed.node.shared.open();
    if (!opened.ok) {
      const failure = failureOf(opened.problem);
      return { ...deployed, opened, companies: { state: 'failed', failure }, end: () => undefined };
    }
    const account = opened.value;
    const followed: Followed = { ...deployed, opened, companies: { state: 'loading' }, end: () => undefined };
    const ends = [
      account.use(),
      account.onStatus(this.#onChange),
      account.lists.followCompanies({
        found: (list) => this.#know(followed, { state: 'ok', list: list.map(({ id, name }): Named => ({ id, name })) }),
        failed: (error) => this.#know(followed, { state: 'failed', failure: failureOf(error) }),
      }),
    ];
    followed.end = () => {
      for (const end of ends) end();
    };
    return followed;
  }

  #know(followed: Followed, companies: AccountSummary['companies']): void {
    followed.companies = companies;
    this.#onChange();
  }
}

/** What may be told of an error: our own never holds a secret, the text of any other may hold anything. */
export function failureOf(error: unknown): Failure {
  if (error instanceof OchnoError) return { code: error.code, message: error.message };
  return { code: '', message: 'The request could not be answered: see the log of Node-RED' };
}

function connectionsOf(account: Account, companies: AccountSummary['companies']): readonly ConnectionSummary[] {
  const listed = companies.state === 'ok' ? companies.list : [];
  return [
    connectionSummary('', account.status()),
    ...listed.map(({ id }) => connectionSummary(id, account.status(id))).filter(({ state }) => state !== 'unused'),
  ];
}
