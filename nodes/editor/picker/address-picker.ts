import type { PlacedPort } from '../../dialog-messages';
import type { Texts } from '../dialog/catalogue';
import type { DialogForm } from '../dialog/dialog-form';
import { button, element, emptyLine } from '../dialog/elements';
import { chooseOnlyAccount, chosenAccount } from '../places/account-values';
import type { Address, AddressLevel } from '../places/address';
import { type ChosenPlaces, chosenPlaces } from '../places/chosen-places';
import { rememberNames } from '../places/known-names';
import { candidatesFor, withChosen } from '../places/place-candidates';
import type { Candidate } from '../places/place-search';
import { PlacesBar } from '../places/places-bar';
import { PlacesSource } from '../places/places-source';
import { type PlacesLine, placesLine } from '../places/places-status';
import { AddressFields, addressLevels } from './address-fields';
import { SearchBox } from './search-box';
import type { Ticking } from './ticking';
import { TreePanel } from './tree-panel';

export { portTicking } from './ticking';

export interface AddressPickerOptions {
  readonly form: DialogForm;
  readonly texts: Texts;
  /** With it each field selects, by several ids. Without it they name what is acted on; only ports may be several. */
  readonly ticking?: Ticking;
  /** Called with the port the fields mean, if it is exactly one and known. */
  onPort?(port: PlacedPort | undefined): void;
}

/** Looking up 10 000 ports takes a moment; while someone types it waits for a pause of this length. */
const pauseMs = 60;

/** The four address fields over live data, the line that says how the data stands, and the tree. */
export class AddressPicker {
  readonly #options: AddressPickerOptions;
  readonly #source: PlacesSource;
  readonly #fields: AddressFields;
  readonly #hints: AddressHints;
  readonly #boxes: readonly SearchBox[];
  readonly #bar: PlacesBar;
  readonly #tree: TreePanel;
  #pause = 0;

