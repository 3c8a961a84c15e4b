import type { LampFields } from '../../../src/protocol/lamp/lamp';
import type { PlacedPort } from '../../dialog-messages';
import type { Texts } from '../dialog/catalogue';
import type { DialogForm } from '../dialog/dialog-form';
import { button, element } from '../dialog/elements';
import { type Failure, whatFailed } from '../dialog/failure-text';
import { isNotPermitted, postJson } from '../dialog/request';
import type { Address } from '../places/address';
import { controlOffers, type DeviceOffer, lampOffers } from './lamp-offers';

/** `40 % · 3500 K`, in the parts the lamp shows. */
function presentState(lamp: LampFields, texts: Texts): string {
  const parts: string[] = [];
  if (lamp.level !== undefined) parts.push(texts('lamp.level', { level: lamp.level }));
  if (lamp.temp !== undefined) parts.push(texts('lamp.temp', { temp: lamp.temp }));
  if (lamp.altlevel !== undefined) parts.push(texts('lamp.altlevel', { level: lamp.altlevel }));
  if (lamp.alttemp !== undefined) parts.push(texts('lamp.alttemp', { temp: lamp.alttemp }));
  return parts.join(' · ');
}

/** What is plugged into the chosen port shows now, buttons that fill in what it can be told, and one that lets a lamp blink. */
export class LampPanel {
  readonly #form: DialogForm;
  readonly #texts: Texts;
  readonly #address: () => Address;
  readonly #place: HTMLElement;
  readonly #outcome = element('span', { class: 'ochno-state', role: 'status' });
  #port: PlacedPort | undefined;
  #shown = '';

  constructor(form: DialogForm, texts: Texts, address: () => Address) {
    this.#form = form;
    this.#texts = texts;
    this.#address = address;
    this.#place = form.place('ochno-lamp');
    form.onChange(() => this.#draw());
  }

  show(port: PlacedPort | undefined): void {
    this.#port = port;
    this.#draw();
  }

  #draw(): void {
    const { lamp, controls = {} } = this.#port ?? {};
    const isLampCommand = this.#form.value('command') === 'lamp';
    const content = JSON.stringify([lamp, controls, this.#port?.id, this.#port?.hub, isLampCommand]);
    // Drawing the same again would take the focus from a button that was just pressed.
    if (content === this.#shown) return;
    this.#shown = content;
    this.#outcome.textContent = '';
    const others = Object.entries(controls).flatMap(([kind, fields]) => this.#control(kind, fields));
    if (lamp !== undefined && isLampCommand) this.#place.replaceChildren(...this.#lamp(lamp), ...others);
    else if (others.length > 0) this.#place.replaceChildren(...others);
    else {
      const idle = isLampCommand && this.#port !== undefined;
      this.#place.replaceChildren(...(idle ? [this.#hint(this.#texts('lamp.none'))] : []));
    }
  }

  #hint(text: string): HTMLElement {
    return element('div', { class: 'ochno-hint', role: 'status' }, text);
  }

  #lamp(lamp: LampFields): readonly HTMLElement[] {
    const now = this.#hint(this.#texts('lamp.now', { state: presentState(lamp, this.#texts) }));
    const identify = button('lightbulb-o', this.#texts('lamp.identify'), 'icon and text', () => void this.#identify());
    return [now, this.#group(lampOffers(lamp)), element('div', { class: 'ochno-offers' }, identify, this.#outcome)];
  }

  #control(kind: string, fields: Readonly<Record<string, number>>): readonly HTMLElement[] {
    const state = Object.entries(fields).map(([name, value]) => `${name} ${value} %`);
    const now = this.#texts('lamp.now', { state: `${this.#texts(`device.${kind}`)} · ${state.join(' · ')}` });
    return [this.#hint(now), this.#group(controlOffers(kind, Object.keys(fields)))];
  }

  #group(offers: readonly DeviceOffer[]): HTMLElement {
    const group = element('div', { class: 'ochno-offers', role: 'group', 'aria-label': this.#texts('lamp.offers') });
    group.append(...offers.map((offer) => this.#offer(offer)));
    return group;
  }

  #offer({ key, values, command, type, value }: DeviceOffer): HTMLButtonElement {
    const made = element(
      'button',
      { type: 'button', class: 'red-ui-button ochno-button' },
      this.#texts(`lamp.${key}`, values),
    );
    made.addEventListener('click', () => {
      this.#form.set('command', command);
      const field = $(this.#form.field('value'));
      field.typedInput('type', type);
      field.typedInput('value', value);
    });
    return made;
  }

  /** The runtime lets it blink over the deployed account: one that is not deployed has no stream. */
  async #identify(): Promise<void> {
    const port = this.#port;
    if (port === undefined) return;
    this.#outcome.textContent = this.#texts('lamp.identifying');
    const address = {
      account: this.#form.value('account'),
      company: this.#address().company,
      ...{ location: port.location, hub: port.hub, port: port.id },
    };
    const failure = await sendIdentify(address);
    this.#outcome.textContent = failure === undefined ? this.#texts('lamp.identified') : this.#words(failure);
  }

  #words(failure: Failure | 'not permitted' | 'no answer'): string {
    if (typeof failure === 'object') return whatFailed(failure, this.#texts);
    return this.#texts(failure === 'not permitted' ? 'places.not-permitted' : 'places.no-answer');
  }
}

async function sendIdentify(address: object): Promise<Failure | 'not permitted' | 'no answer' | undefined> {
  try {
    const answer = await postJson('ochno/act', { address, act: 'identify' });
    const failure: unknown = Reflect.get(Object(answer), 'failure');
    if (typeof failure !== 'object' || failure === null) return undefined;
    const code: unknown = Reflect.get(failure, 'code');
    return { code: String(code) };
  } catch (error) {
    return isNotPermitted(error) ? 'not permitted' : 'no answer';
  }
}
