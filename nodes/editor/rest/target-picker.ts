import type { Texts } from '../dialog/catalogue';
import type { DialogForm } from '../dialog/dialog-form';
import { element } from '../dialog/elements';
import { SearchBox } from '../picker/search-box';
import { chosenAccount, companyOf } from '../places/account-values';
import type { AddressLevel } from '../places/address';
import { candidatesFor } from '../places/place-candidates';
import type { PlaceIndex } from '../places/place-index';
import { type Candidate, searchText } from '../places/place-search';
import { PlacesSource } from '../places/places-source';
import { placesLine } from '../places/places-status';

/** What the sensors and ports of the platform measure. */
const measurements = ['temperature', 'airhumidity', 'airco2', 'airtvoc', 'luminosity', 'motion', 'power'];

const levels: Readonly<Record<string, AddressLevel>> = {
  companies: 'company',
  locations: 'location',
  hubs: 'hub',
  ports: 'port',
};

const anywhere = { company: '', location: '', hub: '', port: '' };

function candidatesOf(resource: string, index: PlaceIndex): readonly Candidate[] {
  const level = levels[resource];
  if (level !== undefined) return candidatesFor(level, index, anywhere);
  return index.places.floorPlans.map(({ id, name, location }) => {
    const detail = index.locationName(location);
    return { id, name, detail, searchText: searchText([name, detail], [id]) };
  });
}

/** Below the id: a search over what the account sees of the chosen resource, and for metrics what is measured. */
export class TargetPicker {
  readonly #form: DialogForm;
  readonly #source: PlacesSource;
  readonly #search: HTMLInputElement;
  readonly #searchPlace: HTMLElement;
  readonly #measurements: HTMLElement;
  readonly #box: SearchBox;

  constructor(form: DialogForm, texts: Texts) {
    this.#form = form;
    this.#source = new PlacesSource(() => chosenAccount(form.value('account')));
    this.#search = element('input', {
      type: 'text',
      id: 'ochno-target-search',
      placeholder: texts('target.search'),
      'aria-label': texts('target.search'),
    });
    this.#measurements = element('div', { class: 'ochno-offers', role: 'group', 'aria-label': texts('target.offers') });
    this.#measurements.append(...measurements.map((name) => this.#measurement(name)));
    this.#searchPlace = element('div', { class: 'ochno-field' }, this.#search);
    form.place('ochno-target').replaceChildren(this.#searchPlace, this.#measurements);
    this.#box = new SearchBox({
      input: this.#search,
      texts,
      several: 'no',
      label: texts('target.search'),
      candidates: () => {
        const index = this.#source.indexOf(this.#company());
        return index === undefined ? [] : candidatesOf(form.value('resource'), index);
      },
      emptyText: () => {
        const line = placesLine(this.#source.stateOf(this.#company()), this.#company(), texts);
        return line.kind === 'ok' ? texts('places.nothing-found') : line.text;
      },
      onOpen: () => void this.#load(),
      onChoose: ({ id }) => this.#fill(id),
    });
    this.#source.onChange(() => this.#box.refresh());
    form.onChange(() => this.#show());
    form.onClose(() => this.#source.close());
  }

  #show(): void {
    const isMetrics = this.#form.value('resource') === 'metrics';
    this.#measurements.hidden = !isMetrics;
    this.#searchPlace.hidden = isMetrics;
  }

  /** The account's company, else the only one it sees. */
  #company(): string {
    const named = companyOf(this.#form.value('account'));
    const [only, ...others] = this.#source.indexOf('')?.companies.keys() ?? [];
    return named !== '' || others.length > 0 ? named : (only ?? '');
  }

  async #load(): Promise<void> {
    await this.#source.load(this.#company());
    await this.#source.load(this.#company());
  }

  #measurement(name: string): HTMLButtonElement {
    const made = element('button', { type: 'button', class: 'red-ui-button ochno-button' }, name);
    made.addEventListener('click', () => this.#fill(name));
    return made;
  }

  #fill(id: string): void {
    const field = $(this.#form.field('target'));
    field.typedInput('type', 'str');
    field.typedInput('value', id);
    this.#search.value = '';
    field.trigger('change');
  }
}
