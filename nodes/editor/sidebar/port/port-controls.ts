import { findLamp, lampRanges } from '../../../../src/protocol/lamp/lamp';
import type { Act } from '../../../sidebar-messages';
import { button, element } from '../../dialog/elements';
import type { Port } from '../building/port';
import { deviceOf, fieldsAt } from '../building/port-kind';
import { failureText, type Words } from '../words';
import { act, LatestAct } from './act';

export interface PortControlsOptions {
  readonly words: Words;
  readonly mayAct: boolean;
  say(text: string): void;
}

/** A slider and how to read and set what it stands for. */
interface Slider {
  readonly field: string;
  readonly input: HTMLInputElement;
  readonly shown: HTMLOutputElement;
  readonly unit: string;
  read(port: Port): number | undefined;
  act(value: number): Act;
}

const lampFields = ['level', 'temp', 'altlevel', 'alttemp'] as const;
const fanTargets = ['target1', 'target2', 'target3', 'target4'] as const;

/** What a port's device can be told: a lamp's light, a fan's speed, and to show itself. */
export class PortControls {
  readonly element: HTMLElement;
  #port: Port;
  readonly #options: PortControlsOptions;
  readonly #sliders: readonly Slider[];
  readonly #power: HTMLButtonElement | undefined;
  /** The level to go back to. */
  #lastLevel = 100;

  constructor(port: Port, options: PortControlsOptions) {
    this.#port = port;
    this.#options = options;
    this.#sliders = port.kind === 'lamp' ? this.#lampSliders() : port.kind === 'fan' ? this.#fanSliders() : [];
    this.#power = port.kind === 'lamp' ? this.#powerButton() : undefined;
    const power = this.#power ? [this.#power, this.#identifyButton()] : [];
    const buttons = element('div', { class: 'ochno-sb-actions' }, ...power);
    this.element = element(
      'div',
      { class: 'ochno-sb-controls' },
      buttons,
      ...this.#sliders.map((slider) => this.#row(slider)),
    );
    this.element.hidden = this.#power === undefined && this.#sliders.length === 0;
  }

  /** A slider that is being dragged stays where the finger is. */
  update(port: Port): void {
    this.#port = port;
    for (const slider of this.#sliders) {
      const value = slider.read(port);
      if (value === undefined || slider.input.matches(':active')) continue;
      slider.input.value = String(value);
      this.#show(slider, value);
    }
    if (this.#power === undefined) return;
    const level = findLamp(port.state)?.level ?? 0;
    const isOn = level > 0;
    this.#power.setAttribute('aria-pressed', String(isOn));
    this.#power.lastChild?.replaceWith(this.#options.words.text(isOn ? 'control.turn-off' : 'control.turn-on'));
  }

  #powerButton(): HTMLButtonElement {
    const made = button('power-off', this.#options.words.text('control.turn-on'), 'icon and text', () => {
      const level = findLamp(this.#port.state)?.level ?? 0;
      const isOn = level > 0;
      // Not as it goes by: a lamp that fades out passes every level on its way.
      if (isOn) this.#lastLevel = level;
      void this.#act({ act: 'lamp', address: this.#port.address, value: { level: isOn ? 0 : this.#lastLevel } });
    });
    made.disabled = !this.#options.mayAct;
    return made;
  }

  #identifyButton(): HTMLButtonElement {
    const { words, mayAct, say } = this.#options;
    const made = button('lightbulb-o', words.text('control.identify'), 'icon and text', async () => {
      made.disabled = true;
      say(words.text('control.identifying', { name: this.#port.name }));
      await this.#act({ act: 'identify', address: this.#port.address });
      made.disabled = false;
    });
    made.title = words.text('control.identify-hint');
    made.disabled = !mayAct;
    return made;
  }

  #lampSliders(): readonly Slider[] {
    const lamp = findLamp(this.#port.state) ?? {};
    return lampFields
      .filter((field) => lamp[field] !== undefined)
      .map((field) => {
        const { least, most, unit } = lampRanges[field];
        return this.#slider(field, unit, [least, most, unit === 'K' ? 50 : 1], {
          read: ({ state }) => findLamp(state)?.[field],
          act: (value) => ({ act: 'lamp', address: this.#port.address, value: { [field]: value } }),
        });
      });
  }

  #fanSliders(): readonly Slider[] {
    const numberIn = (port: Port, field: string): number | undefined => {
      const value = fieldsAt(deviceOf(port.state), 'fan')[field];
      return typeof value === 'number' ? value : undefined;
    };
    return fanTargets
      .filter((field) => numberIn(this.#port, field) !== undefined)
      .map((field) =>
        this.#slider(field, '%', [0, 100, 1], {
          read: (port) => numberIn(port, field),
          act: (value) => ({ act: 'device', address: this.#port.address, value: { fan: { [field]: value } } }),
        }),
      );
  }

  #slider(
    field: string,
    unit: string,
    [least, most, step]: readonly [number, number, number],
    does: Pick<Slider, 'read' | 'act'>,
  ): Slider {
    const range = { min: String(least), max: String(most), step: String(step) };
    const label = this.#options.words.text(`control.${field}`);
    const input = element('input', { type: 'range', ...range, 'aria-label': label });
    input.disabled = !this.#options.mayAct;
    const slider: Slider = { field, input, shown: element('output', {}), unit, ...does };
    const latest = new LatestAct((wanted) => this.#act(wanted));
    input.addEventListener('input', () => {
      this.#show(slider, Number(input.value));
      void latest.ask(does.act(Number(input.value)));
    });
    return slider;
  }

  #row({ field, input, shown }: Slider): HTMLElement {
    const name = element('span', { 'aria-hidden': 'true' }, this.#options.words.text(`control.${field}`));
    return element('label', { class: 'ochno-sb-slider' }, name, input, shown);
  }

  #show({ input, shown, unit }: Slider, value: number): void {
    const text = `${this.#options.words.number(value, 0)} ${unit}`;
    shown.textContent = text;
    input.setAttribute('aria-valuetext', text);
  }

  async #act(wanted: Act): Promise<void> {
    const failure = await act(wanted);
    if (failure !== undefined) this.#options.say(failureText(failure, this.#options.words));
  }
}
