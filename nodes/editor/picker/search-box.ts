import type { Texts } from '../dialog/catalogue';
import { element, icon, onlineMark } from '../dialog/elements';
import { idAt, replaceIdAt, withId } from '../dialog/id-list';
import { type Candidate, search } from '../places/place-search';

export interface SearchBoxOptions {
  readonly input: HTMLInputElement;
  readonly texts: Texts;
  /** Whether the field takes several ids with commas between them, and whether a chosen one is added by itself. */
  readonly several: 'no' | 'after a comma' | 'always added';
  /** Name of the list for screen readers. */
  readonly label: string;
  candidates(): readonly Candidate[];
  /** Said in place of an empty list: still loading, failed, nothing there. */
  emptyText(): string;
  /** Called when the list is opened, to read what is missing. */
  onOpen(): void;
  /** `text` is what the field holds with the chosen id in it. */
  onChoose(candidate: Candidate, text: string): void;
}

/**
 * A list of suggestions below a text field (the ARIA combobox pattern with a listbox). The text stays the user's own:
 * only choosing a line changes it. At most 100 lines are drawn, and the last one says how many more there are.
 */
export class SearchBox {
  readonly #options: SearchBoxOptions;
  readonly #input: HTMLInputElement;
  readonly #list: HTMLElement;
  readonly #id: string;
  #found: readonly Candidate[] = [];
  /** What the lines say. */
  #content = '';
  #active = -1;
  #query = '';

  constructor(options: SearchBoxOptions) {
    this.#options = options;
    this.#input = options.input;
    this.#id = `${options.input.id}-list`;
    this.#list = element('div', { class: 'ochno-list', role: 'listbox', id: this.#id, 'aria-label': options.label });
    this.#list.hidden = true;
    const opener = element('button', { type: 'button', class: 'ochno-open', tabindex: '-1', 'aria-hidden': 'true' });
    opener.append(icon('caret-down'));
    this.#input.classList.add('ochno-search');
    this.#input.after(opener, this.#list);
    this.#describe();
    this.#listen(opener);
  }

  /** Shows the list anew if it is open and is another now, as when an answer came in: a click that has begun stays one. */
  refresh(): void {
    if (this.#list.hidden) return;
    const found = search(this.#options.candidates(), this.#query);
    if (this.#contentOf(found) === this.#content) this.#found = found.found;
    else this.#show(found);
  }

  #describe(): void {
    const attributes = {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-haspopup': 'listbox',
      'aria-expanded': 'false',
    };
    for (const [name, value] of Object.entries(attributes)) this.#input.setAttribute(name, value);
    this.#input.setAttribute('aria-controls', this.#id);
  }

  #listen(opener: HTMLElement): void {
    this.#input.addEventListener('keydown', (event) => this.#onKey(event));
    this.#input.addEventListener('input', () => this.#open(this.#typed()));
    this.#input.addEventListener('blur', () => this.#close());
    this.#input.addEventListener('click', () => {
      if (this.#list.hidden) this.#open('');
    });
    // The list must not take the focus, or the field's blur would close it before the click arrives.
    for (const part of [opener, this.#list]) part.addEventListener('mousedown', (event) => event.preventDefault());
    opener.addEventListener('click', () => {
      this.#input.focus();
      if (this.#list.hidden) this.#open('');
      else this.#close();
    });
    this.#list.addEventListener('click', (event) => {
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-at]') : null;
      if (row !== null) this.#choose(Number(row.dataset.at));
    });
  }

