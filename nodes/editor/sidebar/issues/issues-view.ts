import { accountNodeOf, type StreamHealth } from '../../../sidebar-messages';
import { button, element, icon } from '../../dialog/elements';
import { idsIn } from '../../dialog/id-list';
import type { Building } from '../building/building';
import { companyKey } from '../building/port';
import { BuildingLookup, type Candidate } from '../flow/building-lookup';
import { findFlowIssues } from '../flow/flow-issues';
import { planReplacement, type UnknownId } from '../flow/replacement';
import type { UsingNode } from '../flow/using-node';
import type { Workspace } from '../flow/workspace';
import type { Words } from '../words';
import { type Issue, listIssues } from './issue-list';

export interface IssuesViewParts {
  readonly building: Building;
  readonly workspace: Workspace;
  readonly words: Words;
  readonly mayEdit: boolean;
  say(text: string): void;
  /** How many issues there are. */
  onCount(count: number): void;
}

/** What is wrong with the accounts, the streams and the nodes, each with a way to mend it. */
export class IssuesView {
  readonly element = element('div', { class: 'ochno-sb-issues' });
  readonly #parts: IssuesViewParts;
  readonly #list = element('ul', { class: 'ochno-sb-issue-list' });
  readonly #none = element('div', { class: 'ochno-sb-note' });
  /** By the issue's key, what is drawn, so that one that is being mended is not drawn anew. */
  readonly #drawn = new Map<string, { readonly signature: string; readonly item: HTMLElement }>();
  #streams: readonly StreamHealth[] = [];

  constructor(parts: IssuesViewParts) {
    this.#parts = parts;
    this.#none.textContent = parts.words.text('issue.none');
    this.element.append(this.#none, this.#list);
  }

  setStreams(streams: readonly StreamHealth[]): void {
    this.#streams = streams;
    this.update();
  }

  update(): void {
    const { building, workspace, words, onCount } = this.#parts;
    const issues = listIssues({
      accounts: building.accounts,
      streams: this.#streams,
      nodes: workspace.isLoaded ? workspace.troubled : [],
      flow: workspace.isLoaded ? this.#flowIssues() : [],
      now: building.now(Date.now()),
      words,
    });
    const present = new Set(issues.map(({ key }) => key));
    for (const [key, { item }] of this.#drawn) {
      if (present.has(key)) continue;
      item.remove();
      this.#drawn.delete(key);
    }
    for (const [at, issue] of issues.entries()) this.#draw(issue, at);
    this.#none.hidden = issues.length > 0;
    onCount(issues.length);
  }

  #flowIssues(): ReturnType<typeof findFlowIssues> {
    const { building, workspace } = this.#parts;
    const lookups = new Map<string, BuildingLookup | undefined>();
    return findFlowIssues({
      nodes: workspace.nodes,
      defaultCompany: (id) => building.accounts.find((account) => account.id === id)?.defaultCompany ?? '',
      companiesOf(id) {
        const [account, ...others] = building.accounts.filter((known) => accountNodeOf(known.id) === id);
        // By the instance of its subflow a node may mean another of them.
        const companies = others.length > 0 ? undefined : account?.companies;
        return companies?.state === 'ok' ? new Set(companies.list.map((company) => company.id)) : undefined;
      },
      known(key) {
        const name = companyKey(key);
        if (!lookups.has(name)) lookups.set(name, BuildingLookup.of(building, key));
        return lookups.get(name);
      },
    });
  }

