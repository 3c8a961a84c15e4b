import type { AccountSummary, StreamHealth } from '../../../sidebar-messages';
import type { FlowIssue } from '../flow/flow-issues';
import type { UnknownId } from '../flow/replacement';
import type { UsingNode } from '../flow/using-node';
import { failureText, type Words } from '../words';

/** Something that is wrong, as a person reads it. */
export interface Issue {
  /** The same as long as it is the same. */
  readonly key: string;
  readonly text: string;
  /** Empty for none. */
  readonly detail: string;
  readonly nodes: readonly UsingNode[];
  /** If another id can take its place. */
  readonly unknown?: UnknownId;
}

/** A node that shows a failure on the workspace. */
export interface TroubledNode {
  readonly node: UsingNode;
  /** As it stands under the node. */
  readonly status: string;
}

export interface IssueListParts {
  readonly accounts: readonly AccountSummary[];
  readonly streams: readonly StreamHealth[];
  readonly nodes: readonly TroubledNode[];
  readonly flow: readonly FlowIssue[];
  readonly now: number;
  readonly words: Words;
}

/** AWS IoT passes on 100 messages a second on a connection, and discards what exceeds them; from here on one should know. */
const highRate = 80;
const dayMs = 24 * 3_600_000;
const mostRefusedNamed = 5;

/** All issues, the weightiest kind first. */
export function listIssues(parts: IssueListParts): readonly Issue[] {
  return [
    ...accountIssues(parts),
    ...parts.flow.map((issue) => flowIssue(issue, parts)),
    ...nodeIssues(parts),
    ...streamIssues(parts),
  ];
}

function accountIssues({ accounts, words }: IssueListParts): readonly Issue[] {
  return accounts.flatMap(({ id, name, companies, connections }) => {
    const troubled = connections.filter(({ state }) => !['connected', 'connecting', 'unused'].includes(state));
    const issues = troubled.map(({ company, state, detail }): Issue => {
      const reason = state === 'disconnected' && detail !== '' ? detail : state;
      const what = words.text(`status.${reason}`);
      const text = words.text('issue.account', { name: [name || id, company].filter(Boolean).join(' · '), what });
      return { key: `account ${id} ${company}`, text, detail: state === 'disconnected' ? '' : detail, nodes: [] };
    });
    if (companies.state !== 'failed' || issues.length > 0) return issues;
    const text = words.text('issue.companies', { name: name || id });
    return [{ key: `companies ${id}`, text, detail: failureText(companies.failure, words), nodes: [] }];
  });
}

function flowIssue(issue: FlowIssue, { words }: IssueListParts): Issue {
  const { nodes } = issue;
  const number = words.number(nodes.length, 0);
  if (issue.kind === 'unknown company') {
    return {
      key: `company ${issue.account} ${issue.id}`,
      text: words.text('issue.company', { id: issue.id, number }),
      detail: '',
      nodes,
    };
  }
  if (issue.kind === 'not a lamp') {
    const { account, company, hub, port, device } = issue;
    const at = [hub, port].filter(Boolean).join(' · ');
    const text = words.text('issue.not-a-lamp', { port: at, device: words.text(`kind.${device}`) });
    return { key: `lamp ${account} ${company} ${hub} ${port}`, text, detail: '', nodes };
  }
  const { account, company, level, id } = issue.unknown;
  const what = issue.kind === 'unknown id' ? 'unknown' : 'misplaced';
  const text = words.text(`issue.${what}-${level}`, { id, number });
  return { key: `${what} ${level} ${account} ${company} ${id}`, text, detail: '', nodes, unknown: issue.unknown };
}

function nodeIssues({ nodes, words }: IssueListParts): readonly Issue[] {
  const byStatus = new Map<string, UsingNode[]>();
  for (const { node, status } of nodes) byStatus.set(status, [...(byStatus.get(status) ?? []), node]);
  return [...byStatus].map(([status, own]) => ({
    key: `status ${status}`,
    text: words.text('issue.status', { status, number: words.number(own.length, 0) }),
    detail: '',
    nodes: own,
  }));
}

function streamIssues({ streams, now, words }: IssueListParts): readonly Issue[] {
  return streams.flatMap((stream) => {
    const { account, company, accountName, gaps, policy, eventsPerSecond } = stream;
    const name = `${accountName || account} · ${company}`;
    const issues: Issue[] = gaps
      .filter(({ to }) => now - to < dayMs)
      .map(({ from, to, reason }) => ({
        key: `gap ${account} ${company} ${from}`,
        text: words.text('issue.gap', { name, from: words.time(from), time: words.span(to - from) }),
        detail: words.text(reason === 'rate' ? 'issue.gap-rate' : 'issue.gap-outage'),
        nodes: [],
      }));
    if (eventsPerSecond >= highRate) {
      const text = words.text('issue.rate', { name, number: words.number(eventsPerSecond, 0) });
      issues.push({ key: `rate ${account} ${company}`, text, detail: words.text('issue.rate-help'), nodes: [] });
    }
    if (policy.refusedFilters.length > 0) {
      const number = words.number(policy.refusedFilters.length, 0);
      const text = words.text('issue.refused', { name, number });
      const detail = policy.refusedFilters.slice(0, mostRefusedNamed).join(' · ');
      issues.push({ key: `refused ${account} ${company}`, text, detail, nodes: [] });
    }
    return issues;
  });
}
