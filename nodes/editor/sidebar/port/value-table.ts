import { button, element } from '../../dialog/elements';
import type { Port } from '../building/port';
import { type PortValue, portValues } from '../building/port-values';
import type { Words } from '../words';

export interface ValueTableOptions {
  mayAdd(): boolean;
  onAdd(path: string, by: 'pointer' | 'keyboard'): void;
  /** The path of a value was written on the page. */
  onPath(written: HTMLElement, path: string): void;
  say(text: string): void;
}

interface Line {
  readonly element: HTMLElement;
  readonly value: HTMLElement;
  readonly age: HTMLElement;
}

/** Every value of a port with its path, unit and age. */
export class ValueTable {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #options: ValueTableOptions;
  readonly #lines = new Map<string, Line>();
  readonly #list: HTMLElement;

  constructor(words: Words, options: ValueTableOptions) {
    this.#words = words;
    this.#options = options;
    this.#list = element('ul', { class: 'ochno-sb-values' });
    this.element = element('div', {}, element('h4', {}, words.text('panel.values')), this.#list);
  }

  update(port: Port, now: number): void {
    const values = portValues(port.state);
    const paths = new Set(values.map(({ path }) => path));
    for (const [path, line] of this.#lines) {
      if (paths.has(path)) continue;
      line.element.remove();
      this.#lines.delete(path);
    }
    for (const value of values) {
      const line = this.#lines.get(value.path) ?? this.#add(value);
      const heardAt = port.heardAtOf(value.path);
      write(line.value, this.#shown(value));
      write(line.age, heardAt === 0 ? '' : this.#words.span(now - heardAt));
    }
  }

  #shown({ value, unit }: PortValue): string {
    if (typeof value === 'number') return `${this.#words.number(value, 3)}${unit === '' ? '' : ` ${unit}`}`;
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  #add({ path }: PortValue): Line {
    const words = this.#words;
    const copy = button('clipboard', words.text('panel.copy-path', { path }), 'icon only', () => void this.#copy(path));
    const add = button('plus', words.text('panel.add-value', { path }), 'icon only', () => undefined);
    add.addEventListener('click', ({ detail }) => this.#options.onAdd(path, detail === 0 ? 'keyboard' : 'pointer'));
    add.disabled = !this.#options.mayAdd();
    const value = element('span', { class: 'ochno-sb-value' });
    const age = element('span', { class: 'ochno-sb-age' });
    const name = element('code', { class: 'ochno-sb-path' }, path);
    this.#options.onPath(name, path);
    const words_ = element('div', {}, name, element('div', { class: 'ochno-sb-value-line' }, value, age));
    const line: Line = { element: element('li', {}, words_, copy, add), value, age };
    this.#lines.set(path, line);
    this.#list.append(line.element);
    return line;
  }

  async #copy(path: string): Promise<void> {
    const isCopied = await copyText(path);
    this.#options.say(this.#words.text(isCopied ? 'panel.copied' : 'panel.not-copied', { what: path }));
  }
}

/** Also where the page is not served over https and the browser has no clipboard for it. Returns whether it was copied. */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext && navigator.clipboard) {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    if (isCopied) return true;
  }
  const before = document.activeElement;
  const area = element('textarea', { class: 'ochno-sb-hidden', 'aria-hidden': 'true' });
  area.value = text;
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  if (before instanceof HTMLElement) before.focus();
  return isCopied;
}

function write(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
