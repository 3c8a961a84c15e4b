import type { Texts } from '../dialog/catalogue';
import type { DialogForm } from '../dialog/dialog-form';
import { element } from '../dialog/elements';
import { type ChosenPlaces, chosenPlaces } from '../places/chosen-places';
import type { AddressLevel, Port } from '../places/places';
import { type AddressFields, addressLevels } from './address-fields';

const mostNames = 3;

function portText(port: Port, texts: Texts): string {
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

/** Below each address field: what its ids are called, and which of them the platform does not know. */
export class AddressHints {
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
      line.replaceChildren(...(index === undefined ? [] : words(chosenPlaces(level, index, address), this.#texts)));
    }
  }
}
