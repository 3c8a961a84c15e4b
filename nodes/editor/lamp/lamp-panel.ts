import type { Texts } from '../dialog/catalogue';
import type { DialogForm } from '../dialog/dialog-form';
import { element } from '../dialog/elements';
import type { LampState, Port } from '../places/places';
import { type LampOffer, lampOffers } from './lamp-offers';

/** `40 % · 3500 K`, in the parts the lamp shows. */
function presentState(lamp: LampState, texts: Texts): string {
  const parts: string[] = [];
  if (lamp.level !== undefined) parts.push(texts('lamp.level', { level: lamp.level }));
  if (lamp.temp !== undefined) parts.push(texts('lamp.temp', { temp: lamp.temp }));
  if (lamp.altlevel !== undefined) parts.push(texts('lamp.altlevel', { level: lamp.altlevel }));
  if (lamp.alttemp !== undefined) parts.push(texts('lamp.alttemp', { temp: lamp.alttemp }));
  return parts.join(' · ');
}

/** What the chosen lamp shows now, and buttons that fill in what it can be told. */
export class LampPanel {
  readonly #form: DialogForm;
  readonly #texts: Texts;
  readonly #place: HTMLElement;
  #port: Port | undefined;
  #shown = '';

  constructor(form: DialogForm, texts: Texts) {
    this.#form = form;
    this.#texts = texts;
    this.#place = form.place('ochno-lamp');
    form.onChange(() => this.#draw());
  }

  show(port: Port | undefined): void {
    this.#port = port;
    this.#draw();
  }

  #draw(): void {
    const lamp = this.#form.value('command') === 'lamp' ? this.#port?.lamp : undefined;
    const content = JSON.stringify([lamp, this.#port?.id, this.#form.value('command')]);
    // Drawing the same again would take the focus from a button that was just pressed.
    if (content === this.#shown) return;
    this.#shown = content;
    const idle = this.#form.value('command') === 'lamp' && this.#port !== undefined;
    if (lamp === undefined) {
      this.#place.replaceChildren(...(idle ? [element('div', { class: 'ochno-hint' }, this.#texts('lamp.none'))] : []));
      return;
    }
    const now = element(
      'div',
      { class: 'ochno-hint', role: 'status' },
      this.#texts('lamp.now', { state: presentState(lamp, this.#texts) }),
    );
    const group = element('div', { class: 'ochno-offers', role: 'group', 'aria-label': this.#texts('lamp.offers') });
    group.append(...lampOffers(lamp).map((offer) => this.#offer(offer)));
    this.#place.replaceChildren(now, group);
  }

  #offer(offer: LampOffer): HTMLButtonElement {
    const made = element(
      'button',
      { type: 'button', class: 'red-ui-button ochno-button' },
      this.#texts(`lamp.${offer.key}`, offer.values),
    );
    made.addEventListener('click', () => {
      const field = $(this.#form.field('value'));
      field.typedInput('type', offer.type);
      field.typedInput('value', offer.value);
    });
    return made;
  }
}