  #draw(issue: Issue, at: number): void {
    const signature = `${issue.text} ${issue.detail} ${issue.nodes.map(({ id }) => id).join()}`;
    const before = this.#drawn.get(issue.key);
    const item = before?.signature === signature ? before.item : this.#item(issue);
    if (before !== undefined && item !== before.item) before.item.replaceWith(item);
    this.#drawn.set(issue.key, { signature, item });
    const there = this.#list.children[at];
    // What is moved loses the focus.
    if (there !== item && !item.contains(document.activeElement)) this.#list.insertBefore(item, there ?? null);
  }

  #item({ text, detail, nodes, unknown }: Issue): HTMLElement {
    const { words, mayEdit } = this.#parts;
    const head = element('div', { class: 'ochno-sb-issue-text' }, icon('exclamation-triangle'), ' ', text);
    const more = detail === '' ? [] : [element('div', { class: 'ochno-sb-issue-detail' }, detail)];
    const buttons = element('div', { class: 'ochno-sb-actions' });
    const item = element('li', {}, head, ...more, buttons);
    if (nodes.length > 0) {
      const show = words.text('issue.show', { number: words.number(nodes.length, 0) });
      buttons.append(button('search', show, 'icon and text', () => this.#show(nodes)));
    }
    if (unknown !== undefined) {
      const replace = button('exchange', words.text('issue.replace'), 'icon and text', () =>
        this.#openReplace(item, replace, unknown, nodes),
      );
      replace.setAttribute('aria-expanded', 'false');
      replace.disabled = !mayEdit;
      buttons.append(replace);
    }
    return item;
  }

  #show(nodes: readonly UsingNode[]): void {
    const { workspace, words, say } = this.#parts;
    if (!workspace.show(nodes.map(({ id }) => id))) say(words.text('add.dialog-open'));
  }

  #openReplace(item: HTMLElement, opener: HTMLElement, unknown: UnknownId, nodes: readonly UsingNode[]): void {
    const open = item.querySelector('.ochno-sb-replace');
    opener.setAttribute('aria-expanded', String(open === null));
    if (open !== null) {
      open.remove();
      return;
    }
    const lookup = BuildingLookup.of(this.#parts.building, unknown);
    if (lookup === undefined) return;
    const panel = replacePanel(lookup, unknown, this.#parts.words, (candidate) =>
      this.#replace(lookup, unknown, nodes, candidate),
    );
    item.append(panel);
    panel.querySelector('input')?.focus();
  }

  #replace(
    lookup: BuildingLookup,
    unknown: UnknownId,
    nodes: readonly UsingNode[],
    { name, substitute }: Candidate,
  ): void {
    const { workspace, words, say } = this.#parts;
    if (workspace.isDialogOpen) {
      say(words.text('add.dialog-open'));
      return;
    }
    // As they are now: they may have been changed since this was drawn.
    const meant = new Set(nodes.map(({ id }) => id));
    const present = workspace.nodes.filter(
      (node) => meant.has(node.id) && idsIn(node[unknown.level]).includes(unknown.id),
    );
    const plans = planReplacement(present, unknown, substitute, lookup);
    const { changed, locked } = workspace.replace(plans);
    const left = plans.filter(({ fields }) => fields === undefined).length;
    const number = (count: number): string => words.number(count, 0);
    const told = [words.text('issue.replaced', { number: number(changed), id: unknown.id, name })];
    if (locked > 0) told.push(words.text('issue.locked', { number: number(locked) }));
    if (left > 0) told.push(words.text('issue.two-hubs', { number: number(left) }));
    say(told.join(' '));
    this.update();
  }
}

const mostCandidates = 30;

/** Where one chooses what takes the place of an id that is not known any more. */
function replacePanel(
  lookup: BuildingLookup,
  { level, id }: UnknownId,
  words: Words,
  onChoose: (candidate: Candidate) => void,
): HTMLElement {
  const label = words.text('issue.replace-search', { id });
  const search = element('input', { type: 'text', class: 'ochno-sb-search', 'aria-label': label, placeholder: label });
  const list = element('ul', { class: 'ochno-sb-candidates' });
  const show = (): void => {
    const found = lookup.candidates(level, search.value, mostCandidates + 1);
    const items = found.slice(0, mostCandidates).map((candidate) => {
      const name = element('span', { class: 'ochno-sb-candidate-name' }, candidate.name);
      const more = [candidate.where, candidate.name === candidate.id ? '' : candidate.id].filter(Boolean).join(' · ');
      const choose = element(
        'button',
        { type: 'button', class: 'ochno-sb-candidate' },
        name,
        ' ',
        element('small', {}, more),
      );
      choose.addEventListener('click', () => onChoose(candidate));
      return element('li', {}, choose);
    });
    if (items.length === 0) items.push(element('li', {}, words.text('places.nothing-found')));
    if (found.length > mostCandidates) items.push(element('li', {}, words.text('issue.more')));
    list.replaceChildren(...items);
  };
  search.addEventListener('input', show);
  show();
  return element('div', { class: 'ochno-sb-replace' }, search, list);
}
