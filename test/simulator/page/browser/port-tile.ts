import type { PortView } from '../building-view';
import { type DeviceKind, faces, fanSpeed, kindOf, shortReading, spokenName } from './device-face';
import { button, drawing, make, redraw, setAttribute, setText, setVariable } from './elements';
import { mainLight } from './lamp-light';

/** Turns of a fan at full speed take this long: what a drawing can show, not what a fan does. */
const fullTurnMs = 450;
const flashMs = 900;
const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

/** A port of a hub: its socket, the cable, and what is at its end. A button, so that it can be pressed. */
export class PortTile {
  readonly element = button('port');
  readonly #icon = drawing('empty');
  readonly #reading = make('span', 'reading');
  readonly #heard = make('span', 'heard');
  #glow: HTMLElement | undefined;
  #port: PortView;
  #kind: DeviceKind | undefined;

  constructor(port: PortView) {
    this.#port = port;
    const device = make('span', 'device', this.#icon, this.#reading);
    this.element.append(device, make('span', 'cable'), make('span', 'socket', this.#heard));
    this.element.dataset.port = port.id;
    this.element.setAttribute('aria-haspopup', 'dialog');
    this.#draw(port);
  }

  get port(): PortView {
    return this.#port;
  }

  update(port: PortView): void {
    this.#draw(port);
    this.#flash();
  }

  #draw(port: PortView): void {
    this.#port = port;
    this.#kind = kindOf(port);
    setAttribute(this.element, 'data-kind', this.#kind ?? 'empty');
    setAttribute(this.element, 'aria-label', spokenName(port));
    redraw(this.#icon, this.#kind === undefined ? 'empty' : faces[this.#kind].icon);
    setText(this.#reading, shortReading(port));
    this.#drawLight();
    this.#drawMoving();
  }

  #drawLight(): void {
    const lamp = this.#kind === undefined ? undefined : this.#port.device?.lamp;
    const { strength, colour } = lamp === undefined ? { strength: 0, colour: 'transparent' } : mainLight(lamp);
    this.element.toggleAttribute('data-lit', strength > 0);
    if (strength > 0 && this.#glow === undefined) {
      this.#glow = make('span', 'glow');
      this.element.prepend(this.#glow);
    }
    if (this.#glow === undefined) return;
    setVariable(this.element, '--strength', strength.toFixed(3));
    // A lamp that goes out keeps its colour while it fades.
    if (strength > 0) setVariable(this.element, '--light', colour);
  }

  #drawMoving(): void {
    const device = this.#port.device ?? {};
    this.element.toggleAttribute('data-motion', this.#kind === 'sensor' && device.sensor?.motion === true);
    this.element.toggleAttribute('data-pressed', this.#kind === 'button' && device.button?.pushed === true);
    const speed = this.#kind === 'fan' ? fanSpeed(device) : 0;
    this.element.toggleAttribute('data-turning', speed > 0);
    if (speed > 0) setVariable(this.element, '--turn', `${Math.round((fullTurnMs * 100) / speed)}ms`);
  }

  /** Shows that something was heard from this port. */
  #flash(): void {
    if (!calm.matches) this.#heard.animate({ opacity: [1, 0] }, { duration: flashMs, easing: 'ease-in' });
  }
}
