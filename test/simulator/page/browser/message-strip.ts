import type { PassedBatch, PassedView } from '../building-view';
import { byId, make, setText } from './elements';

const mostRows = 200;

/** The messages that pass, newest first; never more than the newest 200 of them. */
export class MessageStrip {
  readonly #list = byId('messages', HTMLOListElement);
  readonly #note = byId('strip-note', HTMLElement);
  readonly #pause = byId('strip-pause', HTMLButtonElement);
  readonly #here = byId('strip-here', HTMLInputElement);
  readonly #isHere: (portId: string) => boolean;
  #waiting: PassedView[] = [];
  #missed = 0;
  #isPaused = false;

  /** @param isHere whether a port is on the floor that is shown */
  constructor(isHere: (portId: string) => boolean) {
    this.#isHere = isHere;
    this.#pause.addEventListener('click', () => this.#setPaused(!this.#isPaused));
    byId('strip-clear', HTMLButtonElement).addEventListener('click', () => {
      this.#list.replaceChildren();
      this.#waiting = [];
      this.#missed = 0;
      this.#tellState();
    });
    this.#tellState();
  }

  add({ messages, skipped }: PassedBatch): void {
    this.#waiting.push(...messages.filter((message) => this.#isWanted(message)));
    this.#missed += skipped + Math.max(0, this.#waiting.length - mostRows);
    this.#waiting.splice(0, this.#waiting.length - mostRows);
    if (!this.#isPaused) this.#showWaiting();
    this.#tellState();
  }

  #isWanted({ topic }: PassedView): boolean {
    return !this.#here.checked || this.#isHere(topic.split('/')[5] ?? '');
  }

  #setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#pause.setAttribute('aria-pressed', String(isPaused));
    if (!isPaused) this.#showWaiting();
    this.#tellState();
  }

  #showWaiting(): void {
    if (this.#missed > 0) this.#list.prepend(make('li', 'missed', `${this.#missed} more passed too fast to be shown`));
    this.#list.prepend(...this.#waiting.map(makeRow).reverse());
    this.#waiting = [];
    this.#missed = 0;
    while (this.#list.childElementCount > mostRows) this.#list.lastElementChild?.remove();
  }

  #tellState(): void {
    const isEmpty = this.#list.childElementCount === 0;
    if (this.#isPaused) setText(this.#note, `Paused, ${this.#waiting.length + this.#missed} waiting`);
    else setText(this.#note, isEmpty ? 'Nothing has passed yet' : '');
  }
}

function makeRow({ at, direction, topic, payload, gist }: PassedView): HTMLLIElement {
  const badge = make('span', 'direction', direction);
  badge.dataset.direction = direction;
  const text = make('code', 'payload', gist);
  text.title = payload;
  return make('li', '', make('time', '', timeOf(at)), badge, make('span', 'topic', topic), text);
}

function timeOf(at: number): string {
  const date = new Date(at);
  const two = (part: number): string => String(part).padStart(2, '0');
  const ms = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}
