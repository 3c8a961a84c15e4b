import { element, icon } from '../../dialog/elements';
import type { Building } from '../building/building';
import type { Port } from '../building/port';
import { isOffline, portLine } from '../building/port-line';
import { failureText, type Words } from '../words';
import { branchIcons, kindIcons } from './kind-icons';
import type { Row } from './tree-rows';

export interface RowLineParts {
  readonly building: Building;
  readonly words: Words;
  now(): number;
  /** How many nodes use a port. */
  usersOf(port: Port): number;
  isTicked(row: Row): boolean;
}

/** The parts of a line, made once; `updateLine` fills them. */
export function makeLine(row: Row): HTMLElement {
  const part = (name: string, attributes: Readonly<Record<string, string>> = {}): HTMLElement =>
    element('span', { class: `ochno-sb-${name}`, ...attributes });
  const tick = row.kind === 'port' ? [part('tick', { 'data-act': 'tick', 'aria-hidden': 'true' })] : [];
  const parts = [part('caret'), ...tick, part('icon'), part('name'), part('says')];
  const users = row.kind === 'port' ? [part('users', { 'data-act': 'users' })] : [];
  return element('div', { class: 'ochno-sb-line' }, ...parts, ...users);
}

/** Puts into a line what its row says now, touching only what differs: this happens for each row in sight four times a second. */
export function updateLine(line: HTMLElement, row: Row, parts: RowLineParts): void {
  const { words } = parts;
  const { port } = row;
  const caret = row.expanded === undefined ? '' : row.expanded ? 'caret-down' : 'caret-right';
  setIcon(line, 'caret', caret);
  setIcon(line, 'icon', port !== undefined ? kindIcons[port.kind] : row.kind === 'port' ? '' : branchIcons[row.kind]);
  if (row.kind === 'note') {
    updateNote(line, row, words);
    return;
  }
  setText(line, 'name', row.name);
  const title = row.name === row.id ? row.name : `${row.name}\n${row.id}`;
  if (line.title !== title) line.title = title;
  if (port === undefined) setText(line, 'says', row.count === undefined ? '' : words.number(row.count, 0));
  else updatePort(line, row, port, parts);
}

function updatePort(line: HTMLElement, row: Row, port: Port, parts: RowLineParts): void {
  const { words } = parts;
  setText(line, 'says', portLine(port, parts.now(), words));
  line.classList.toggle('ochno-sb-faint', port.kind === 'nothing' || isOffline(port, parts.now()));
  setIcon(line, 'tick', parts.isTicked(row) ? 'check-square-o' : 'square-o');
  const users = parts.usersOf(port);
  setText(line, 'users', users === 0 ? '' : words.number(users, 0));
  const [badge] = line.getElementsByClassName('ochno-sb-users');
  const name = users === 0 ? '' : words.text('panel.used', { count: users, number: words.number(users, 0) });
  if (badge instanceof HTMLElement && badge.title !== name) badge.title = name;
}

function updateNote(line: HTMLElement, row: Row, words: Words): void {
  const text = row.failure === undefined ? words.text(row.name) : failureText(row.failure, words);
  setText(line, 'name', text);
  if (line.title !== text) line.title = text;
}

function setText(line: HTMLElement, part: string, text: string): void {
  const [target] = line.getElementsByClassName(`ochno-sb-${part}`);
  if (target !== undefined && target.textContent !== text) target.textContent = text;
}

function setIcon(line: HTMLElement, part: string, name: string): void {
  const [target] = line.getElementsByClassName(`ochno-sb-${part}`);
  if (!(target instanceof HTMLElement) || target.dataset.icon === name) return;
  target.dataset.icon = name;
  target.replaceChildren(...(name === '' ? [] : [icon(name)]));
}