  constructor(options: AddressPickerOptions) {
    const { form, texts, ticking } = options;
    this.#options = options;
    this.#source = new PlacesSource(() => chosenAccount(form.value('account')));
    this.#fields = new AddressFields(form, this.#source);
    this.#boxes = addressLevels.map((level) => this.#box(level));
    this.#hints = new AddressHints(form, texts, this.#fields);
    this.#bar = new PlacesBar(form.place('ochno-places'), texts, () => this.#load(true));
    this.#tree = new TreePanel({ texts, ticking, source: this.#source, fields: this.#fields });
    this.#bar.add(this.#treeButton());
    form.place('ochno-tree').replaceChildren(this.#tree.element);
    chooseOnlyAccount(form);
    this.#follow();
  }

  /** What the fields mean, with the company that is meant if none is named. */
  address(): Address {
    return { ...this.#fields.read(), company: this.#fields.company() };
  }

  #follow(): void {
    const { form } = this.#options;
    const events = ['nodes:add', 'nodes:change'];
    const onNode = (node: EditorNode): void => {
      // Whatever company is named: what is known of the companies was read with other values of the account.
      if (node.type === 'ochno-config') void this.#source.load(this.#fields.company());
    };
    for (const event of events) RED.events.on(event, onNode);
    this.#source.onChange(() => {
      // The only company there is becomes known with the first answer.
      if (this.#source.stateOf(this.#fields.company()).state === 'not asked') this.#load();
      this.#show();
      for (const box of this.#boxes) box.refresh();
    });
    let account = '';
    form.onChange(() => {
      const isOther = account !== form.value('account');
      account = form.value('account');
      if (isOther) void this.#source.load(this.#fields.company());
      else this.#load();
      window.clearTimeout(this.#pause);
      this.#pause = window.setTimeout(() => this.#show(), pauseMs);
    });
    form.onClose(() => {
      for (const event of events) RED.events.off(event, onNode);
      window.clearTimeout(this.#pause);
      this.#source.close();
    });
  }

  #load(refresh = false): void {
    if (refresh || !this.#fields.isUnknownCompany()) void this.#source.load(this.#fields.company(), refresh);
  }

  #box(level: AddressLevel): SearchBox {
    const { form, texts, ticking } = this.#options;
    const input = form.field(level);
    if (!(input instanceof HTMLInputElement)) throw new Error(`The dialog's field ${level} takes no text`);
    return new SearchBox({
      input,
      texts,
      several: ticking !== undefined ? 'always added' : level === 'port' ? 'after a comma' : 'no',
      label: texts(`label.${level}`),
      candidates: () => {
        const index = this.#fields.indexFor(level);
        return index === undefined ? [] : candidatesFor(level, index, this.#fields.read());
      },
      emptyText: () => {
        const line = this.#line();
        return line.kind === 'ok' ? texts('places.nothing-found') : line.text;
      },
      onOpen: () => this.#load(),
      onChoose: (candidate, text) => this.#choose(level, candidate, text),
    });
  }

  #choose(level: AddressLevel, candidate: Candidate, text: string): void {
    const index = this.#fields.indexFor(level);
    if (index !== undefined) this.#fields.write(withChosen(level, candidate, text, index, this.#fields.read()));
  }

  #treeButton(): HTMLButtonElement {
    const made = button('sitemap', this.#options.texts('places.tree'), 'icon and text', () => {
      this.#tree.toggle();
      made.setAttribute('aria-expanded', String(!this.#tree.element.hidden));
    });
    made.setAttribute('aria-expanded', 'false');
    made.setAttribute('aria-controls', this.#tree.element.id);
    return made;
  }

  #line(): PlacesLine {
    const { texts } = this.#options;
    if (this.#fields.isUnknownCompany()) return { kind: 'empty', text: texts('places.unknown-company') };
    const company = this.#fields.company();
    return placesLine(this.#source.stateOf(company), company, texts);
  }

  #show(): void {
    this.#bar.show(this.#line());
    this.#hints.refresh();
    this.#tree.refresh();
    const index = this.#fields.index();
    if (index !== undefined) rememberNames(index);
    const port = index === undefined ? undefined : chosenPlaces('port', index, this.#fields.read()).port;
    this.#options.onPort?.(port);
  }
}

const mostNames = 3;

function portText(port: PlacedPort, texts: Texts): string {
  return ` · ${port.device || texts('places.no-device')} · ${texts(port.online ? 'places.online' : 'places.offline')}`;
}

function words({ names, missing, port }: ChosenPlaces, texts: Texts): readonly (HTMLElement | string)[] {
  const parts: (HTMLElement | string)[] = [];
  if (names.length > 0) parts.push(names.slice(0, mostNames).join(', '));
  if (names.length > mostNames) parts.push(` ${texts('places.and-more', { number: names.length - mostNames })}`);
  if (port !== undefined) parts.push(portText(port, texts));
  if (missing.length === 0) return parts;
  if (parts.length > 0) parts.push(' · ');
  const text = texts('places.not-found', { ids: missing.join(', ') });
  return [...parts, element('span', { class: 'ochno-missing' }, text)];
}

/**
 * Below each address field: what its ids are called, and which of them the platform does not know. A field that is filled in
 * has its line before that is known, so that what stands below does not move away from under a click when it is.
 */
class AddressHints {
  readonly #fields: AddressFields;
  readonly #texts: Texts;
  readonly #lines: ReadonlyMap<AddressLevel, HTMLElement>;

  constructor(form: DialogForm, texts: Texts, fields: AddressFields) {
    this.#fields = fields;
    this.#texts = texts;
    this.#lines = new Map(
      addressLevels.map((level) => {
        const input = form.field(level);
        const line = element('div', { class: 'ochno-hint', id: `${input.id}-hint` });
        input.closest('.ochno-field')?.append(line);
        input.setAttribute('aria-describedby', line.id);
        return [level, line];
      }),
    );
  }

  refresh(): void {
    const address = this.#fields.read();
    for (const [level, line] of this.#lines) {
      const index = this.#fields.indexFor(level);
      const known = index === undefined ? [] : words(chosenPlaces(level, index, address), this.#texts);
      line.replaceChildren(...(known.length === 0 && address[level] !== '' ? [emptyLine] : known));
    }
  }
}
