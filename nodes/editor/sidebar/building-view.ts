import type { AccountSummary, CompanyKey } from '../../sidebar-messages';
import { element } from '../dialog/elements';
import type { Building, CompanyState } from './building/building';
import { companyKey, type Port } from './building/port';
import { portFilter } from './building/port-filter';
import type { BuildingFeed } from './building-feed';
import { NodeAdding } from './flow/node-adding';
import type { UsingNode } from './flow/using-node';
import type { Workspace } from './flow/workspace';
import { PortPanel } from './port/port-panel';
import { TickedPorts } from './port/ticked-ports';
import { SearchHead } from './search-head';
import { branchesAbove, openAtFirst } from './tree/branches';
import { makeLine, updateLine } from './tree/row-line';
import { TreeList } from './tree/tree-list';
import { type Row, treeRows } from './tree/tree-rows';
import { treeNotes } from './tree-notes';
import type { Words } from './words';

export interface BuildingViewParts {
  readonly building: Building;
  readonly feed: BuildingFeed;
  readonly workspace: Workspace;
  readonly words: Words;
  /** Whether the user may set lamps and fans. */
  readonly mayAct: boolean;
  /** Whether the user may change flows. */
  readonly mayEdit: boolean;
  /** Says something to who looks, and to a screen reader. */
  say(text: string): void;
}

/** More accounts or companies than this are opened by hand. */
const mostReadAtFirst = 3;
const mostMarked = 50;

/** The tree of the building with its search, its filters, and the port that is opened. */
export class BuildingView {
  readonly element: HTMLElement;
  readonly #parts: BuildingViewParts;
  readonly #tree: TreeList;
  readonly #panel: PortPanel;
  readonly #head: SearchHead;
  readonly #note: HTMLElement;
  readonly #ticks: TickedPorts;
  readonly #adding: NodeAdding;
  readonly #open = new Set<string>();
  readonly #closed = new Set<string>();
  /** By company, what was there when branches of it were opened. */
  readonly #seen = new Map<string, Seen>();
  readonly #ticked = new Set<string>();
  #marked: ReadonlySet<string> = new Set();

