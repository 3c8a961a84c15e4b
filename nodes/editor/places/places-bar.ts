import type { Texts } from '../dialog/catalogue';
import { button, element, icon } from '../dialog/elements';
import type { PlacesLine } from './places-status';

const icons: Readonly<Record<PlacesLine['kind'], string>> = {
  busy: 'spinner fa-spin',
  ok: 'check-circle',
  empty: 'info-circle',
  'not configured': 'cog',
  failed: 'exclamation-triangle',
};

/** The line below the fields: how the lists stand, a button to read them again, and room for further buttons. */
export class PlacesBar {
  readonly #line: HTMLElement;
  readonly #buttons: HTMLElement;

  constructor(place: HTMLElement, texts: Texts, onRefresh: () => void) {
    this.#line = element('span', { class: 'ochno-state', role: 'status' });
    this.#buttons = element(
      'span',
      { class: 'ochno-buttons' },
      button('refresh', texts('places.refresh'), 'icon only', onRefresh),
    );
    place.replaceChildren(element('div', { class: 'ochno-bar' }, this.#line, this.#buttons));
  }

  add(made: HTMLButtonElement): void {
    this.#buttons.append(made);
  }

  show(line: PlacesLine): void {
    if (this.#line.dataset.kind === line.kind && this.#line.textContent?.trim() === line.text) return;
    this.#line.dataset.kind = line.kind;
    this.#line.replaceChildren(element('span', { class: 'ochno-state-mark' }, icon(icons[line.kind])), ' ', line.text);
  }
}
