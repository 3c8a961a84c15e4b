import type { CompanyKey } from '../../../sidebar-messages';
import type { UnknownId } from './replacement';
import { type Named, namedBy, type UsingNode } from './using-node';

/** What the lists of one company hold. */
export interface KnownCompany extends CompanyKey {
  has(level: 'location' | 'hub' | 'port', id: string): boolean;
  /** What is plugged in at the ports of that id, those of these hubs if any are named. */
  kindsAt(port: string, hubs: readonly string[]): readonly string[];
  /** The hubs and locations of every port of that id. */
  placesOf(port: string): readonly { readonly hub: string; readonly location: string }[];
  locationOf(hub: string): string | undefined;
}

export type FlowIssue =
  | { readonly kind: 'unknown id'; readonly unknown: UnknownId; readonly nodes: readonly UsingNode[] }
  /** There is a hub or port of that id, but not where the nodes say. */
  | { readonly kind: 'misplaced id'; readonly unknown: UnknownId; readonly nodes: readonly UsingNode[] }
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
  let isAllKnown = true;
  for (const level of ['location', 'hub', 'port'] as const) {
    const named = namedBy(node, level, '');
    if (named.kind !== 'ids') continue;
    for (const id of named.ids.filter((each) => !present.some((company) => company.has(level, each)))) {
      const unknown = { account, company: first.company, level, id };
      const key = `${level} ${account} ${first.company} ${id}`;
      issues.add(key, node, (nodes) => ({ kind: 'unknown id', unknown, nodes }));
      isAllKnown = false;
    }
  }
  // Where something is at a place that nobody knows can't be said.
  for (const { level, id, company } of isAllKnown ? misplacedIn(node, present) : []) {
    const unknown = { account, company: company.company, level, id };
    const key = `misplaced ${level} ${account} ${company.company} ${id}`;
    issues.add(key, node, (nodes) => ({ kind: 'misplaced id', unknown, nodes }));
  }
  if (node.type === 'ochno-action-out' && node.command === 'lamp') checkLamps(node, first, issues);
}

interface Misplaced {
  readonly level: 'hub' | 'port';
  readonly id: string;
  readonly company: KnownCompany;
}

/** The hubs and ports that are in none of the places that the node names beside them: it can never hear or reach them. */
function misplacedIn(node: UsingNode, companies: readonly KnownCompany[]): readonly Misplaced[] {
  const locations = namedBy(node, 'location', '');
  const hubs = namedBy(node, 'hub', '');
  const ports = namedBy(node, 'port', '');
  const isIn = (named: Named, id: string): boolean => named.kind !== 'ids' || named.ids.includes(id);
  const found = (level: 'hub' | 'port', named: Named, isThere: (company: KnownCompany, id: string) => boolean) =>
    (named.kind === 'ids' ? named.ids : []).flatMap((id): readonly Misplaced[] => {
      const knowing = companies.filter((company) => company.has(level, id));
      const [company] = knowing;
      return company === undefined || knowing.some((each) => isThere(each, id)) ? [] : [{ level, id, company }];
    });
  const misplacedHubs = found('hub', hubs, (company, hub) => {
    const location = company.locationOf(hub);
    return location === undefined || isIn(locations, location);
  });
  // That a hub is elsewhere says it of its ports, too.
  if (misplacedHubs.length > 0) return misplacedHubs;
  return found('port', ports, (company, port) =>
    company.placesOf(port).some(({ hub, location }) => isIn(hubs, hub) && isIn(locations, location)),
  );
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
