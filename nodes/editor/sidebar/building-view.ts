import type { AccountSummary, CompanyKey } from '../../sidebar-messages';
import { button, element } from '../dialog/elements';
import { type Building, companyKey, type Port } from './building/building';
import { type FilterName, filterNames, portFilter } from './building/port-filter';
import type { BuildingFeed } from './building-feed';
import { fitsOneNode, type NewNode, newNode } from './flow/new-node';
import type { UsingNode } from './flow/using-node';
import type { Workspace } from './flow/workspace';
import { PortPanel } from './port/port-panel';
import { branchesAbove, openAtFirst } from './tree/branches';
import { makeLine, updateLine } from './tree/row-line';
import { TreeList } from './tree/tree-list';
import { type Row, treeRows } from './tree/tree-rows';
import type { Words } from './words';

export interface BuildingViewParts {
  readonly building: Building;
  readonly feed: BuildingFeed;
  readonly workspace: Workspace;
  readonly words: Words;
  readonly mayWrite: boolean;
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
  readonly #search: HTMLInputElement;
  readonly #note: HTMLElement;
  readonly #ticks: HTMLElement;
  readonly #filters = new Set<FilterName>();
  readonly #open = new Set<string>();
  readonly #closed = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #ticked = new Set<string>();
  #marked: ReadonlySet<string> = new Set();

