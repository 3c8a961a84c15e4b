import type { Listed } from '../../../src/protocol/rest/listed-places';
import type { Texts } from '../dialog/catalogue';
import type { DialogForm } from '../dialog/dialog-form';
import { element, emptyLine } from '../dialog/elements';
import { typedAccount } from '../places/account-values';
import type { Address } from '../places/address';
import { chosenPlaces } from '../places/chosen-places';
import { candidatesFor } from '../places/place-candidates';
import type { PlaceIndex } from '../places/place-index';
import { PlacesBar } from '../places/places-bar';
import { PlacesSource } from '../places/places-source';
import { type PlacesLine, placesLine } from '../places/places-status';
import { SearchBox } from './search-box';

/**
 * The account's company as a search box over the companies that the values typed in give access to. They are read when
 * the list is opened or on request, never while typing: a half-typed password would be a refused log-in.
 */
export class CompanyPicker {
  readonly #form: DialogForm;
  readonly #texts: Texts;
  readonly #accountId: string;
  readonly #source: PlacesSource;
  readonly #bar: PlacesBar;
  readonly #box: SearchBox;
  readonly #hint: HTMLElement;
  /** The values that were asked with: what was read with others says nothing about those typed in now. */
  #asked = '';

  constructor(form: DialogForm, texts: Texts, accountId: string) {
    this.#form = form;
    this.#texts = texts;
    this.#accountId = accountId;
    this.#source = new PlacesSource(() => Promise.resolve(typedAccount(form, accountId)));
    this.#bar = new PlacesBar(form.place('ochno-places'), texts, () => this.load(true));
    this.#box = this.#searchBox();
    this.#hint = this.#hintLine();
    this.#source.onChange(() => {
      this.#show();
      this.#box.refresh();
    });
    form.onChange(() => this.#show());
    form.onClose(() => this.#source.close());
  }

  /** Reads the companies with the values typed in. */
  load(refresh = false): void {
    this.#asked = this.#typed();
    void this.#source.load('', refresh);
  }

  /** Shows the companies that a connection test has just read with the values typed in. */
  fill(companies: readonly Listed[]): void {
    this.#asked = this.#typed();
    void this.#source.adopt(companies);
  }

  #typed(): string {
    return JSON.stringify(typedAccount(this.#form, this.#accountId));
  }

  #index(): PlaceIndex | undefined {
    return this.#asked === this.#typed() ? this.#source.indexOf('') : undefined;
  }

  #address(): Address {
    return { company: this.#form.value('company'), location: '', hub: '', port: '' };
  }

  /** All that is asked for here is companies: an account that has some is not empty. */
  #line(): PlacesLine {
    if (this.#asked !== this.#typed()) return placesLine({ state: 'not asked' }, '', this.#texts);
    const state = this.#source.stateOf('');
    const companies = state.state === 'ok' ? state.index.companies.size : 0;
    if (companies === 0) return placesLine(state, '', this.#texts);
    return { kind: 'ok', text: this.#texts('places.companies', { number: companies }) };
  }

  #searchBox(): SearchBox {
    const input = this.#form.field('company');
    if (!(input instanceof HTMLInputElement)) throw new Error('The dialog’s field company takes no text');
    return new SearchBox({
      input,
      texts: this.#texts,
      several: 'no',
      label: this.#texts('label.company'),
      candidates: () => {
        const index = this.#index();
        return index === undefined ? [] : candidatesFor('company', index, this.#address());
      },
      emptyText: () => {
        const line = this.#line();
        return line.kind === 'ok' ? this.#texts('places.nothing-found') : line.text;
      },
      onOpen: () => this.load(),
      onChoose: (_candidate, text) => this.#form.set('company', text),
    });
  }

  #hintLine(): HTMLElement {
    const input = this.#form.field('company');
    const hint = element('div', { class: 'ochno-hint', id: `${input.id}-hint` });
    input.closest('.ochno-field')?.append(hint);
    input.setAttribute('aria-describedby', hint.id);
    return hint;
  }

  #show(): void {
    this.#bar.show(this.#line());
    const index = this.#index();
    const chosen = index === undefined ? undefined : chosenPlaces('company', index, this.#address());
    const missing = chosen?.missing.join(', ') ?? '';
    const text = missing === '' ? chosen?.names.join(', ') : this.#texts('places.not-found', { ids: missing });
    this.#hint.textContent = text || (this.#address().company === '' ? '' : emptyLine);
    this.#hint.classList.toggle('ochno-missing', missing !== '');
  }
}
