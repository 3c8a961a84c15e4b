import { button, element, icon } from '../../dialog/elements';
import type { Port } from '../building/port';
import { commandFor } from '../building/port-kind';
import { portLine } from '../building/port-line';
import type { UsingNode } from '../flow/using-node';
import { kindIcons } from '../tree/kind-icons';
import type { Words } from '../words';
import { PortControls } from './port-controls';
import { ValueTable } from './value-table';

export interface PortPanelOptions {
  readonly words: Words;
  readonly mayAct: boolean;
  now(): number;
  nodesOf(port: Port): readonly UsingNode[];
  nameOf(node: UsingNode): string;
  /** Shows on the workspace. */
  onShow(nodes: readonly UsingNode[]): void;
  /** `property` is the path of one value; without it a port-in for the whole event, or an action-out. */
  onAdd(type: UsingNode['type'], port: Port, by: 'pointer' | 'keyboard', property?: string): void;
  /** The path of one of its values was written on the page. */
  onPath(written: HTMLElement, port: Port, path: string): void;
  /** Why nothing can be added, a text; empty if it can. */
  addProblem(): string;
  /** It was closed that had the focus. */
  onClose(): void;
  say(text: string): void;
  placeOf(port: Port): string;
}

/** A port, opened: all it says, what can be done with it, and which nodes use it. */
export class PortPanel {
  readonly element: HTMLElement;
  readonly #options: PortPanelOptions;
  #port: Port | undefined;
  #values: ValueTable | undefined;
  #controls: PortControls | undefined;
  #line: HTMLElement | undefined;
  #users: HTMLElement | undefined;
  #kind = '';
  #place = '';
  #addProblem = '';

  constructor(options: PortPanelOptions) {
    this.#options = options;
    this.element = element('section', { class: 'ochno-sb-panel', hidden: '' });
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      this.close();
    });
  }

  get port(): Port | undefined {
    return this.#port;
  }

  open(port: Port): void {
    this.#port = port;
    this.#kind = port.kind;
    this.#place = this.#options.placeOf(port);
    this.#addProblem = this.#options.addProblem();
    this.element.hidden = false;
    this.element.setAttribute('aria-label', port.name);
    this.element.replaceChildren(...this.#parts(port));
    this.element.scrollTop = 0;
    this.update();
  }

  /**
   * After the lists were read anew the port is another object, or is gone. What is drawn stays, and with it the focus, unless
   * it goes by another name now.
   */
  replace(port: Port | undefined): void {
    if (port === undefined) {
      this.close();
      return;
    }
    const isRenamed = port.name !== this.#port?.name || this.#options.placeOf(port) !== this.#place;
    this.#port = port;
    if (isRenamed) this.open(port);
    else this.update();
  }

  /** Shows what the port says now; also how long ago that was. */
  update(): void {
    const port = this.#port;
    if (port === undefined) return;
    // Another device has other controls.
    if (port.kind !== this.#kind) {
      this.open(port);
      return;
    }
    const { words, now } = this.#options;
    if (this.#line) this.#line.textContent = portLine(port, now(), words);
    this.#controls?.update(port);
    this.#values?.update(port, now());
  }

  /** Nodes came, went or changed, or their types did. What is drawn stays where it can, and with it the focus. */
  flowsChanged(): void {
    if (this.#port !== undefined && this.#options.addProblem() !== this.#addProblem) this.open(this.#port);
    else this.#showUsers();
  }

  #showUsers(): void {
    const port = this.#port;
    if (port === undefined || this.#users === undefined) return;
    const { words, nodesOf, nameOf, onShow } = this.#options;
    const nodes = nodesOf(port);
    const [title] = [words.text('panel.used', { count: nodes.length, number: words.number(nodes.length, 0) })];
    const buttons = nodes.slice(0, mostUsers).map((node) => {
      const made = element('button', { type: 'button', class: 'ochno-sb-link' }, nameOf(node));
      made.addEventListener('click', () => onShow([node]));
      return element('li', {}, icon(node.type === 'ochno-port-in' ? 'sign-in' : 'sign-out'), ' ', made);
    });
    const all = element('button', { type: 'button', class: 'ochno-sb-link' }, words.text('panel.show-all'));
    all.addEventListener('click', () => onShow(nodes));
    const list = element('ul', { class: 'ochno-sb-nodes' }, ...buttons);
    const head = element('h4', {}, nodes.length === 0 ? words.text('panel.unused') : title);
    this.#users.replaceChildren(head, ...(nodes.length > 0 ? [list] : []), ...(nodes.length > 1 ? [all] : []));
  }

  close(): void {
    if (this.#port === undefined) return;
    const hadFocus = this.element.contains(document.activeElement);
    this.#port = undefined;
    this.element.hidden = true;
    this.element.replaceChildren();
    // Where the port is gone somebody may be typing elsewhere.
    if (hadFocus) this.#options.onClose();
  }

  #parts(port: Port): readonly HTMLElement[] {
    const { words, mayAct, say } = this.#options;
    this.#line = element('div', { class: 'ochno-sb-now' });
    this.#controls = new PortControls(port, { words, mayAct, say });
    this.#users = element('div', { class: 'ochno-sb-used' });
    this.#values = new ValueTable(words, {
      mayAdd: () => this.#addProblem === '',
      onAdd: (path, by) => this.#options.onAdd('ochno-port-in', port, by, path),
      onPath: (written, path) => this.#options.onPath(written, port, path),
      say,
    });
    const close = button('times', words.text('panel.close'), 'icon only', () => this.close());
    const title = element('h3', {}, icon(kindIcons[port.kind]), ' ', port.name);
    const head = element('div', { class: 'ochno-sb-panel-head' }, title, close);
    const place = element('div', { class: 'ochno-sb-place' }, this.#place);
    queueMicrotask(() => this.#showUsers());
    return [head, place, this.#line, this.#controls.element, this.#adding(port), this.#users, this.#values.element];
  }

  #adding(port: Port): HTMLElement {
    const { words, onAdd } = this.#options;
    const problem = this.#addProblem;
    const add = (type: UsingNode['type'], iconName: string, key: string): HTMLButtonElement => {
      const made = button(iconName, words.text(key), 'icon and text', () => undefined);
      made.addEventListener('click', ({ detail }) => onAdd(type, port, detail === 0 ? 'keyboard' : 'pointer'));
      made.disabled = problem !== '';
      return made;
    };
    return element(
      'div',
      { class: 'ochno-sb-actions' },
      add('ochno-port-in', 'sign-in', 'add.port-in'),
      ...(commandFor(port.kind) !== undefined ? [add('ochno-action-out', 'sign-out', 'add.action-out')] : []),
      ...(problem === '' ? [] : [element('div', { class: 'ochno-sb-note' }, problem)]),
    );
  }
}

/** More than these are shown on the workspace, not in a list. */
const mostUsers = 8;
