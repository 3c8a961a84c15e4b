import type { FloorView, PlaceView } from '../building-view';
import { byId, make } from './elements';

/** Company, location and floor, each chosen from a list. */
export class PlacePicker {
  readonly #company = byId('company', HTMLSelectElement);
  readonly #location = byId('location', HTMLSelectElement);
  readonly #floor = byId('floor', HTMLSelectElement);

  constructor(onChoice: (wanted: Readonly<Record<string, string>>) => void) {
    for (const select of [this.#company, this.#location, this.#floor]) {
      select.addEventListener('change', () => onChoice({ [select.id]: select.value }));
    }
  }

  show({ companies, locations, floors, chosen }: FloorView): void {
    fill(this.#company, companies, chosen.company);
    fill(this.#location, locations, chosen.location);
    fill(this.#floor, floors, chosen.floor);
  }
}

function fill(select: HTMLSelectElement, places: readonly PlaceView[], chosen: string): void {
  const present = [...select.options].map(({ value, text }) => `${value} ${text}`);
  const wanted = places.map(({ id, name }) => `${id} ${name}`);
  // A list that is open must not be taken away under the hand.
  if (present.join('\n') !== wanted.join('\n')) {
    select.replaceChildren(
      ...places.map(({ id, name }) => {
        const option = make('option', '', name);
        option.value = id;
        return option;
      }),
    );
  }
  select.value = chosen;
  select.disabled = places.length === 0;
}
