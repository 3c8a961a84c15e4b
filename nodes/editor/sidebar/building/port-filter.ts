import { holds, searchQuery } from '../../places/place-search';
import type { Port } from './port';
import type { PortKind } from './port-kind';
import { isOffline } from './port-line';

/** The filters of the tree's head. Kinds of device add to each other, the others narrow down. */
export type FilterName = 'lamp' | 'sensor' | 'laptop' | 'offline' | 'unused';

export const filterNames: readonly FilterName[] = ['lamp', 'sensor', 'laptop', 'offline', 'unused'];

export interface Wanted {
  /** Words that all have to be in the names or ids of a port or of what it is in. */
  readonly search: string;
  readonly filters: ReadonlySet<FilterName>;
}

/** Whether a port is wanted, or `undefined` if all are. */
export function portFilter(
  wanted: Wanted,
  now: number,
  isUsed: (port: Port) => boolean,
): ((port: Port) => boolean) | undefined {
  const { filters } = wanted;
  const query = searchQuery(wanted.search);
  if (query.text === '' && filters.size === 0) return undefined;
  const kinds = new Set<PortKind>((['lamp', 'sensor', 'laptop'] as const).filter((kind) => filters.has(kind)));
  return (port) =>
    (kinds.size === 0 || kinds.has(port.kind)) &&
    (!filters.has('offline') || isOffline(port, now)) &&
    (!filters.has('unused') || !isUsed(port)) &&
    (query.text === '' || holds(port.searchText, query));
}
