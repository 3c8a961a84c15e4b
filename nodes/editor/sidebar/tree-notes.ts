import type { Building } from './building/building';
import type { FeedState } from './building-feed';
import { failureText, type Words } from './words';

export interface TreeShown {
  readonly rows: number;
  /** Whether there is a search or a filter. */
  readonly isFiltered: boolean;
}

/** What stands above the tree: why there is nothing in it, what of it is not of now, and what a search leaves out, and why. */
export function treeNotes(building: Building, state: FeedState, shown: TreeShown, words: Words): readonly string[] {
  const notes: string[] = [];
  const { rows, isFiltered } = shown;
  if (rows === 0 || (isFiltered && building.isReading)) notes.push(words.text(stateNote(building, state, isFiltered)));
  for (const { name, failure } of building.outdated) {
    notes.push(words.text('tree.outdated', { name, message: failureText(failure, words) }));
  }
  if (!isFiltered) return notes;
  const { unopened, unreadable } = building;
  if (unopened > 0) notes.push(words.text('tree.unopened', { number: words.number(unopened, 0) }));
  if (unreadable > 0) notes.push(words.text('tree.unreadable', { number: words.number(unreadable, 0) }));
  return notes;
}

function stateNote(building: Building, state: FeedState, isFiltered: boolean): string {
  if (state === 'not permitted') return 'state.not-permitted';
  if (state === 'silent') return 'places.no-answer';
  if (state === 'asking' || state === 'waiting for a deploy') return 'places.loading';
  if (building.accounts.length === 0) return 'state.no-account';
  return isFiltered && !building.isReading ? 'places.nothing-found' : 'places.loading';
}
