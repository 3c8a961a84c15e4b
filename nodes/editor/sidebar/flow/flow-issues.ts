import type { CompanyKey } from '../../../sidebar-messages';
import type { UnknownId } from './replacement';
import { namedBy, type UsingNode } from './using-node';

/** What the lists of one company hold. */
export interface KnownCompany extends CompanyKey {
  has(level: 'location' | 'hub' | 'port', id: string): boolean;
  /** What is plugged in at the ports of that id, those of these hubs if any are named. */
  kindsAt(port: string, hubs: readonly string[]): readonly string[];
}

export type FlowIssue =
  | { readonly kind: 'unknown id'; readonly unknown: UnknownId; readonly nodes: readonly UsingNode[] }
  | {
      readonly kind: 'unknown company';
      readonly account: string;
      readonly id: string;
      readonly nodes: readonly UsingNode[];
    }
  /** A lamp command for a port where something else is plugged in. */
  | (CompanyKey & {
      readonly kind: 'not a lamp';
      /** Empty if the nodes name none, or several. */
      readonly hub: string;
      readonly port: string;
      readonly device: string;
      readonly nodes: readonly UsingNode[];
    });

export interface FlowIssuesParts {
  readonly nodes: readonly UsingNode[];
  readonly defaultCompany: (account: string) => string;
  /** The companies an account lists; `undefined` while that is not known. */
  readonly companiesOf: (account: string) => ReadonlySet<string> | undefined;
  /** What was read of a company; `undefined` while that is not known. */
  readonly known: (key: CompanyKey) => KnownCompany | undefined;
}

/** What is wrong with the nodes' ports by the lists that were read. What is not known is not held against them. */
export function findFlowIssues(parts: FlowIssuesParts): readonly FlowIssue[] {
  const issues = new IssueList();
  for (const node of parts.nodes) checkNode(node, parts, issues);
  return issues.all;
}

/** Issues by what they are about, each with all nodes it concerns. */
class IssueList {
  readonly #nodes = new Map<string, UsingNode[]>();
  readonly all: FlowIssue[] = [];

  add(key: string, node: UsingNode, make: (nodes: readonly UsingNode[]) => FlowIssue): void {
    const present = this.#nodes.get(key);
    if (present !== undefined) {
      if (!present.includes(node)) present.push(node);
      return;
    }
    const nodes = [node];
    this.#nodes.set(key, nodes);
    this.all.push(make(nodes));
  }
}

function checkNode(node: UsingNode, parts: FlowIssuesParts, issues: IssueList): void {
  const companies = namedBy(node, 'company', parts.defaultCompany(node.account));
  const listed = parts.companiesOf(node.account);
  if (companies.kind !== 'ids' || listed === undefined) return;
  const { account } = node;
  for (const id of companies.ids.filter((company) => !listed.has(company))) {
    issues.add(`company ${account} ${id}`, node, (nodes) => ({ kind: 'unknown company', account, id, nodes }));
  }
  const known = companies.ids
    .filter((company) => listed.has(company))
    .map((company) => parts.known({ account, company }));
  // With several companies an id may be in any of them: it is missing only if it is in none.
  const present = known.filter((company) => company !== undefined);
  const [first] = present;
  if (first === undefined || present.length < known.length) return;
  for (const level of ['location', 'hub', 'port'] as const) {
    const named = namedBy(node, level, '');
    if (named.kind !== 'ids') continue;
    for (const id of named.ids.filter((each) => !present.some((company) => company.has(level, each)))) {
      const unknown = { account, company: first.company, level, id };
      const key = `${level} ${account} ${first.company} ${id}`;
      issues.add(key, node, (nodes) => ({ kind: 'unknown id', unknown, nodes }));
    }
  }
  if (node.type === 'ochno-action-out' && node.command === 'lamp') checkLamps(node, first, issues);
}

function checkLamps(node: UsingNode, company: KnownCompany, issues: IssueList): void {
  const ports = namedBy(node, 'port', '');
  const named = namedBy(node, 'hub', '');
  if (ports.kind !== 'ids') return;
  const hubs = named.kind === 'ids' ? named.ids : [];
  const [hub = ''] = hubs.length === 1 ? hubs : [];
  const key = { account: company.account, company: company.company };
  for (const port of ports.ids) {
    const kinds = company.kindsAt(port, hubs);
    const [device] = kinds;
    // Nothing plugged in is not a mistake: the lamp may come back.
    if (device === undefined || kinds.some((kind) => kind === 'lamp' || kind === 'nothing')) continue;
    issues.add(`lamp ${company.account} ${company.company} ${hub} ${port}`, node, (nodes) => ({
      ...{ kind: 'not a lamp', ...key, hub, port, device, nodes },
    }));
  }
}