  constructor(parts: BuildingViewParts) {
    const { words } = parts;
    this.#parts = parts;
    const search = { type: 'text', class: 'ochno-sb-search', 'aria-label': words.text('places.search') };
    this.#search = element('input', { ...search, placeholder: words.text('places.search') });
    this.#search.addEventListener('input', () => this.#searched());
    this.#search.addEventListener('keydown', (event) => this.#onSearchKey(event));
    this.#note = element('div', { class: 'ochno-sb-note', hidden: '' });
    this.#ticks = element('div', { class: 'ochno-sb-ticks', hidden: '' });
    this.#tree = this.#makeTree();
    this.#panel = this.#makePanel();
    const refresh = button('refresh', words.text('places.refresh'), 'icon only', () => parts.feed.refresh());
    const head = element('div', { class: 'ochno-sb-search-row' }, this.#search, refresh);
    this.element = element('div', { class: 'ochno-sb-building' });
    this.element.append(head, this.#filterChips(), this.#note, this.#tree.element, this.#ticks, this.#panel.element);
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
    if (this.#filters.size > 0) this.#showRows();
    else this.#tree.draw();
    const opened = this.#panel.port;
    if (opened !== undefined && ports.includes(opened)) this.#panel.update();
  }

  /** Time has passed: ages and offline ports. */
  timePassed(): void {
    if (this.#filters.has('offline')) this.#showRows();
    else this.#tree.draw();
    this.#panel.update();
  }

  nodesChanged(): void {
    if (this.#filters.has('unused')) this.#showRows();
    else this.#tree.draw();
    this.#panel.updateUsers();
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
      make: makeLine,
      update: (made, row) => updateLine(made, row, line),
      onChoose: (row) => {
        if (row.port !== undefined) this.#panel.open(row.port);
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

  #makePanel(): PortPanel {
    const { words, workspace, mayWrite, say } = this.#parts;
    return new PortPanel({
      words,
      mayWrite,
      say,
      now: () => this.#now(),
      nodesOf: ({ address }) => workspace.usage.nodesOf(address),
      nameOf: ({ id }) => nameOfNode(id),
      onShow: (nodes) => workspace.show(nodes.map(({ id }) => id)),
      onAdd: (type, port, by, property) => this.#add(type, [port], by, property),
      addProblem: () => {
        const problem = workspace.defaults('ochno-port-in') === undefined ? 'add.types-disabled' : '';
        return problem === '' ? (mayWrite ? '' : words.text('state.read-only')) : words.text(problem);
      },
      onClose: () => this.#tree.element.focus(),
      placeOf: (port) => this.#placeOf(port),
    });
  }

  #filterChips(): HTMLElement {
    const { words } = this.#parts;
    const chips = filterNames.map((name) => {
      const chip = element('button', { type: 'button', class: 'ochno-sb-chip', 'aria-pressed': 'false' });
      chip.textContent = words.text(`filter.${name}`);
      chip.addEventListener('click', () => {
        if (!this.#filters.delete(name)) this.#filters.add(name);
        chip.setAttribute('aria-pressed', String(this.#filters.has(name)));
        this.#searched();
      });
      return chip;
    });
    return element(
      'div',
      { class: 'ochno-sb-chips', role: 'group', 'aria-label': words.text('filter.label') },
      ...chips,
    );
  }

  #searched(): void {
    this.#closed.clear();
    this.#tree.element.scrollTop = 0;
    this.#showRows();
  }

  #onSearchKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.#search.value !== '') {
      event.stopPropagation();
      this.#search.value = '';
      this.#searched();
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.#tree.element.focus();
    }
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
        if (!feed.wants(key) || this.#seen.has(name) || building.company(key).state !== 'ok') continue;
        this.#seen.add(name);
        for (const branch of openAtFirst(building, key)) this.#open.add(branch);
      }
    }
  }

  #showRows(): void {
    const { building, workspace, words, feed } = this.#parts;
    const wanted = { search: this.#search.value, filters: this.#filters };
    const filter = portFilter(wanted, this.#now(), ({ address }) => workspace.usage.isUsed(address));
    const rows = treeRows(building, { open: this.#open, closed: this.#closed, filter });
    this.#tree.show(rows);
    this.#tree.element.hidden = rows.length === 0;
    const note = rows.length > 0 ? '' : noteFor(feed.state, building, filter !== undefined);
    this.#note.hidden = note === '';
    this.#note.textContent = note === '' ? '' : words.text(note);
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
    const { words, building, mayWrite, workspace } = this.#parts;
    const ports = [...this.#ticked].map((key) => building.port(key)).filter((port) => port !== undefined);
    this.#ticks.hidden = ports.length === 0;
    const add = (type: UsingNode['type'], iconName: string, key: string, one: boolean): HTMLButtonElement => {
      const made = button(iconName, words.text(key), 'icon and text', () => undefined);
      made.addEventListener('click', ({ detail }) => {
        const by = detail === 0 ? 'keyboard' : 'pointer';
        if (one) this.#add(type, ports, by);
        else this.#addEach(type, ports, by);
      });
      const fits =
        !one ||
        fitsOneNode(
          type,
          ports.map(({ address }) => address),
        );
      made.disabled = !fits || !mayWrite || workspace.defaults(type) === undefined;
      return made;
    };
    const clear = button('times', words.text('ticks.clear'), 'icon only', () => {
      this.#ticked.clear();
      this.#showTicks();
      this.#tree.draw();
      this.#tree.element.focus();
    });
    this.#ticks.replaceChildren(
      element('span', {}, words.text('ticks.number', { count: ports.length, number: words.number(ports.length, 0) })),
      clear,
      add('ochno-port-in', 'sign-in', 'ticks.one-port-in', true),
      add('ochno-port-in', 'clone', 'ticks.port-in-each', false),
      add('ochno-action-out', 'sign-out', 'ticks.one-action-out', true),
      add('ochno-action-out', 'clone', 'ticks.action-out-each', false),
    );
  }

  #showUsers({ port }: Row): void {
    if (port === undefined) return;
    const { workspace } = this.#parts;
    workspace.show(workspace.usage.nodesOf(port.address).map(({ id }) => id));
  }

  #add(type: UsingNode['type'], ports: readonly Port[], by: 'pointer' | 'keyboard', property?: string): void {
    const defaults = this.#parts.workspace.defaults(type);
    if (defaults === undefined) return;
    const addresses = ports.map(({ address }) => address);
    const command = ports.every(({ kind }) => kind === 'fan' || kind === 'dimmer') ? 'device' : 'lamp';
    this.#place([newNode({ type, defaults, addresses, command, ...(property === undefined ? {} : { property }) })], by);
  }

  #addEach(type: UsingNode['type'], ports: readonly Port[], by: 'pointer' | 'keyboard'): void {
    const defaults = this.#parts.workspace.defaults(type);
    if (defaults === undefined) return;
    const nodes = ports.map(({ address, kind }, at) =>
      newNode({ type, defaults, addresses: [address], command: kind === 'fan' ? 'device' : 'lamp' }, at),
    );
    this.#place(nodes, by);
  }

  #place(nodes: readonly NewNode[], by: 'pointer' | 'keyboard'): void {
    const { words, workspace, say } = this.#parts;
    const problem = workspace.place(nodes, by);
    const done = by === 'keyboard' ? 'add.placed' : 'add.hangs';
    say(words.text(problem ?? done, { count: nodes.length, number: words.number(nodes.length, 0) }));
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

function noteFor(state: BuildingFeed['state'], building: Building, isFiltered: boolean): string {
  if (state === 'not permitted') return 'state.not-permitted';
  if (state === 'silent') return 'places.no-answer';
  if (state === 'asking') return 'places.loading';
  if (building.accounts.length === 0) return 'state.no-account';
  return isFiltered ? 'places.nothing-found' : 'places.loading';
}

function nameOfNode(id: string): string {
  const node = RED.nodes.node(id);
  if (!node) return id;
  const { label } = node._def;
  const text = typeof label === 'function' ? label.call(node) : (label ?? node.type);
  return text || node.type;
}
