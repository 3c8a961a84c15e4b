import type { SensorState } from '../../building/building-model';
import type { HubView, PortView, RoomMood, RoomView } from '../building-view';
import { amount, kindOf } from './device-face';
import { button, drawing, make, redraw, setAttribute, setText, setVariable } from './elements';
import { secondLight } from './lamp-light';
import { PortTile } from './port-tile';

/** What a room asks of the page when something in it is pressed. */
export interface RoomEars {
  onPort(port: PortTile): void;
  onWalk(roomId: string): void;
  onWindow(roomId: string, open: boolean): void;
}

/** One room of the plan: floor, furniture, window, door, and the ports of its hubs. */
export class RoomBlock {
  readonly element = make('section', 'room');
  readonly tiles: readonly PortTile[];
  readonly #view: RoomView;
  readonly #lights = make('div', 'lights');
  readonly #air = make('p', 'air');
  readonly #sitter = drawing('person', 'person sitter');
  readonly #walker = drawing('person', 'person walker');
  readonly #windowIcon = drawing('window-closed');
  readonly #windowLabel = make('span', 'label');
  readonly #window: HTMLButtonElement;
  readonly #uplights = new Map<string, HTMLElement>();
  #windowOpen = false;

  constructor(view: RoomView, ears: RoomEars) {
    this.#view = view;
    this.tiles = view.hubs.flatMap(({ ports }) => ports.map((port) => new PortTile(port)));
    for (const tile of this.tiles) tile.element.addEventListener('click', () => ears.onPort(tile));
    const title = make('h2', '', make('span', 'number', view.number), ` ${view.name}`);
    title.id = `title-${view.id}`;
    const hubs = make('div', 'hubs', ...view.hubs.map((hub) => this.#makeHub(hub)));
    const floor = make('div', 'floor', this.#lights, make('header', 'room-head', title, this.#air), hubs, this.#walker);
    hubs.firstElementChild?.append(this.#sitter);
    this.#window = this.#makeWindow(ears);
    this.element.append(this.#window, floor, this.#makeDoor(ears));
    this.element.dataset.kind = view.kind;
    this.element.dataset.side = view.side;
    this.element.dataset.room = view.id;
    this.element.style.setProperty('--share', view.widthMetres.toFixed(2));
    this.element.setAttribute('aria-labelledby', title.id);
    this.setMood(view);
    this.portsChanged();
  }

  setMood({ windowOpen, visited }: RoomMood): void {
    this.#windowOpen = windowOpen;
    this.element.toggleAttribute('data-window-open', windowOpen);
    this.element.toggleAttribute('data-visited', visited);
    redraw(this.#windowIcon, windowOpen ? 'window-open' : 'window-closed');
    const verb = windowOpen ? 'Close' : 'Open';
    setText(this.#windowLabel, `${verb} window`);
    setAttribute(this.#window, 'aria-label', `${verb} window in ${this.#view.number} ${this.#view.name}`);
    setAttribute(this.#window, 'title', `${verb} window`);
  }

  /** Takes in what the room's sensors and ceiling lights say together. */
  portsChanged(): void {
    const ports = this.tiles.map(({ port }) => port);
    const sensors = ports.filter((port) => kindOf(port) === 'sensor').map(({ device }) => device?.sensor ?? {});
    const isPresent = sensors.some(({ motion }) => motion === true);
    this.element.toggleAttribute('data-present', isPresent);
    setText(this.#air, sensors[0] === undefined ? '' : airOf(sensors[0]));
    for (const port of ports) this.#drawUplight(port);
  }

  #makeHub({ id, name, product, ports }: HubView): HTMLElement {
    const label = make('h3', 'hub-name', name, ' ', make('small', '', product));
    label.id = `hub-${id}`;
    const own = new Set(ports.map((port) => port.id));
    const tiles = this.tiles.filter(({ port }) => own.has(port.id)).map(({ element }) => element);
    const desk = make('div', 'desk', make('div', 'ports', ...tiles), label);
    const hub = make('div', 'hub', desk);
    hub.setAttribute('role', 'group');
    hub.setAttribute('aria-labelledby', label.id);
    return hub;
  }

  #makeWindow(ears: RoomEars): HTMLButtonElement {
    const element = button('opening window', make('span', 'pane'));
    element.append(make('span', 'handle', this.#windowIcon, this.#windowLabel));
    element.addEventListener('click', () => ears.onWindow(this.#view.id, !this.#windowOpen));
    return element;
  }

  #makeDoor(ears: RoomEars): HTMLButtonElement {
    const element = button('opening door', drawing('door', 'door-leaf'));
    element.append(make('span', 'handle', drawing('walk'), 'Walk through'));
    element.setAttribute('aria-label', `Walk through ${this.#view.number} ${this.#view.name}`);
    element.addEventListener('click', () => ears.onWalk(this.#view.id));
    return element;
  }

  #drawUplight(port: PortView): void {
    const lamp = kindOf(port) === undefined ? undefined : port.device?.lamp;
    const light = lamp === undefined ? undefined : secondLight(lamp);
    const known = this.#uplights.get(port.id);
    if (light === undefined) {
      known?.remove();
      this.#uplights.delete(port.id);
      return;
    }
    const element = known ?? make('div', 'uplight');
    if (known === undefined) {
      this.#uplights.set(port.id, element);
      this.#lights.append(element);
    }
    setVariable(element, '--strength', light.strength.toFixed(3));
    if (light.strength > 0) setVariable(element, '--light', light.colour);
  }
}

function airOf({ temperature, airco2, airhumidity }: SensorState): string {
  return [amount(temperature, '°C'), amount(airco2, 'ppm'), amount(airhumidity, '%')].join(' · ');
}
