import type { AccountSummary, StreamHealth } from '../../../sidebar-messages';
import type { Building } from '../building/building';
import type { UsingNode } from '../flow/using-node';

export interface DiagnosticsParts {
  readonly building: Building;
  readonly streams: readonly StreamHealth[];
  readonly nodes: readonly UsingNode[];
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * What a bug report needs: versions, states, counts. No email, password, token or key ever comes to the sidebar, and of
 * the building only how large it is goes in: no name, no id of a hub or port, and so no message that may quote one.
 */
export function diagnostics({ building, streams, nodes, versions }: DiagnosticsParts): object {
  const number = new Map(building.accounts.map(({ id }, at) => [id, `account ${at + 1}`]));
  return {
    versions,
    accounts: building.accounts.map(({ id, companies, connections, defaultCompany }) => ({
      account: number.get(id),
      hasDefaultCompany: defaultCompany !== '',
      companies: companies.state === 'ok' ? companies.list.length : reasonOf(companies),
      connections: connections.map(withReason),
    })),
    companies: building.accounts.flatMap(({ id, companies }) =>
      (companies.state === 'ok' ? companies.list : []).flatMap((company, at) => {
        const present = building.company({ account: id, company: company.id });
        if (present.state === 'closed') return [];
        const size = present.state === 'ok' ? { locations: present.locations.length, ports: present.ports.length } : {};
        return [{ account: number.get(id), company: at + 1, state: present.state, ...size }];
      }),
    ),
    streams: streams.map(({ account, accountName: _, company, state, detail, policy, ...rest }) => ({
      account: number.get(account),
      company: companyNumber(building, account, company),
      ...withReason({ state, detail }),
      ...rest,
      policy: { ...policy, refusedFilters: policy.refusedFilters.length },
    })),
    nodes: {
      portIn: nodes.filter(({ type }) => type === 'ochno-port-in').length,
      actionOut: nodes.filter(({ type }) => type === 'ochno-action-out').length,
    },
  };
}

/** Why there is no connection is a word of ours; what is not configured is said in a message. */
function withReason({ state, detail }: Pick<StreamHealth, 'state' | 'detail'>): object {
  return { state, ...(state === 'disconnected' ? { detail } : {}) };
}

function reasonOf(companies: AccountSummary['companies']): object {
  return { state: companies.state, ...(companies.state === 'failed' ? { code: companies.failure.code } : {}) };
}

function companyNumber(building: Building, account: string, company: string): number {
  const companies = building.accounts.find(({ id }) => id === account)?.companies;
  return companies?.state === 'ok' ? companies.list.findIndex(({ id }) => id === company) + 1 : 0;
}
