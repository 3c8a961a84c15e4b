import type { Texts } from '../dialog/catalogue';
import { idsIn } from '../dialog/id-list';
import type { PlaceIndex } from '../places/place-index';
import type { ChosenAddress } from '../tree/port-choice';

/** The words of a tree in which several ports can be ticked. */
export interface Ticking {
  readonly everyPort: string;
  /** What the ticks mean; `extra` is how many ports the fields mean beyond those that were ticked. */
  summary(index: PlaceIndex, address: ChosenAddress, chosen: number, extra: number): string;
}

export function portTicking(texts: Texts): Ticking {
  return {
    everyPort: texts('places.every-port'),
    summary(index, { location, hub, port }, chosen, extra) {
      if ([location, hub, port].every((field) => idsIn(field).length === 0)) {
        return texts('places.every-port-chosen', {
          company: index.companies.get(index.company)?.name || index.company,
        });
      }
      const text = texts('places.chosen', { number: chosen });
      return extra === 0 ? text : `${text} ${texts('places.more-than-ticked', { number: extra })}`;
    },
  };
}
