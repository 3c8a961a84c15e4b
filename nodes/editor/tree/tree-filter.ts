import type { PlaceIndex } from '../places/place-index';
import { folded } from '../places/place-search';
import type { Port } from '../places/places';
import type { PortChoice } from './port-choice';

const remembered = new WeakMap<PlaceIndex, ReadonlyMap<Port, string>>();

/** By port: the names and ids of everything from its location down, so that a hub's name finds its ports. */
function searchTexts(index: PlaceIndex): ReadonlyMap<Port, string> {
  const known = remembered.get(index);
  if (known !== undefined) return known;
  const texts = new Map<Port, string>();
  for (const port of index.places.ports) {
    const above = [index.locations.get(port.location), index.floorPlans.get(port.floorPlan), index.hubs.get(port.hub)];
    const words = [...above, port].flatMap((place) => (place === undefined ? [] : [place.name, place.id]));
    texts.set(port, folded([...words, port.device].join(' ')));
  }
  remembered.set(index, texts);
  return texts;
}

/** The ports that hold every word of the filter; undefined where there is none. */
export function matching(index: PlaceIndex, filter: string): PortChoice | undefined {
  const words = folded(filter.trim()).split(/\s+/);
  if (words[0] === '') return undefined;
  const found = new Set<Port>();
  for (const [port, text] of searchTexts(index)) {
    if (words.every((word) => text.includes(word))) found.add(port);
  }
  return found;
}
