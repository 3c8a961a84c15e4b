import type { PortView } from '../building-view';
import { NewestFirst } from './ask';
import { type Controls, controlsFor, type Deed } from './device-controls';
import { amount, type DeviceKind, faces, kindOf, pluggable } from './device-face';
import { button, byId, drawing, make, setText } from './elements';

export type AskPort = (portId: string, deed: string, body: object) => Promise<void>;

/** Distance to the port and to the edges of the screen. */
const gap = 8;

/** The small menu of a port: what is plugged in, its controls, plug in and out. */
export class PortPanel {
  readonly #element = byId('panel', HTMLDivElement);
  readonly #askPort: AskPort;
  #anchor: HTMLElement | undefined;
  #port: PortView | undefined;
  #kind: DeviceKind | undefined;
  #controls: Controls | undefined;
  #facts = make('p', 'facts');

  /** @param askPort must not reject */
  constructor(askPort: AskPort) {
    this.#askPort = askPort;
    this.#element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.close();
    });
    this.#element.addEventListener('focusout', ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.#element.contains(relatedTarget)) this.#hide();
    });
    document.addEventListener('pointerdown', ({ target }) => {
      const isOutside = target instanceof Element && !this.#element.contains(target);
      if (isOutside && target.closest('.port') !== this.#anchor) this.#hide();
    });
    window.addEventListener('resize', () => this.#place());
  }

  /** Opens beside a port, or closes where it was open there already. */
  toggle(anchor: HTMLElement, port: PortView): void {
    const wasHere = this.#anchor === anchor;
    this.#hide();
    if (wasHere) return;
    this.#anchor = anchor;
    anchor.setAttribute('aria-expanded', 'true');
    this.#build(port);
    this.#element.showPopover();
    this.#place();
    this.#uncover(anchor);
    this.#firstControl()?.focus();
  }

  /** The id of the port it is open at. */
  get portId(): string | undefined {
    return this.#port?.id;
  }

  /** The port changed, or was drawn anew in another element. */
  follow(port: PortView, anchor: HTMLElement): void {
    if (this.#port?.id !== port.id) return;
    this.#anchor = anchor;
    anchor.setAttribute('aria-expanded', 'true');
    if (kindOf(port) === this.#kind && port.name === this.#port.name) {
      this.#follow(port);
      return;
    }
    const hadFocus = this.#element.contains(document.activeElement);
    this.#build(port);
    this.#place();
    if (hadFocus) this.#firstControl()?.focus();
  }

  /** Closes and gives the focus back to the port. */
  close(): void {
    const anchor = this.#anchor;
    this.#hide();
    anchor?.focus();
  }

  #hide(): void {
    this.#anchor?.removeAttribute('aria-expanded');
    this.#anchor = undefined;
    this.#port = undefined;
    if (this.#element.matches(':popover-open')) this.#element.hidePopover();
  }

  #firstControl(): HTMLElement | null {
    return this.#element.querySelector<HTMLElement>('.panel-body :is(input, button)');
  }

  #build(port: PortView): void {
    this.#kind = kindOf(port);
    const title = make('h2', '', port.name);
    title.id = 'panel-title';
    const shut = button('shut', drawing('close'));
    shut.setAttribute('aria-label', 'Close');
    shut.addEventListener('click', () => this.close());
    this.#facts = make('p', 'facts');
    const body = make(
      'div',
      'panel-body',
      ...(this.#kind === undefined ? this.#offer(port) : this.#show(this.#kind, port)),
    );
    this.#element.replaceChildren(make('div', 'panel-head', title, shut), this.#facts, body);
    this.#follow(port);
  }

  #follow(port: PortView): void {
    this.#port = port;
    const { manufacturer, product, power } = port.device ?? {};
    const facts = [port.id, [manufacturer, product].filter(Boolean).join(' '), power && amount(power.watt, 'W')];
    setText(
      this.#facts,
      this.#kind === undefined ? `${port.id} · nothing plugged in` : facts.filter(Boolean).join(' · '),
    );
    this.#controls?.follow(port.device ?? {});
  }

  /** What can be plugged in. */
  #offer(port: PortView): HTMLElement[] {
    this.#controls = undefined;
    const offers = pluggable.map((device) => {
      const offer = button('framed offer', drawing(faces[device].icon), faces[device].label);
      offer.dataset.device = device;
      offer.addEventListener('click', () => this.#choose(port.id, 'plug-in', { device }));
      return offer;
    });
    return [make('h3', '', 'Plug in'), make('div', 'offers', ...offers)];
  }

  /** What is plugged in, and how to handle it. */
  #show(kind: DeviceKind, port: PortView): HTMLElement[] {
    this.#controls = controlsFor(kind, this.#makeDeed());
    const unplug = button('framed unplug', drawing('unplug'), 'Unplug');
    unplug.addEventListener('click', () => this.#choose(port.id, 'unplug', {}));
    return [...this.#controls.elements, unplug];
  }

  /** A choice ends the menu, as menus do. */
  #choose(portId: string, deed: string, body: object): void {
    this.close();
    void this.#askPort(portId, deed, body);
  }

  /** A deed that is asked faster than it is answered is asked with its newest values. */
  #makeDeed(): Deed {
    const senders = new Map<string, NewestFirst>();
    return (name, body = {}) => {
      const portId = this.#port?.id;
      if (portId === undefined) return;
      const key = `${name} ${Object.keys(body).join()}`;
      const sender = senders.get(key) ?? new NewestFirst((newest) => this.#askPort(portId, name, newest));
      senders.set(key, sender);
      sender.push(body);
    };
  }

  /** On a small screen the port may lie under its menu: it moves up then, so that one sees what one does. */
  #uncover(anchor: HTMLElement): void {
    const port = anchor.getBoundingClientRect();
    const menu = this.#element.getBoundingClientRect();
    const isBeside = port.right < menu.left || port.left > menu.right;
    if (!isBeside && port.bottom > menu.top) anchor.scrollIntoView({ block: 'start' });
  }

  /** Beside the port, within the screen; a small screen's style puts it at the lower edge. */
  #place(): void {
    const anchor = this.#anchor?.getBoundingClientRect();
    if (anchor === undefined) return;
    const { offsetWidth: width, offsetHeight: height } = this.#element;
    const { clientWidth, clientHeight } = document.documentElement;
    const right = anchor.right + gap;
    const left = right + width + gap <= clientWidth ? right : anchor.left - gap - width;
    const top = Math.min(anchor.top - gap, clientHeight - height - gap);
    this.#element.style.setProperty('--left', `${Math.max(gap, left)}px`);
    this.#element.style.setProperty('--top', `${Math.max(gap, top)}px`);
  }
}
