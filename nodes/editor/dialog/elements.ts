import type { Texts } from './catalogue';

type Child = Node | string;

/** An element with attributes and children. Strings become text, never markup: names come from people. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** One of the editor's Font Awesome 4.7 icons, for eyes only. */
export function icon(name: string): HTMLElement {
  return element('i', { class: `fa fa-${name}`, 'aria-hidden': 'true' });
}

/** For a line that is to take its place before there is something to say in it. */
export const emptyLine = '\u00a0';

/** A button as the editor draws them, with an icon and a text or, without one, a name for screen readers and a tooltip. */
export function button(
  iconName: string,
  text: string,
  show: 'icon and text' | 'icon only',
  act: () => void,
): HTMLButtonElement {
  const made = element('button', { type: 'button', class: 'red-ui-button ochno-button' }, icon(iconName));
  if (show === 'icon and text') made.append(' ', text);
  else {
    made.setAttribute('aria-label', text);
    made.title = text;
  }
  made.addEventListener('click', act);
  return made;
}

/** Whether a port was heard from lately, as a word with a dot: colour alone tells not everybody. */
export function onlineMark(texts: Texts, online: boolean): HTMLElement {
  const kind = online ? 'ochno-online ochno-is-online' : 'ochno-online';
  return element('span', { class: kind }, texts(online ? 'places.online' : 'places.offline'));
}
