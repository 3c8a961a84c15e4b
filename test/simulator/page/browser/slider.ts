import { make, setText } from './elements';

export interface SliderRange {
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly unit: string;
}

/** So long after the last touch a slider does not follow what the building says: it is still in somebody's hand. */
const holdMs = 700;

/** A labelled slider that tells of each move and follows the building while nobody moves it. */
export class Slider {
  readonly element: HTMLElement;
  readonly #input = make('input');
  /** The input says it itself to those who do not see it. */
  readonly #shown = make('span', 'value');
  readonly #unit: string;
  #heldUntil = 0;

  constructor(label: string, { least, most, step, unit }: SliderRange, onMove: (value: number) => void) {
    this.#unit = unit;
    this.#shown.setAttribute('aria-hidden', 'true');
    this.#input.type = 'range';
    this.#input.min = String(least);
    this.#input.max = String(most);
    this.#input.step = String(step);
    this.#input.addEventListener('input', () => {
      this.#heldUntil = performance.now() + holdMs;
      this.#showValue();
      onMove(this.#input.valueAsNumber);
    });
    this.element = make('label', 'slider', make('span', '', label), this.#shown, this.#input);
    if (unit === 'K') this.element.classList.add('temperature');
  }

  follow(value: unknown): void {
    if (typeof value !== 'number' || performance.now() < this.#heldUntil) return;
    this.#input.value = String(value);
    this.#showValue();
  }

  #showValue(): void {
    const text = `${this.#input.value} ${this.#unit}`;
    setText(this.#shown, text);
    this.#input.setAttribute('aria-valuetext', text);
  }
}
