import { element } from '../dialog/elements';

export interface Pane {
  readonly id: string;
  readonly name: string;
  readonly content: HTMLElement;
}

/** Views of which one is shown at a time (the ARIA tabs pattern, with the arrow keys). */
export class Panes {
  readonly element: HTMLElement;
  readonly #tabs: readonly HTMLButtonElement[];
  readonly #panes: readonly Pane[];
  readonly #badges: readonly HTMLElement[];

  constructor(panes: readonly Pane[], label: string) {
    this.#panes = panes;
    this.#badges = panes.map(() => element('span', { class: 'ochno-sb-badge', hidden: '' }));
    this.#tabs = panes.map(({ id, name }, at) => {
      const own = { id: `ochno-sb-tab-${id}`, 'aria-controls': `ochno-sb-pane-${id}` };
      const tab = element('button', { type: 'button', role: 'tab', class: 'ochno-sb-tab', ...own }, name);
      const badge = this.#badges[at];
      if (badge) tab.append(' ', badge);
      tab.addEventListener('click', () => this.show(id));
      tab.addEventListener('keydown', (event) => this.#onKey(event, at));
      return tab;
    });
    const list = element('div', { role: 'tablist', class: 'ochno-sb-tabs', 'aria-label': label }, ...this.#tabs);
    for (const { id, content } of panes) {
      content.classList.add('ochno-sb-pane');
      const own = { role: 'tabpanel', id: `ochno-sb-pane-${id}`, 'aria-labelledby': `ochno-sb-tab-${id}` };
      for (const [name, value] of Object.entries(own)) content.setAttribute(name, value);
    }
    this.element = element('div', { class: 'ochno-sb-panes' }, list, ...panes.map(({ content }) => content));
    this.show(panes[0]?.id ?? '');
  }

  show(id: string): void {
    for (const [at, pane] of this.#panes.entries()) {
      const isShown = pane.id === id;
      pane.content.hidden = !isShown;
      const tab = this.#tabs[at];
      tab?.setAttribute('aria-selected', String(isShown));
      tab?.setAttribute('tabindex', isShown ? '0' : '-1');
    }
  }

  /** A short text beside a tab's name; empty for none. */
  setBadge(id: string, text: string): void {
    const badge = this.#badges[this.#panes.findIndex((pane) => pane.id === id)];
    if (badge === undefined) return;
    badge.hidden = text === '';
    badge.textContent = text;
  }

  #onKey(event: KeyboardEvent, at: number): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = (at + step + this.#panes.length) % this.#panes.length;
    this.show(this.#panes[next]?.id ?? '');
    this.#tabs[next]?.focus();
    event.preventDefault();
    event.stopPropagation();
  }
}
