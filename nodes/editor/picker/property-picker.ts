import { isPlainObject } from '../../../src/protocol/json/plain-object';
import type { Texts } from '../dialog/catalogue';
import type { DialogForm } from '../dialog/dialog-form';
import { element } from '../dialog/elements';
import { postJson } from '../dialog/request';
import { chosenAccount } from '../places/account-values';
import type { Address } from '../places/address';
import { type Candidate, searchText } from '../places/place-search';
import { type PortValue, portValues } from '../sidebar/building/port-values';
import { SearchBox } from './search-box';

/** What one may want to know of a port, by where it stands in an event and how often it is worth a message. */
const presets = [
  { key: 'connected', path: 'data.connected', emit: 'change' },
  { key: 'motion', path: 'data.device.sensor.motion', emit: 'change' },
  { key: 'button', path: 'data.device.button.pushed', emit: 'every' },
  { key: 'level', path: 'data.device.lamp.level', emit: 'change' },
  { key: 'temperature', path: 'data.device.sensor.temperature', emit: 'change' },
  { key: 'co2', path: 'data.device.sensor.airco2', emit: 'change' },
  { key: 'power', path: 'data.device.power.watt', emit: 'change' },
] as const;

/** A path that some of the ports carry. */
interface Carried {
  readonly first: PortValue;
  ports: number;
}

function valuesIn(answer: unknown): ReadonlyMap<string, Carried> {
  const found = new Map<string, Carried>();
  const ports: readonly unknown[] = isPlainObject(answer) && Array.isArray(answer.ports) ? answer.ports : [];
  for (const port of ports) {
    for (const value of portValues(isPlainObject(port) ? port.event : undefined)) {
      const known = found.get(value.path);
      if (known === undefined) found.set(value.path, { first: value, ports: 1 });
      else known.ports += 1;
    }
  }
  return found;
}

/** The same value may stand elsewhere in this platform's events: its last two steps tell. */
function pathLike(wanted: string, paths: Iterable<string>): string {
  const end = `.${wanted.split('.').slice(-2).join('.')}`;
  const all = [...paths];
  return all.includes(wanted) ? wanted : (all.find((path) => path.endsWith(end)) ?? wanted);
}

/**
 * The property's field over what the chosen ports carry now, each path with its value and unit, and buttons for what one
 * often wants to know, which fill in how it is sent, too.
 */
export class PropertyPicker {
  readonly #form: DialogForm;
  readonly #texts: Texts;
  readonly #address: () => Address;
  readonly #box: SearchBox;
  #asked = '';
  #state: 'loading' | 'known' | 'failed' = 'loading';
  #values: ReadonlyMap<string, Carried> = new Map();

  constructor(form: DialogForm, texts: Texts, address: () => Address) {
    this.#form = form;
    this.#texts = texts;
    this.#address = address;
    const input = form.field('property');
    if (!(input instanceof HTMLInputElement)) throw new Error('The dialog’s field property takes no text');
    this.#box = new SearchBox({
      input,
      texts,
      several: 'no',
      label: texts('label.property'),
      candidates: () => [...this.#values].map(([path, carried]) => this.#candidate(path, carried)),
      emptyText: () =>
        texts({ loading: 'places.loading', known: 'property.none', failed: 'property.failed' }[this.#state]),
      onOpen: () => void this.#load(),
      onChoose: (candidate) => form.set('property', candidate.id),
    });
    const group = element('div', { class: 'ochno-offers', role: 'group', 'aria-label': texts('property.presets') });
    group.append(...presets.map((preset) => this.#button(preset)));
    form.place('ochno-property').replaceChildren(group);
  }

  #candidate(path: string, { first: { value, unit }, ports }: Carried): Candidate {
    const shown = `${typeof value === 'string' ? value : JSON.stringify(value)}${unit === '' ? '' : ` ${unit}`}`;
    const cut = shown.length > 40 ? `${shown.slice(0, 40)}…` : shown;
    const detail = ports === 1 ? cut : `${cut} · ${this.#texts('label.ports', { number: ports })}`;
    return { id: path, name: path, detail, searchText: searchText([path, detail], []) };
  }

  #button({ key, path, emit }: (typeof presets)[number]): HTMLButtonElement {
    const made = element(
      'button',
      { type: 'button', class: 'red-ui-button ochno-button' },
      this.#texts(`property.${key}`),
    );
    made.addEventListener('click', async () => {
      await this.#load();
      this.#form.set('property', pathLike(path, this.#values.keys()));
      this.#form.set('emit', emit);
    });
    return made;
  }

  /** Once for what is chosen. */
  async #load(): Promise<void> {
    const account = await chosenAccount(this.#form.value('account'));
    const body = { account, ...this.#address() };
    const asked = JSON.stringify(body);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#state = 'loading';
    this.#values = new Map();
    try {
      const answer = account === undefined ? undefined : await postJson('ochno/port-values', body);
      if (asked !== this.#asked) return;
      this.#values = valuesIn(answer);
      this.#state = isPlainObject(answer) && answer.state === 'ok' ? 'known' : 'failed';
    } catch {
      if (asked !== this.#asked) return;
      // The line below the address says why the lists can't be had.
      this.#state = 'failed';
    }
    // The next time it may be had.
    if (this.#state === 'failed') this.#asked = '';
    this.#box.refresh();
  }
}