  constructor(parts: BuildingViewParts) {
    const { words } = parts;
    this.#parts = parts;
    this.#head = new SearchHead({
      words,
      onChange: () => this.#searched(),
      onDown: () => this.#tree.element.focus(),
      onRefresh: () => parts.feed.refresh(),
    });
    this.#note = element('div', { class: 'ochno-sb-note', hidden: '' });
    this.#ticks = new TickedPorts({
      words,
      mayAdd: () => parts.mayEdit && parts.workspace.hasTypes,
      onAdd: (type, ports, one, by) => this.#adding.add(type, one ? [ports] : ports.map((port) => [port]), by),
      onClear: () => this.#clearTicks(),
    });
    this.#adding = new NodeAdding(parts);
    this.#tree = this.#makeTree();
    this.#panel = this.#makePanel();
    this.element = element('div', { class: 'ochno-sb-building' });
    this.element.append(this.#head.element, this.#note, this.#tree.element, this.#ticks.element, this.#panel.element);
  }

  /** Accounts, companies or lists changed. */
  structureChanged(): void {
    const { building, feed } = this.#parts;
    for (const account of building.accounts) for (const key of readAtFirst(account)) feed.want(key);
    this.#openNew();
    const opened = this.#panel.port;
    if (opened !== undefined) this.#panel.replace(building.port(opened.key));
    this.#showRows();
  }

  /** Ports say something else. */
  portsChanged(ports: readonly Port[]): void {
    // Which rows there are can depend on what ports say, if filters are set.
    if (this.#head.filters.size > 0) this.#showRows();
    else this.#tree.draw();
    const opened = this.#panel.port;
    if (opened !== undefined && ports.includes(opened)) this.#panel.update();
  }

  /** Time has passed: ages and offline ports. */
  timePassed(): void {
    if (this.#head.filters.has('offline')) this.#showRows();
    else this.#tree.draw();
    this.#panel.update();
  }

  nodesChanged(): void {
    if (this.#head.filters.has('unused')) this.#showRows();
    else this.#tree.draw();
    this.#ticks.flowsChanged();
    this.#panel.flowsChanged();
  }

  /** Shows in the tree what ports the nodes selected on the workspace are about. */
  mark(nodes: readonly UsingNode[]): void {
    const { building, workspace } = this.#parts;
    const ids = new Set(nodes.map(({ id }) => id));
    const ports: Port[] = [];
    for (const port of building.ports()) {
      if (workspace.usage.nodesOf(port.address).some(({ id }) => ids.has(id))) ports.push(port);
      if (ports.length > mostMarked) break;
    }
    this.#marked = new Set(ports.map(({ key }) => key));
    const few = ports.slice(0, mostMarked);
    for (const port of few) for (const branch of branchesAbove(building, port)) this.#open.add(branch);
    this.#showRows();
    const [first] = few;
    if (first !== undefined) this.#tree.activate(first.key);
  }

  #makeTree(): TreeList {
    const { building, words, workspace, feed } = this.#parts;
    const line = {
      building,
      words,
      now: () => this.#now(),
      usersOf: (port: Port) => workspace.usage.nodesOf(port.address).length,
      isTicked: (row: Row) => this.#ticked.has(row.key),
    };
    return new TreeList({
      label: words.text('places.tree'),
      make: (row) => this.#makeRow(row),
      update: (made, row) => updateLine(made, row, line),
      onChoose: (row) => {
        if (row.port === undefined) return;
        this.#panel.open(row.port);
        // The panel takes room from the tree: the row stays in sight.
        this.#tree.activate(row.key);
      },
      onExpand: (row, open) => {
        if (open && row.company !== undefined) feed.want(row.company);
        this.#expand(row, open);
      },
      onTick: (row) => this.#toggleTick(row),
      onAct: (row) => this.#showUsers(row),
      onEscape: () => this.#panel.close(),
      isTicked: (row) => (row.port === undefined ? undefined : this.#ticked.has(row.key)),
      isMarked: (row) => this.#marked.has(row.key),
    });
  }

  #makeRow(row: Row): HTMLElement {
    const line = makeLine(row);
    if (row.kind === 'port') this.#adding.dragFrom(line, row.key);
    return line;
  }

  #makePanel(): PortPanel {
    const { words, workspace, mayAct, mayEdit, say } = this.#parts;
    return new PortPanel({
      words,
      mayAct,
      say,
      now: () => this.#now(),
      nodesOf: ({ address }) => workspace.usage.nodesOf(address),
      nameOf: ({ id }) => workspace.nameOf(id),
      onShow: (nodes) => this.#showNodes(nodes),
      onAdd: (type, port, by, property) => this.#adding.add(type, [[port]], by, property),
      onPath: (written, port, path) => this.#adding.dragFrom(written, port.key, path),
      addProblem: () => {
        if (!workspace.hasTypes) return words.text('add.types-disabled');
        return mayEdit ? '' : words.text('state.read-only');
      },
      onClose: () => this.#tree.element.focus(),
      placeOf: (port) => this.#placeOf(port),
    });
  }

  #searched(): void {
    this.#closed.clear();
    this.#tree.element.scrollTop = 0;
    this.#showRows();
  }

  #now(): number {
    return this.#parts.building.now(Date.now());
  }

  #openNew(): void {
    const { building, feed } = this.#parts;
    for (const account of building.accounts) {
      if (account.companies.state !== 'ok') continue;
      for (const { id } of account.companies.list) {
        const key = { account: account.id, company: id };
        const name = companyKey(key);
        const seen = whatIsSeen(building.company(key));
        const before = this.#seen.get(name);
        if (!feed.wants(key) || seen === 'nothing' || before === 'ports' || before === seen) continue;
        this.#seen.set(name, seen);
        for (const branch of openAtFirst(building, key)) if (!this.#closed.has(branch)) this.#open.add(branch);
      }
    }
  }

  #showRows(): void {
    const { building, workspace, words, feed } = this.#parts;
    const wanted = this.#head;
    const filter = portFilter(wanted, this.#now(), ({ address }) => workspace.usage.isUsed(address));
    const rows = treeRows(building, { open: this.#open, closed: this.#closed, filter });
    this.#tree.show(rows);
    this.#tree.element.hidden = rows.length === 0;
    const shown = { rows: rows.length, isFiltered: filter !== undefined };
    const notes = treeNotes(building, feed.state, shown, words);
    this.#note.hidden = notes.length === 0;
    this.#note.replaceChildren(...notes.map((text) => element('div', {}, text)));
  }

  #expand(row: Row, open: boolean): void {
    if (open) {
      this.#open.add(row.key);
      this.#closed.delete(row.key);
    } else {
      this.#open.delete(row.key);
      this.#closed.add(row.key);
    }
    this.#showRows();
  }

  #toggleTick(row: Row): void {
    if (row.port === undefined) return;
    if (!this.#ticked.delete(row.key)) this.#ticked.add(row.key);
    this.#showTicks();
    this.#tree.draw();
  }

  #showTicks(): void {
    const { building } = this.#parts;
    this.#ticks.show([...this.#ticked].map((key) => building.port(key)).filter((port) => port !== undefined));
  }

  #clearTicks(): void {
    this.#ticked.clear();
    this.#showTicks();
    this.#tree.draw();
    this.#tree.element.focus();
  }

  #showUsers({ port }: Row): void {
    if (port === undefined) return;
    this.#showNodes(this.#parts.workspace.usage.nodesOf(port.address));
  }

  #showNodes(nodes: readonly UsingNode[]): void {
    const { workspace, words, say } = this.#parts;
    if (!workspace.show(nodes.map(({ id }) => id))) say(words.text('add.dialog-open'));
  }

  #placeOf({ address }: Port): string {
    const company = this.#parts.building.company(address);
    const location = company.state === 'ok' ? company.locations.find(({ id }) => id === address.location) : undefined;
    const plan = location?.floorPlans.find(({ hubs }) => hubs.some(({ id }) => id === address.hub));
    const hub = [...(plan?.hubs ?? []), ...(location?.hubs ?? [])].find(({ id }) => id === address.hub);
    const names = [location?.name || address.location, plan?.name, hub?.name || address.hub];
    return names.filter((name) => name !== undefined && name !== '').join(' › ');
  }
}

/** The companies of an account that are read without being asked for. */
function readAtFirst({ id, defaultCompany, companies }: AccountSummary): readonly CompanyKey[] {
  if (companies.state !== 'ok') return [];
  const chosen = companies.list.filter((company) => company.id === defaultCompany);
  const list = chosen.length > 0 ? chosen : companies.list.length <= mostReadAtFirst ? companies.list : [];
  return list.map((company) => ({ account: id, company: company.id }));
}

/** What there is to be seen of a company. */
type Seen = 'nothing' | 'layout' | 'ports';

function whatIsSeen(company: CompanyState): Seen {
  if (company.state === 'ok') return 'ports';
  return company.state === 'loading' && company.locations !== undefined ? 'layout' : 'nothing';
}
