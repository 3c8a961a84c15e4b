import { element } from '../../dialog/elements';
import { rowWindow, scrollTopFor } from '../../tree/row-window';
import { type TreeMove, treeMove } from '../../tree/tree-keys';
import type { Row } from './tree-rows';

export const rowHeight = 26;

export interface TreeListOptions {
  readonly label: string;
  /** The inside of a row, made once for each row that comes into sight. */
  make(row: Row): HTMLElement;
  /** Puts what a row says now into what `make` made; called often. */
  update(made: HTMLElement, row: Row): void;
  /** A port, company or note was chosen; a branch that opens and closes was not. */
  onChoose(row: Row): void;
  onExpand(row: Row, open: boolean): void;
  onTick(row: Row): void;
  /** A click on an element of a row that has `data-act`. */
  onAct(row: Row, act: string): void;
  onEscape(): void;
  isTicked(row: Row): boolean | undefined;
  /** Whether it is one of those the workspace's selection is about. */
  isMarked(row: Row): boolean;
}

interface Drawn {
  readonly element: HTMLElement;
  row: Row;
}

/**
 * A tree (the ARIA tree pattern, focus by `aria-activedescendant`) that holds only the rows in sight, however many there
 * are. A row that stays in sight keeps its element, so that what changes under a pointer can still be clicked.
 */
export class TreeList {
  readonly element: HTMLElement;
  readonly #options: TreeListOptions;
  readonly #canvas: HTMLElement;
  readonly #drawn = new Map<string, Drawn>();
  #rows: readonly Row[] = [];
  #activeKey = '';
  #ids = 0;
  #isDrawingDue = false;

  constructor(options: TreeListOptions) {
    this.#options = options;
    this.#canvas = element('div', { class: 'ochno-sb-canvas', role: 'presentation' });
    const tree = { class: 'ochno-sb-tree', role: 'tree', tabindex: '0', 'aria-label': options.label };
    this.element = element('div', { ...tree, 'aria-multiselectable': 'true' }, this.#canvas);
    this.element.addEventListener('scroll', () => this.#drawSoon());
    this.element.addEventListener('keydown', (event) => this.#onKey(event));
    this.element.addEventListener('click', (event) => this.#onClick(event));
    new ResizeObserver(() => this.#drawSoon()).observe(this.element);
  }

  /** Takes other rows and draws those in sight. */
  show(rows: readonly Row[]): void {
    this.#rows = rows;
    if (!rows.some(({ key }) => key === this.#activeKey)) this.#activeKey = rows[0]?.key ?? '';
    this.#canvas.style.height = `${rows.length * rowHeight}px`;
    this.draw();
  }

  /** Puts into the rows in sight what they say now. */
  draw(): void {
    this.#isDrawingDue = false;
    const { scrollTop, clientHeight } = this.element;
    const { from, to } = rowWindow(scrollTop, clientHeight, rowHeight, this.#rows.length);
    const wanted = new Set<string>();
    for (let at = from; at < to; at += 1) {
      const row = this.#rows[at];
      if (row === undefined) continue;
      wanted.add(row.key);
      this.#place(row, at);
    }
    for (const [key, { element: drawn }] of this.#drawn) {
      if (wanted.has(key)) continue;
      drawn.remove();
      this.#drawn.delete(key);
    }
    this.#followActive();
  }

  /** Makes the row the one that keys act on, and scrolls it into sight. */
  activate(key: string): void {
    const at = this.#rows.findIndex((row) => row.key === key);
    if (at === -1) return;
    this.#activeKey = key;
    const { scrollTop, clientHeight } = this.element;
    this.element.scrollTop = scrollTopFor(at, scrollTop, clientHeight, rowHeight);
    this.draw();
  }

  #drawSoon(): void {
    if (this.#isDrawingDue) return;
    this.#isDrawingDue = true;
    requestAnimationFrame(() => this.draw());
  }

  #place(row: Row, at: number): void {
    let drawn = this.#drawn.get(row.key);
    if (drawn === undefined || drawn.row.kind !== row.kind) {
      drawn?.element.remove();
      this.#ids += 1;
      const made = element('div', { role: 'treeitem', id: `ochno-sb-row-${this.#ids}` }, this.#options.make(row));
      drawn = { element: made, row };
      this.#drawn.set(row.key, drawn);
      this.#canvas.append(made);
    }
    drawn.row = row;
    const { element: item } = drawn;
    item.style.top = `${at * rowHeight}px`;
    item.style.paddingInlineStart = `${(row.depth - 1) * 12}px`;
    const marked = this.#options.isMarked(row);
    item.className = `ochno-sb-row ochno-sb-${row.kind}${row.key === this.#activeKey ? ' ochno-sb-active' : ''}${marked ? ' ochno-sb-marked' : ''}`;
    const ticked = this.#options.isTicked(row);
    set(item, 'aria-level', String(row.depth));
    set(item, 'aria-posinset', String(row.position));
    set(item, 'aria-setsize', String(row.siblings));
    set(item, 'aria-expanded', row.expanded === undefined ? undefined : String(row.expanded));
    set(item, 'aria-checked', ticked === undefined ? undefined : String(ticked));
    set(item, 'aria-current', marked ? 'true' : undefined);
    const [inside] = item.children;
    if (inside instanceof HTMLElement) this.#options.update(inside, row);
  }

  #followActive(): void {
    set(this.element, 'aria-activedescendant', this.#drawn.get(this.#activeKey)?.element.id);
  }

  #onClick(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const item = event.target.closest('.ochno-sb-row');
    const row = [...this.#drawn.values()].find((drawn) => drawn.element === item)?.row;
    if (row === undefined) return;
    this.#activeKey = row.key;
    // What can be dragged does not take the focus by itself.
    this.element.focus({ preventScroll: true });
    const act = event.target.closest<HTMLElement>('[data-act]')?.dataset.act;
    if (act === 'tick') this.#options.onTick(row);
    else if (act !== undefined) this.#options.onAct(row, act);
    else this.#choose(row);
    this.draw();
  }

  #choose(row: Row): void {
    if (row.expanded === undefined) this.#options.onChoose(row);
    else this.#options.onExpand(row, !row.expanded);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = this.#rows.findIndex((row) => row.key === this.#activeKey);
    const row = this.#rows[at];
    if (row === undefined) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / rowHeight) - 1);
    const move = treeMove(event.key, this.#rows, at, page);
    if (move !== undefined) this.#carryOut(move, row);
    else if (event.key === 'Enter') this.#choose(row);
    else if (event.key === ' ') this.#options.onTick(row);
    else if (event.key === 'Escape') this.#options.onEscape();
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.draw();
  }

  #carryOut(move: TreeMove, row: Row): void {
    if ('expand' in move) this.#options.onExpand(row, move.expand);
    else this.activate(this.#rows[move.to]?.key ?? row.key);
  }
}

/** Only what differs is written: the DOM tells screen readers of every change. */
function set(target: HTMLElement, attribute: string, value: string | undefined): void {
  if (value === undefined) target.removeAttribute(attribute);
  else if (target.getAttribute(attribute) !== value) target.setAttribute(attribute, value);
}
