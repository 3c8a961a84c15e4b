import { mergePortState } from '../../../../src/protocol/stream/port-state';
import type { CompanyKey, PortChange, PortEntry, PortKey } from '../../../sidebar-messages';
import { type SearchText, searchText } from '../../places/place-search';
import { type PortKind, portKind } from './port-kind';
import { deviceName } from './port-line';
import { changedPaths } from './port-values';

/**
 * A port as the tree shows it. What is said of it changes in place, and what it takes to show it is worked out when that
 * is first asked for: there may be ten thousand of them.
 */
export class Port {
  readonly key: string;
  readonly address: PortKey;
  /** As typed by people, else its id. */
  readonly name: string;
  /** By the clock of Node-RED's computer; 0 for never. */
  heardAt: number;
  readonly #above: SearchText;
  /** When single values came, by their path; of those that came before anybody looked nothing is known. */
  #heardAtByPath: Map<string, number> | undefined;
  #state: unknown;
  #kind: PortKind | undefined;
  #searchText: SearchText | undefined;

  /**
   * @param above names and ids of what it is in
   * @param before the same port as it was known before the lists were read anew
   */
  constructor(address: PortKey, { name, state, heardAt }: PortEntry, above: SearchText, before?: Port) {
    this.key = portKey(address);
    this.address = address;
    this.name = name.trim() === '' ? address.port : name;
    this.heardAt = heardAt;
    if (before !== undefined) this.#heardAtByPath = before.#heardAtByPath;
    this.#above = above;
    this.#state = state;
    // Of ten thousand ports at once, at the first letter that is typed, it would be felt.
    this.#searchText = this.#textToSearch();
  }

  /** In the shape of its events. */
  get state(): unknown {
    return this.#state;
  }

  get kind(): PortKind {
    this.#kind ??= portKind(this.#state);
    return this.#kind;
  }

  /** Names and ids of it and of all it is in. */
  get searchText(): SearchText {
    this.#searchText ??= this.#textToSearch();
    return this.#searchText;
  }

  #textToSearch(): SearchText {
    const own = searchText([this.name, deviceName(this.#state)], [this.address.port]);
    const { words, ids } = this.#above;
    return { words: `${own.words} ${words}`, ids: [...own.ids, ...ids] };
  }

  /** When a single value came; of one that came before anybody looked, when the port was last heard. */
  heardAtOf(path: string): number {
    return this.#heardAtByPath?.get(path) ?? this.heardAt;
  }

  takeIn({ at, data }: PortChange): void {
    this.#state = mergePortState(this.#state, data);
    this.#kind = undefined;
    this.#searchText = undefined;
    this.heardAt = Math.max(this.heardAt, at);
    this.#heardAtByPath ??= new Map();
    for (const path of changedPaths(data)) this.#heardAtByPath.set(path, at);
  }
}

export function companyKey({ account, company }: CompanyKey): string {
  return `${account}/${company}`;
}

/** Ids hold no `/`. A port's own id may be one of several in a building; with its hub's it is not. */
export function portKey({ account, company, location, hub, port }: PortKey): string {
  return `${account}/${company}/${location}/${hub}/${port}`;
}
