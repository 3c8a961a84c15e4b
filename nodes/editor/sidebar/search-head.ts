import { button, element } from '../dialog/elements';
import { type FilterName, filterNames } from './building/port-filter';
import type { Words } from './words';

export interface SearchHeadOptions {
  readonly words: Words;
  /** What is searched for or the filters changed. */
  onChange(): void;
  /** On with the keys in what was found. */
  onDown(): void;
  onRefresh(): void;
}

/** Where one searches the building, filters it, and has it read again. */
export class SearchHead {
  readonly element = element('div', { class: 'ochno-sb-head' });
  readonly filters: ReadonlySet<FilterName>;
  readonly #filters = new Set<FilterName>();
  readonly #search: HTMLInputElement;
  readonly #options: SearchHeadOptions;

  constructor(options: SearchHeadOptions) {
    const { words, onRefresh } = options;
    this.#options = options;
    this.filters = this.#filters;
    const text = words.text('places.search');
    this.#search = element('input', { type: 'text', class: 'ochno-sb-search', 'aria-label': text, placeholder: text });
    this.#search.addEventListener('input', () => options.onChange());
    this.#search.addEventListener('keydown', (event) => this.#onKey(event));
    const refresh = button('refresh', words.text('places.refresh'), 'icon only', onRefresh);
    const chips = filterNames.map((name) => this.#chip(name));
    this.element.append(
      element('div', { class: 'ochno-sb-search-row' }, this.#search, refresh),
      element('div', { class: 'ochno-sb-chips', role: 'group', 'aria-label': words.text('filter.label') }, ...chips),
    );
  }

  get search(): string {
    return this.#search.value;
  }

  #chip(name: FilterName): HTMLElement {
    const chip = element('button', { type: 'button', class: 'ochno-sb-chip', 'aria-pressed': 'false' });
    chip.textContent = this.#options.words.text(`filter.${name}`);
    chip.addEventListener('click', () => {
      if (!this.#filters.delete(name)) this.#filters.add(name);
      chip.setAttribute('aria-pressed', String(this.#filters.has(name)));
      this.#options.onChange();
    });
    return chip;
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.#search.value !== '') {
      event.stopPropagation();
      this.#search.value = '';
      this.#options.onChange();
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      this.#options.onDown();
    }
  }
}
