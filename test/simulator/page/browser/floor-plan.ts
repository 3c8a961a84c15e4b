import type { ChangesView, FloorView, PortView } from '../building-view';
import { drawing, make } from './elements';
import type { PortTile } from './port-tile';
import { RoomBlock, type RoomEars } from './room-block';

/** With more ports than this, nothing on the plan moves by itself: it would tire the computer and the eye. */
const mostLively = 300;

/** The plan of one floor: a row of rooms on each side of a corridor. */
export class FloorPlan {
  readonly #element: HTMLElement;
  readonly #ears: RoomEars;
  #rooms = new Map<string, RoomBlock>();
  #tiles = new Map<string, { readonly tile: PortTile; readonly room: RoomBlock }>();

  constructor(element: HTMLElement, ears: RoomEars) {
    this.#element = element;
    this.#ears = ears;
  }

  get ports(): PortView[] {
    return [...this.#tiles.values()].map(({ tile }) => tile.port);
  }

  tile(portId: string): PortTile | undefined {
    return this.#tiles.get(portId)?.tile;
  }

  /** Draws the floor anew; what had the focus has it again. */
  show({ rooms, portsLeftOut }: FloorView): void {
    const focused = focusKey(document.activeElement);
    const blocks = rooms.map((room) => new RoomBlock(room, this.#ears));
    this.#rooms = new Map(rooms.flatMap(({ id }, index) => (blocks[index] ? [[id, blocks[index]] as const] : [])));
    this.#tiles = new Map(blocks.flatMap((room) => room.tiles.map((tile) => [tile.port.id, { tile, room }] as const)));
    const row = (side: string): RoomBlock[] => blocks.filter((_, index) => rooms[index]?.side === side);
    this.#element.replaceChildren(...drawFloor(row('north'), row('south')));
    this.#element.toggleAttribute('data-crowded', this.#tiles.size > mostLively);
    if (portsLeftOut > 0) this.#element.append(make('p', 'left-out', `${portsLeftOut} more ports are not drawn.`));
    if (focused !== undefined) this.#element.querySelector<HTMLElement>(focused)?.focus();
  }

  change({ ports, rooms }: ChangesView): void {
    const touched = new Set<RoomBlock>();
    for (const port of ports) {
      const known = this.#tiles.get(port.id);
      known?.tile.update(port);
      if (known !== undefined) touched.add(known.room);
    }
    for (const room of touched) room.portsChanged();
    for (const mood of rooms) this.#rooms.get(mood.id)?.setMood(mood);
  }
}

/** What is on the other side of the corridor of a small floor. */
const services = [
  ['Kitchen', 'kitchen'],
  ['Store', 'store'],
  ['Entrance', 'entrance'],
] as const;

function drawFloor(north: readonly RoomBlock[], south: readonly RoomBlock[]): HTMLElement[] {
  if (north.length === 0) return [make('p', 'nothing', 'There is no floor with a hub here.')];
  const walls = make(
    'div',
    'walls',
    drawRow(north),
    drawCorridor(),
    south.length > 0 ? drawRow(south) : drawServices(),
  );
  walls.style.setProperty('--columns', String(Math.max(north.length, south.length)));
  return [walls];
}

function drawRow(rooms: readonly RoomBlock[]): HTMLElement {
  return make('div', 'row', ...rooms.map(({ element }) => element));
}

function drawCorridor(): HTMLElement {
  const drawings = [drawing('north-arrow', 'drawn north-arrow'), drawing('stairs', 'drawn stairs')];
  const corridor = make('div', 'corridor', make('span', '', 'Corridor'), ...drawings);
  corridor.setAttribute('aria-hidden', 'true');
  return corridor;
}

function drawServices(): HTMLElement {
  const rooms = services.map(([name, icon]) => {
    return make('div', 'service', make('span', '', name), drawing(icon, 'drawn'));
  });
  const row = make('div', 'row services', ...rooms);
  row.setAttribute('aria-hidden', 'true');
  return row;
}

/** A selector that finds a button of the plan again after it was redrawn. */
function focusKey(element: Element | null): string | undefined {
  if (!(element instanceof HTMLButtonElement)) return undefined;
  if (element.dataset.port !== undefined) return `.port[data-port="${CSS.escape(element.dataset.port)}"]`;
  const room = element.closest<HTMLElement>('.room')?.dataset.room;
  return room === undefined ? undefined : `[data-room="${CSS.escape(room)}"] > .${[...element.classList].join('.')}`;
}