  #caret(): number {
    return this.#input.selectionStart ?? this.#input.value.length;
  }

  #typed(): string {
    return this.#options.several !== 'no' ? idAt(this.#input.value, this.#caret()) : this.#input.value.trim();
  }

  #onKey(event: KeyboardEvent): void {
    const open = !this.#list.hidden;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (open) this.#activate(this.#active + (event.key === 'ArrowDown' ? 1 : -1));
      else this.#open('');
    } else if (event.key === 'Enter' && open && this.#active >= 0 && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      this.#choose(this.#active);
    } else if (event.key === 'Escape' && open) {
      // Else the editor closes the whole dialog.
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    }
  }

  #open(query: string): void {
    this.#query = query;
    this.#options.onOpen();
    this.#show();
  }

  #contentOf({ found, more }: ReturnType<typeof search>): string {
    const lines = found.map(({ id, name, detail, online }) => [id, name, detail, online]);
    return JSON.stringify([lines, more, lines.length === 0 ? this.#options.emptyText() : '']);
  }

  #show(all = search(this.#options.candidates(), this.#query)): void {
    const { found, more } = all;
    this.#found = found;
    this.#content = this.#contentOf(all);
    const rows: HTMLElement[] = found.map((candidate, at) => this.#row(candidate, at));
    if (more > 0) rows.push(this.#note(this.#options.texts('places.more', { number: more })));
    if (found.length === 0) rows.push(this.#note(this.#options.emptyText()));
    this.#list.replaceChildren(...rows);
    this.#list.hidden = false;
    this.#input.setAttribute('aria-expanded', 'true');
    // Nothing is active before an arrow key: Enter must not turn what was typed into what merely looks like it.
    this.#activate(-1);
    this.#list.scrollTop = 0;
    this.#place();
  }

  /** Where there is no room for it below the field it stands above it: the field stays under the pointer, and no line comes there. */
  #place(): void {
    const { classList } = this.#list;
    classList.remove('ochno-list-above');
    if (isInSight(this.#list)) return;
    classList.add('ochno-list-above');
    if (isInSight(this.#list)) return;
    classList.remove('ochno-list-above');
    this.#list.scrollIntoView({ block: 'nearest' });
  }

  #note(text: string): HTMLElement {
    return element(
      'div',
      { class: 'ochno-list-note', role: 'option', 'aria-disabled': 'true', 'aria-selected': 'false' },
      text,
    );
  }

  #row(candidate: Candidate, at: number): HTMLElement {
    const row = element('div', {
      class: 'ochno-option',
      role: 'option',
      id: `${this.#id}-${at}`,
      'data-at': String(at),
      'aria-selected': 'false',
    });
    const online = candidate.online === undefined ? [] : [' ', onlineMark(this.#options.texts, candidate.online)];
    row.append(
      element('span', { class: 'ochno-option-name' }, candidate.name || candidate.id),
      ...online,
      element('span', { class: 'ochno-option-detail' }, ' ', candidate.detail),
      ...(candidate.name === candidate.id ? [] : [element('span', { class: 'ochno-option-id' }, ' ', candidate.id)]),
    );
    return row;
  }

  #activate(at: number): void {
    const row = (index: number): HTMLElement | null => this.#list.querySelector(`[data-at="${index}"]`);
    row(this.#active)?.setAttribute('aria-selected', 'false');
    this.#active = Math.max(-1, Math.min(at, this.#found.length - 1));
    const next = row(this.#active);
    if (next === null) {
      this.#input.removeAttribute('aria-activedescendant');
      return;
    }
    next.setAttribute('aria-selected', 'true');
    next.scrollIntoView({ block: 'nearest' });
    this.#input.setAttribute('aria-activedescendant', next.id);
  }

  #choose(at: number): void {
    const candidate = this.#found[at];
    if (candidate === undefined) return;
    const text = this.#textWith(candidate.id);
    this.#close();
    this.#options.onChoose(candidate, text);
    this.#input.focus();
  }

  /** What was typed gives way to the chosen id; if the list was only opened, it joins the ids that are there. */
  #textWith(id: string): string {
    const { several } = this.#options;
    const text = this.#input.value;
    if (several === 'no') return id;
    if (this.#query !== '') return replaceIdAt(text, this.#caret(), id);
    return several === 'always added' || text.trim().endsWith(',') ? withId(text, id) : id;
  }

  #close(): void {
    this.#list.hidden = true;
    this.#active = -1;
    this.#input.setAttribute('aria-expanded', 'false');
    this.#input.removeAttribute('aria-activedescendant');
  }
}

/** Whether all of it is seen without scrolling what it is in. */
function isInSight(list: HTMLElement): boolean {
  let around = list.parentElement;
  while (around !== null && getComputedStyle(around).overflowY === 'visible') around = around.parentElement;
  if (around === null) return true;
  const { top, bottom } = list.getBoundingClientRect();
  const frame = around.getBoundingClientRect();
  return top >= frame.top && bottom <= frame.bottom;
}
