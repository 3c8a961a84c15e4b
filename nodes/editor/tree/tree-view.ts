import type { Texts } from '../dialog/catalogue';
import { element, icon, onlineMark } from '../dialog/elements';
import type { TreeRow } from './place-tree';
import { rowWindow, scrollTopFor } from './row-window';
import { type TreeMove, treeMove } from './tree-keys';

export interface TreeViewOptions {
  readonly texts: Texts;
  readonly label: string;
  /** `several`: rows are ticked. `one`: a port is chosen. */
  readonly mode: 'several' | 'one';
  rows(): readonly TreeRow[];
  onExpand(row: TreeRow, open: boolean): void;
  /** A row that stands for ports was ticked or chosen. */
  onChoose(row: TreeRow): void;
}

const rowHeight = 28;
/** How far Page Up and Page Down go. */
const pageRows = 10;
const icons: Readonly<Record<TreeRow['kind'], string>> = {
  company: 'building-o',
  location: 'map-marker',
  floorPlan: 'map-o',
  hub: 'hdd-o',
  port: 'plug',
  note: 'info-circle',
};

/**
 * A tree (the ARIA tree pattern, focus by `aria-activedescendant`) that draws only the rows in sight, however many are open.
 */
export class TreeView {
  readonly element: HTMLElement;
  readonly #options: TreeViewOptions;
  readonly #canvas: HTMLElement;
  #rows: readonly TreeRow[] = [];
  #activeKey = '';

  constructor(options: TreeViewOptions) {
    this.#options = options;
    this.#canvas = element('div', { class: 'ochno-tree-canvas', role: 'presentation' });
    this.element = element(
      'div',
      { class: 'ochno-tree', role: 'tree', tabindex: '0', 'aria-label': options.label },
      this.#canvas,
    );
    if (options.mode === 'several') this.element.setAttribute('aria-multiselectable', 'true');
    this.element.addEventListener('scroll', () => this.#draw());
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('click', (event) => this.#onClick(event));
  }

  /** Takes the rows anew and draws those in sight. */
  refresh(): void {
    this.#rows = this.#options.rows();
    if (this.#active() === undefined) this.#activeKey = this.#rows[0]?.key ?? '';
    this.#canvas.style.height = `${this.#rows.length * rowHeight}px`;
    this.#draw();
  }

  #active(): TreeRow | undefined {
    return this.#rows.find((row) => row.key === this.#activeKey);
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.element;
    const { from, to } = rowWindow(scrollTop, clientHeight, rowHeight, this.#rows.length);
    const drawn = this.#rows.slice(from, to).map((row, at) => this.#row(row, from + at));
    const shown = this.#canvas.children;
    const isSame = drawn.length === shown.length && drawn.every((row, at) => row.outerHTML === shown[at]?.outerHTML);
    // A click that has begun on a row would be lost with it.
    if (!isSame) this.#canvas.replaceChildren(...drawn);
    const active = this.#canvas.querySelector('.ochno-tree-active');
    if (active === null) this.element.removeAttribute('aria-activedescendant');
    else this.element.setAttribute('aria-activedescendant', active.id);
  }

  #row(row: TreeRow, at: number): HTMLElement {
    const active = row.key === this.#activeKey;
    const made = element('div', {
      class: `ochno-tree-row ochno-tree-${row.kind} ${active ? 'ochno-tree-active' : ''}`,
      role: 'treeitem',
      id: `ochno-tree-row-${at}`,
      'data-at': String(at),
      'aria-level': String(row.depth),
      'aria-posinset': String(row.position),
      'aria-setsize': String(row.siblings),
      style: `top: ${at * rowHeight}px; padding-left: ${4 + (row.depth - 1) * 18}px`,
    });
    if (row.kind !== 'note') made.title = row.port === undefined ? row.name : `${row.name} · ${row.port.device}`;
    this.#mark(made, row);
    const caret = row.expanded === undefined ? '' : row.expanded ? 'caret-down' : 'caret-right';
    made.append(element('span', { class: 'ochno-tree-caret' }, ...(caret === '' ? [] : [icon(caret)])));
    if (this.#isChoosable(row)) made.append(element('span', { class: 'ochno-tree-tick' }, icon(this.#tick(row))));
    made.append(element('span', { class: 'ochno-tree-kind' }, icon(icons[row.kind])), ' ', ...this.#words(row));
    return made;
  }

  #mark(made: HTMLElement, row: TreeRow): void {
    if (row.expanded !== undefined) made.setAttribute('aria-expanded', String(row.expanded));
    if (!this.#isChoosable(row)) return;
    if (this.#options.mode === 'one') made.setAttribute('aria-selected', String(row.ticked === 'all'));
    else made.setAttribute('aria-checked', row.ticked === 'some' ? 'mixed' : String(row.ticked === 'all'));
  }

  #isChoosable(row: TreeRow): boolean {
    return this.#options.mode === 'one' ? row.kind === 'port' : row.ports.length > 0;
  }

  #tick(row: TreeRow): string {
    if (this.#options.mode === 'one') return row.ticked === 'all' ? 'dot-circle-o' : 'circle-o';
    return { all: 'check-square-o', some: 'minus-square-o', none: 'square-o' }[row.ticked];
  }

  #words(row: TreeRow): readonly (HTMLElement | string)[] {
    const { texts } = this.#options;
    const { place, port } = row;
    if (row.kind === 'note')
      return [element('span', { class: 'ochno-option-detail' }, texts(`places.tree-${place.id}`))];
    const words: (HTMLElement | string)[] = [element('span', { class: 'ochno-option-name' }, row.name)];
    words.push(' ', element('span', { class: 'ochno-option-id' }, place.id));
    if (port === undefined) return words;
    if (port.device !== '') words.push(' ', element('span', { class: 'ochno-option-detail' }, port.device));
    words.push(' ', onlineMark(texts, port.online));
    return words;
  }

  #onClick(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const at = event.target.closest<HTMLElement>('[data-at]')?.dataset.at;
    const row = at === undefined ? undefined : this.#rows[Number(at)];
    if (row === undefined) return;
    this.#activeKey = row.key;
    const onCaret = event.target.closest('.ochno-tree-caret') !== null;
    if (row.expanded !== undefined && (onCaret || !this.#isChoosable(row))) this.#options.onExpand(row, !row.expanded);
    else this.#choose(row);
    this.refresh();
  }

  #choose(row: TreeRow): void {
    if (this.#isChoosable(row)) this.#options.onChoose(row);
    else if (row.expanded !== undefined) this.#options.onExpand(row, !row.expanded);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = this.#rows.findIndex((row) => row.key === this.#activeKey);
    const row = this.#rows[at];
    if (row === undefined) return;
    const move = treeMove(event.key, this.#rows, at, pageRows);
    if (move !== undefined) this.#carryOut(move, row);
    else if (event.key === 'Enter' || event.key === ' ') this.#choose(row);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.refresh();
  }

  #carryOut(move: TreeMove, row: TreeRow): void {
    if ('expand' in move) {
      this.#options.onExpand(row, move.expand);
      return;
    }
    const { element } = this;
    this.#activeKey = this.#rows[move.to]?.key ?? '';
    element.scrollTop = scrollTopFor(move.to, element.scrollTop, element.clientHeight, rowHeight);
  }
}
