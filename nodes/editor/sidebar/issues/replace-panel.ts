import { element } from '../../dialog/elements';
import type { BuildingLookup, Candidate } from '../flow/building-lookup';
import type { UnknownId } from '../flow/replacement';
import type { Words } from '../words';

const mostCandidates = 30;

/** Where one chooses what takes the place of an id that is not known any more. */
export function replacePanel(
  lookup: BuildingLookup,
  { level, id }: UnknownId,
  words: Words,
  onChoose: (candidate: Candidate) => void,
): HTMLElement {
  const label = words.text('issue.replace-search', { id });
  const search = element('input', { type: 'text', class: 'ochno-sb-search', 'aria-label': label, placeholder: label });
  const list = element('ul', { class: 'ochno-sb-candidates' });
  const show = (): void => {
    const found = lookup.candidates(level, search.value, mostCandidates + 1);
    const items = found.slice(0, mostCandidates).map((candidate) => {
      const name = element('span', { class: 'ochno-sb-candidate-name' }, candidate.name);
      const more = [candidate.where, candidate.name === candidate.id ? '' : candidate.id].filter(Boolean).join(' · ');
      const choose = element(
        'button',
        { type: 'button', class: 'ochno-sb-candidate' },
        name,
        ' ',
        element('small', {}, more),
      );
      choose.addEventListener('click', () => onChoose(candidate));
      return element('li', {}, choose);
    });
    if (items.length === 0) items.push(element('li', {}, words.text('places.nothing-found')));
    if (found.length > mostCandidates) items.push(element('li', {}, words.text('issue.more')));
    list.replaceChildren(...items);
  };
  search.addEventListener('input', show);
  show();
  return element('div', { class: 'ochno-sb-replace' }, search, list);
}
