import { element } from './elements';
import type { Texts } from './texts';

/** Whether a port was heard from lately, as a word with a dot: colour alone tells not everybody. */
export function onlineMark(texts: Texts, online: boolean): HTMLElement {
  const kind = online ? 'ochno-online ochno-is-online' : 'ochno-online';
  return element('span', { class: kind }, texts(online ? 'places.online' : 'places.offline'));
}
