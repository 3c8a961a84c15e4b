import type { PlaceIndex } from '../places/place-index';
import { holds, type SearchText, searchQuery, searchText } from '../places/place-search';
import type { Port } from '../places/places';
import type { PortChoice } from './port-choice';

const remembered = new WeakMap<PlaceIndex, ReadonlyMap<Port, SearchText>>();

/** By port: the names and ids of everything from its location down, so that a hub's name finds its ports. */
function searchTexts(index: PlaceIndex): ReadonlyMap<Port, SearchText> {
  const known = remembered.get(index);
  if (known !== undefined) return known;
  const texts = new Map<Port, SearchText>();
  for (const port of index.places.ports) {
    const above = [index.locations.get(port.location), index.floorPlans.get(port.floorPlan), index.hubs.get(port.hub)];
    const places = [...above, port].filter((place) => place !== undefined);
    const names = [...places.map(({ name }) => name), port.device];
    texts.set(
      port,
      searchText(
        names,
        places.map(({ id }) => id),
      ),
    );
  }
  remembered.set(index, texts);
  return texts;
}

/** The ports that hold every word of the filter; undefined where there is none. */
export function matching(index: PlaceIndex, filter: string): PortChoice | undefined {
  const query = searchQuery(filter);
  if (query.text === '') return undefined;
  const found = new Set<Port>();
  for (const [port, text] of searchTexts(index)) {
    if (holds(text, query)) found.add(port);
  }
  return found;
}
