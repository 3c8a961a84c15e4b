import { accountNodeOf, type PortKey } from '../../../sidebar-messages';

/** What a node of some type saves, by option, as its definition has it. */
export type TypeDefaults = Readonly<Record<string, { readonly value: unknown }>>;

export type NewNode = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

export interface NewNodeWanted {
  readonly type: 'ochno-port-in' | 'ochno-action-out';
  readonly defaults: TypeDefaults;
  readonly addresses: readonly PortKey[];
  /** The path whose value is the payload; empty for the whole event. */
  readonly property?: string;
  /** What an action-out's value is. */
  readonly command?: 'lamp' | 'device';
}

/** px between nodes that are placed together. */
const step = 40;

/**
 * One node for several ports, filled in: every option of its type, since Node-RED leaves undefined what an import lacks.
 * An action-out can name one hub only.
 *
 * @throws RangeError if there is no address, or they are not of one account
 */
export function newNode(wanted: NewNodeWanted, number = 0): NewNode {
  const { type, defaults, addresses, property, command } = wanted;
  const [first] = addresses;
  if (first === undefined || addresses.some(({ account }) => account !== first.account)) {
    throw new RangeError('a node is for one or more ports of one account');
  }
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, { value }]) => [name, structuredClone(value)]),
  );
  const ids = (level: 'company' | 'location' | 'hub' | 'port'): string =>
    [...new Set(addresses.map((address) => address[level]))].join(',');
  return {
    ...options,
    id: `ochno-new-${number}`,
    type,
    account: accountNodeOf(first.account),
    ...{ company: ids('company'), location: ids('location'), hub: ids('hub'), port: ids('port') },
    ...(property !== undefined && type === 'ochno-port-in' ? { property } : {}),
    ...(command !== undefined && type === 'ochno-action-out' ? { command } : {}),
    x: 0,
    y: number * step,
    wires: [[]],
  };
}

/** Whether one node can stand for all these ports and no other. */
export function fitsOneNode(type: NewNodeWanted['type'], addresses: readonly PortKey[]): boolean {
  const count = (level: keyof PortKey): number => new Set(addresses.map((address) => address[level])).size;
  if (addresses.length === 0 || count('account') > 1) return false;
  if (type === 'ochno-action-out') return count('company') === 1 && count('location') === 1 && count('hub') === 1;
  // Several hubs and several ports mean every such port on each of these hubs; ids that are unique meet once.
  return count('company') === 1 && count('port') === addresses.length;
}
