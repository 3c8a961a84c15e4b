import type { AccountSummary, CompanyKey, Failure, Named } from '../../../sidebar-messages';
import { ownName } from '../../tree/own-name';
import type { Building } from '../building/building';
import type { Hub, Location } from '../building/company-reading';
import { companyKey, type Port } from '../building/port';

export type RowKind = 'account' | 'company' | 'location' | 'floorPlan' | 'hub' | 'port' | 'note';

/** One line of the tree. */
export interface Row {
  /** The same as long as it stands for the same. */
  readonly key: string;
  readonly kind: RowKind;
  /** Its own name, else its id; of a note a key of the catalogue. */
  readonly name: string;
  readonly id: string;
  /** 1 for the outermost. */
  readonly depth: number;
  readonly position: number;
  readonly siblings: number;
  /** Without it, there is nothing below. */
  readonly expanded?: boolean;
  readonly port?: Port;
  readonly company?: CompanyKey;
  /** How many ports are below it, of those that are wanted. */
  readonly count?: number;
  readonly failure?: Failure;
}

export interface RowsWanted {
  /** What was opened by hand, and, with a filter, closed by hand. */
  readonly open: ReadonlySet<string>;
  readonly closed: ReadonlySet<string>;
  /** If present, branches without such a port are left out and the others are open. */
  readonly filter?: ((port: Port) => boolean) | undefined;
}

type Draft = Omit<Row, 'position' | 'siblings' | 'depth'> & {
  readonly below?: readonly Draft[] | (() => readonly Draft[]);
  /** Of a hub: its ports that are wanted. */
  readonly ports?: readonly Port[];
};

/** The lines of the tree, from top to bottom, without what is in closed branches. */
export function treeRows(building: Building, wanted: RowsWanted): readonly Row[] {
  const rows: Row[] = [];
  const { accounts } = building;
  const tops = accounts.map((account) => ({ account, drafts: companyDrafts(building, account, wanted) }));
  const [first] = tops;
  const drafts =
    first !== undefined && tops.length === 1
      ? first.drafts
      : tops.map(({ account, drafts: below }) => branch('account', account.id, account, wanted, true, below));
  append(rows, drafts, 1);
  return rows;
}

function append(rows: Row[], drafts: readonly Draft[], depth: number): void {
  for (const [at, { below, ports, ...draft }] of drafts.entries()) {
    rows.push({ ...draft, depth, position: at + 1, siblings: drafts.length });
    if (!draft.expanded) continue;
    if (below) append(rows, typeof below === 'function' ? below() : below, depth + 1);
    if (ports) appendPorts(rows, ports, draft.name, depth + 1);
  }
}

/** Of rows there may be ten thousand: each is made in one go. */
function appendPorts(rows: Row[], ports: readonly Port[], hubName: string, depth: number): void {
  const siblings = ports.length;
  for (const [at, port] of ports.entries()) {
    const name = ownName(port.name, hubName);
    rows.push({ key: port.key, kind: 'port', name, id: port.address.port, depth, position: at + 1, siblings, port });
  }
}

function companyDrafts(building: Building, account: AccountSummary, wanted: RowsWanted): readonly Draft[] {
  const { companies } = account;
  if (companies.state === 'loading') return [note(account.id, 'places.tree-loading')];
  if (companies.state === 'failed') return [note(account.id, 'places.tree-failed', companies.failure)];
  if (companies.list.length === 0) return [note(account.id, 'places.no-companies')];
  return companies.list.flatMap((company) => companyDraft(building, account, company, wanted));
}

function companyDraft(
  building: Building,
  account: AccountSummary,
  company: Named,
  wanted: RowsWanted,
): readonly Draft[] {
  const key: CompanyKey = { account: account.id, company: company.id };
  const path = companyKey(key);
  const present = building.company(key);
  if (present.state !== 'ok') {
    // What was not read can't be searched.
    if (wanted.filter) return [];
    const what = { closed: 'places.tree-loading', loading: 'places.tree-loading', failed: 'places.tree-failed' }[
      present.state
    ];
    const locations = present.state === 'loading' ? (present.locations ?? []) : [];
    const known = locations.flatMap((location) => locationDraft(path, location, wanted)).map(withoutPorts);
    const notes = () => [note(path, what, present.state === 'failed' ? present.failure : undefined)];
    const below = known.length > 0 ? known : notes;
    return [{ ...branch('company', path, company, wanted, false, below), company: key }];
  }
  const below = present.locations.flatMap((location) => locationDraft(path, location, wanted));
  const count = sum(below);
  if (wanted.filter && count === 0) return [];
  const notes = below.length === 0 ? [note(path, 'places.no-ports')] : below;
  return [{ ...branch('company', path, company, wanted, false, notes), company: key, count }];
}

function locationDraft(above: string, location: Location, wanted: RowsWanted): readonly Draft[] {
  const path = `${above}/${location.id}`;
  const below = [
    ...location.floorPlans.flatMap((plan) => {
      const hubs = plan.hubs.flatMap((hub) => hubDraft(path, hub, wanted));
      const count = sum(hubs);
      if (wanted.filter && count === 0) return [];
      return [{ ...branch('floorPlan', `${path}//${plan.id}`, plan, wanted, false, hubs), count }];
    }),
    ...location.hubs.flatMap((hub) => hubDraft(path, hub, wanted)),
  ];
  const count = sum(below);
  if (wanted.filter && count === 0) return [];
  return [{ ...branch('location', path, location, wanted, false, below), count }];
}

function hubDraft(above: string, hub: Hub, wanted: RowsWanted): readonly Draft[] {
  const ports = wanted.filter ? hub.ports.filter(wanted.filter) : hub.ports;
  if (wanted.filter && ports.length === 0) return [];
  return [{ ...branch('hub', `${above}/${hub.id}`, hub, wanted, false, []), ports, count: ports.length }];
}

/** The same while its ports are still to come: how many there are is not known, and hubs hold nothing but that. */
function withoutPorts({ count: _, ports, below, ...draft }: Draft): Draft {
  if (ports !== undefined) return { ...draft, below: [note(draft.key, 'places.tree-loading')] };
  return { ...draft, below: Array.isArray(below) ? below.map(withoutPorts) : [] };
}

function branch(
  kind: RowKind,
  key: string,
  { id, name }: Named,
  wanted: RowsWanted,
  isOpenAtFirst: boolean,
  below: readonly Draft[] | (() => readonly Draft[]),
): Draft {
  const expanded = wanted.filter || isOpenAtFirst ? !wanted.closed.has(key) : wanted.open.has(key);
  return { key, kind, name: name || id, id, expanded, below };
}

function note(above: string, text: string, failure?: Failure): Draft {
  return { key: `${above}!`, kind: 'note', name: text, id: '', ...(failure ? { failure } : {}) };
}

function sum(drafts: readonly Draft[]): number {
  return drafts.reduce((total, { count = 0 }) => total + count, 0);
}
