import { accountNodeOf, type PortKey } from '../../../sidebar-messages';
import { idsIn } from '../../dialog/id-list';
import { isEnvironment } from '../../dialog/option-checks';

/** What a node of the flows says of ports: the saved options of an `ochno-port-in` or `ochno-action-out`. */
export interface UsingNode {
  readonly id: string;
  readonly type: 'ochno-port-in' | 'ochno-action-out';
  readonly account: string;
  readonly company: string;
  readonly location: string;
  readonly hub: string;
  readonly port: string;
  readonly command?: string;
}

export const levels = ['company', 'location', 'hub', 'port'] as const;
export type Level = (typeof levels)[number];

/** What a field names: ids, any, or what only a message or the server's environment tells. */
export type Named = { readonly kind: 'ids'; readonly ids: readonly string[] } | { readonly kind: 'any' | 'unknown' };

/** @param defaultCompany of the node's account, which an empty company means */
export function namedBy(node: UsingNode, level: Level, defaultCompany: string): Named {
  const text = node[level].trim();
  if (isEnvironment(text) || text.includes('${')) return { kind: 'unknown' };
  if (text === '+') return { kind: 'any' };
  const ids = idsIn(text);
  if (ids.length > 0) return { kind: 'ids', ids };
  if (level === 'company') return defaultCompany === '' ? { kind: 'unknown' } : { kind: 'ids', ids: [defaultCompany] };
  // An action-out takes from the message what is empty.
  return { kind: node.type === 'ochno-port-in' ? 'any' : 'unknown' };
}

/** Which nodes use which ports. Made anew when nodes change: a look-up must not walk all nodes for each port. */
export class NodeUsage {
  /** Nodes that name ports, by each port's id. */
  readonly #byPort = new Map<string, UsingNode[]>();
  readonly #others: UsingNode[] = [];
  /** Rows in sight ask four times a second. */
  readonly #found = new WeakMap<PortKey, readonly UsingNode[]>();
  readonly #defaultCompany: (account: string) => string;

  constructor(nodes: readonly UsingNode[], defaultCompany: (account: string) => string) {
    this.#defaultCompany = defaultCompany;
    for (const node of nodes) {
      const ports = namedBy(node, 'port', '');
      if (ports.kind === 'any') this.#others.push(node);
      else if (ports.kind === 'ids') for (const id of ports.ids) this.#add(id, node);
    }
  }

  /** The nodes that listen or send to this port, as far as their options say. */
  nodesOf(address: PortKey): readonly UsingNode[] {
    const known = this.#found.get(address);
    if (known !== undefined) return known;
    const candidates = [...(this.#byPort.get(address.port) ?? []), ...this.#others];
    const found = candidates.filter((node) => this.#uses(node, address));
    this.#found.set(address, found);
    return found;
  }

  isUsed(address: PortKey): boolean {
    const uses = (node: UsingNode): boolean => this.#uses(node, address);
    return (this.#byPort.get(address.port)?.some(uses) ?? false) || this.#others.some(uses);
  }

  #uses(node: UsingNode, address: PortKey): boolean {
    if (node.account !== accountNodeOf(address.account)) return false;
    const defaultCompany = this.#defaultCompany(address.account);
    return levels.every((level) => {
      const named = namedBy(node, level, defaultCompany);
      return named.kind === 'any' || (named.kind === 'ids' && named.ids.includes(address[level]));
    });
  }

  #add(id: string, node: UsingNode): void {
    const present = this.#byPort.get(id);
    if (present === undefined) this.#byPort.set(id, [node]);
    else present.push(node);
  }
}
