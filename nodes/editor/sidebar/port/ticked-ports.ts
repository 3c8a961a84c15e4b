import { button, element } from '../../dialog/elements';
import type { Port } from '../building/port';
import { commandFor } from '../building/port-kind';
import { fitsOneNode } from '../flow/new-node';
import type { UsingNode } from '../flow/using-node';
import type { Words } from '../words';

export interface TickedPortsOptions {
  readonly words: Words;
  mayAdd(): boolean;
  /** One node for all ports, or one for each. */
  onAdd(type: UsingNode['type'], ports: readonly Port[], one: boolean, by: 'pointer' | 'keyboard'): void;
  onClear(): void;
}

const offers = [
  { type: 'ochno-port-in', icon: 'sign-in', key: 'ticks.one-port-in', one: true },
  { type: 'ochno-port-in', icon: 'clone', key: 'ticks.port-in-each', one: false },
  { type: 'ochno-action-out', icon: 'sign-out', key: 'ticks.one-action-out', one: true },
  { type: 'ochno-action-out', icon: 'clone', key: 'ticks.action-out-each', one: false },
] as const;

/** What can be done with the ports that are ticked; hidden while none is. */
export class TickedPorts {
  readonly element = element('div', { class: 'ochno-sb-ticks', hidden: '' });
  readonly #options: TickedPortsOptions;
  #ports: readonly Port[] = [];
  #mayAdd = false;

  constructor(options: TickedPortsOptions) {
    this.#options = options;
  }

  show(ports: readonly Port[]): void {
    const { words, mayAdd, onAdd, onClear } = this.#options;
    this.#ports = ports;
    this.#mayAdd = mayAdd();
    this.element.hidden = ports.length === 0;
    const addresses = ports.map(({ address }) => address);
    const commands = new Set(ports.map(({ kind }) => commandFor(kind)));
    const areCommanded = !commands.has(undefined);
    const buttons = offers.map(({ type, icon, key, one }) => {
      const made = button(icon, words.text(key), 'icon and text', () => undefined);
      made.addEventListener('click', ({ detail }) => onAdd(type, ports, one, detail === 0 ? 'keyboard' : 'pointer'));
      const fits = !one || (fitsOneNode(type, addresses) && (type === 'ochno-port-in' || commands.size === 1));
      made.disabled = !this.#mayAdd || !fits || (type === 'ochno-action-out' && !areCommanded);
      return made;
    });
    const number = element('span', {}, words.text('ticks.number', { number: words.number(ports.length, 0) }));
    this.element.replaceChildren(number, button('times', words.text('ticks.clear'), 'icon only', onClear), ...buttons);
  }

  /** Nodes came, went or changed, or their types did. What is drawn stays where it can, and with it the focus. */
  flowsChanged(): void {
    if (this.#options.mayAdd() !== this.#mayAdd) this.show(this.#ports);
  }
}
