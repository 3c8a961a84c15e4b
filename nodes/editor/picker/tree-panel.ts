import type { Listed } from '../../../src/protocol/rest/listed-places';
import type { Texts } from '../dialog/catalogue';
import { button, element } from '../dialog/elements';
import type { PlaceIndex } from '../places/place-index';
import type { PlacesSource } from '../places/places-source';
import { type CompanyPlaces, type TreeRow, treeRows } from '../tree/place-tree';
import { addressOf, choiceOf, type PortChoice, toggled } from '../tree/port-choice';
import { TreeView } from '../tree/tree-view';
import type { AddressFields } from './address-fields';
import type { Ticking } from './ticking';

export interface TreePanelOptions {
  readonly texts: Texts;
  /** Without it one port is chosen. */
  readonly ticking: Ticking | undefined;
  readonly source: PlacesSource;
  /** What is ticked is read from them, and ticking writes them. */
  readonly fields: AddressFields;
}

/** More of them would hide the building they are in. */
const mostOpened = 20;

/** The tree with its search field and a line that says what is chosen. What is ticked is read from the address fields. */
export class TreePanel {
  readonly element: HTMLElement;
  readonly #options: TreePanelOptions;
  readonly #view: TreeView;
  readonly #filter: HTMLInputElement;
  readonly #summary: HTMLElement;
  readonly #content: HTMLElement;
  readonly #expanded = new Set<string>();
  #opened = '';
  #extra = 0;
  /** It was opened and is still to be brought into view, which it can be once it has content. */
  #isToBeSeen = false;

  constructor(options: TreePanelOptions) {
    const { texts, ticking } = options;
    this.#options = options;
    this.#view = new TreeView({
      texts,
      mode: ticking === undefined ? 'one' : 'several',
      label: texts('places.tree'),
      rows: () => this.#rows(),
      onExpand: (row, open) => this.#expand(row, open),
      onChoose: (row) => this.#choose(row),
    });
    this.#filter = element('input', {
      type: 'text',
      class: 'ochno-tree-filter',
      placeholder: texts('places.search'),
      'aria-label': texts('places.search'),
    });
    this.#filter.addEventListener('input', () => this.refresh());
    this.#summary = element('div', { class: 'ochno-hint', role: 'status' });
    const head = element('div', { class: 'ochno-tree-head' }, this.#filter);
    if (ticking !== undefined) head.append(button('eraser', ticking.everyPort, 'icon and text', () => this.#clear()));
    this.#content = element('div', {}, head, this.#summary, this.#view.element);
    this.element = element('div', { class: 'ochno-tree-panel', id: 'ochno-tree-panel' }, this.#content);
    this.element.hidden = true;
  }

  toggle(): void {
    this.element.hidden = !this.element.hidden;
    if (this.element.hidden) return;
    this.#isToBeSeen = true;
    this.refresh();
    this.#filter.focus({ preventScroll: true });
  }

  refresh(): void {
    if (this.element.hidden) return;
    this.#openChosen();
    // Without a company there is no tree, and the line above it says why.
    this.#content.hidden = this.#companies().length === 0;
    this.#view.refresh();
    this.#summary.textContent = this.#summaryText();
    if (this.#isToBeSeen && !this.#content.hidden) {
      this.#isToBeSeen = false;
      this.element.scrollIntoView({ block: 'nearest' });
    }
  }

  /** The way down to what is chosen is open when it becomes known, if that is little; it can be closed again. */
  #openChosen(): void {
    const { fields } = this.#options;
    const company = fields.company();
    const index = fields.index();
    if (index === undefined || company === this.#opened) return;
    this.#opened = company;
    this.#expanded.add(`company:${company}`);
    if (this.#chosen(index).size > mostOpened) return;
    const closed = (): readonly TreeRow[] =>
      this.#rows().filter(({ ticked, expanded }) => ticked === 'some' && expanded === false);
    for (let rows = closed(); rows.length > 0; rows = closed()) {
      for (const { key } of rows) this.#expanded.add(key);
    }
  }

  #places(company: string): CompanyPlaces {
    const { source } = this.#options;
    const { state } = source.stateOf(company);
    return source.indexOf(company) ?? (state === 'loading' || state === 'not asked' ? 'loading' : 'failed');
  }

  #companies(): readonly Listed[] {
    return this.#options.fields.indexFor('company')?.places.companies ?? [];
  }

  #chosen(index: PlaceIndex | undefined): PortChoice {
    return index === undefined ? new Set() : choiceOf(this.#options.fields.read(), index);
  }

  #rows(): readonly TreeRow[] {
    const company = this.#options.fields.company();
    return treeRows({
      companies: this.#companies(),
      placesOf: (id) => this.#places(id),
      expanded: this.#expanded,
      filter: this.#filter.value,
      chosen: { company, ports: this.#chosen(this.#options.source.indexOf(company)) },
    });
  }

  #expand(row: TreeRow, open: boolean): void {
    if (open) this.#expanded.add(row.key);
    else this.#expanded.delete(row.key);
    if (row.kind === 'company' && open) void this.#options.source.load(row.company);
  }

  #clear(): void {
    const { fields } = this.#options;
    this.#extra = 0;
    fields.write({ ...fields.read(), location: '', hub: '', port: '' });
    this.refresh();
  }

  #choose(row: TreeRow): void {
    const { source, fields, ticking } = this.#options;
    const index = source.indexOf(row.company);
    if (index === undefined) return;
    const same = row.company === fields.company();
    const present = same ? fields.read() : { company: row.company, location: '', hub: '', port: '' };
    if (ticking === undefined) {
      const { port } = row;
      if (port !== undefined) fields.write({ ...present, location: port.location, hub: port.hub, port: port.id });
      return;
    }
    const wanted = toggled(same ? this.#chosen(index) : new Set(), row.ports);
    const next = addressOf(wanted, index, present);
    this.#extra = Math.max(0, choiceOf(next, index).size - wanted.size);
    fields.write({ ...present, ...next });
  }

  #summaryText(): string {
    const { ticking, fields } = this.#options;
    const index = fields.index();
    if (ticking === undefined || index === undefined) return '';
    return ticking.summary(index, fields.read(), this.#chosen(index).size, this.#extra);
  }
}
